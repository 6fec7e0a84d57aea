// Logins and refusals at /api/v1.

#include "tests/connectors/taskschmiede/fixture.h"

namespace usher::taskschmiede {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class TaskschmiedeRestTest : public TaskschmiedeFixture {
 protected:
  void SetUp() override {
    TaskschmiedeFixture::SetUp();
    use_rest();
  }
  [[nodiscard]] std::size_t count(const std::string& call) {
    const auto all = calls();
    return static_cast<std::size_t>(std::ranges::count(all, call));
  }
};

TEST_F(TaskschmiedeRestTest, APasswordLogsInOnce) {
  use_password("ada@north.example", "CANARY-password");
  EXPECT_TRUE(list().receipt.complete());
  (void)list();
  EXPECT_EQ(count("POST /auth/login"), 1U);
  EXPECT_EQ(count("GET /auth/whoami"), 0U);
}

TEST_F(TaskschmiedeRestTest, ATokenThatRanOutIsReplacedWhereThereIsAPassword) {
  use_password("ada@north.example", "CANARY-password");
  (void)list();
  (void)clock_.sleep_for(std::chrono::hours(9), {});
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_EQ(count("POST /auth/login"), 2U);
}

TEST_F(TaskschmiedeRestTest, AWrongTokenStopsTheTarget) {
  use_token("CANARY-wrong");
  const ConnectorError error = list_error();
  EXPECT_EQ(error.kind, ErrorKind::kUnauthorized);
  EXPECT_THAT(error.what(),
              AllOf(HasSubstr("Invalid or expired token"), HasSubstr("ts.tkn.create")));
}

TEST_F(TaskschmiedeRestTest, ASecondFactorIsForAHuman) {
  stage_.set("taskschmiede_second_factor", "yes");
  use_password("ada@north.example", "CANARY-password");
  const ConnectorError error = list_error();
  EXPECT_EQ(error.kind, ErrorKind::kUnauthorized);
  EXPECT_THAT(error.what(), HasSubstr("second factor"));
}

TEST_F(TaskschmiedeRestTest, ASuspendedLoginSaysSo) {
  stage_.edit(R"({"email": "ada@north.example", "status": "suspended"})");
  EXPECT_THAT(list_error().what(), HasSubstr("account_suspended"));
}

// The query names people.
TEST_F(TaskschmiedeRestTest, MessagesDoNotShowTheQuery) {
  stage_.fault(R"({"action": "status", "status": 403, "match": {"path": "/api/v1/users"}})");
  const ConnectorError error = list_error();
  EXPECT_EQ(error.kind, ErrorKind::kForbidden);
  EXPECT_THAT(error.what(), Not(HasSubstr("organization_id")));
}

TEST_F(TaskschmiedeRestTest, AnErrorInA200IsAnError) {
  stage_.fault(R"({"action": "error_in_ok", "times": 5})");
  EXPECT_EQ(list_error().kind, ErrorKind::kTransient);
}

TEST_F(TaskschmiedeRestTest, IdsAreOpaqueAndEncoded) {
  stage_.edit(
      R"({"add": {"id": "usr/x y", "email": "odd@north.example", "organizations": {"org_north": "guest"}}})");
  (void)list();
  (void)apply(update("usr/x y", {{"role", "member"}}));
  EXPECT_EQ(role("odd@north.example"), "member");
}

}  // namespace
}  // namespace usher::taskschmiede
