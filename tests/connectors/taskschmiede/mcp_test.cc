// Sessions, logins and the shapes of the wire at /mcp.

#include "tests/connectors/taskschmiede/fixture.h"

namespace usher::taskschmiede {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class TaskschmiedeMcpTest : public TaskschmiedeFixture {
 protected:
  [[nodiscard]] std::size_t count(const std::string& call) {
    const auto all = calls();
    return static_cast<std::size_t>(std::ranges::count(all, call));
  }
};

TEST_F(TaskschmiedeMcpTest, ASessionThatTheServerForgotIsOpenedAnew) {
  (void)list();
  stage_.act("taskschmiede_session", R"({"end": "closed"})");
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_EQ(count("initialize"), 2U);
}

TEST_F(TaskschmiedeMcpTest, AnExpiredLoginIsMadeAnew) {
  use_password("ada@north.example", "CANARY-password");
  (void)list();
  stage_.act("taskschmiede_session", R"({"end": "expired"})");
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_EQ(count("ts.auth.login"), 2U);
}

// never-again 12: nothing was carried out before, so a write may go again
TEST_F(TaskschmiedeMcpTest, AWriteSurvivesALostSession) {
  (void)list();
  stage_.act("taskschmiede_session", R"({"end": "closed"})");
  (void)apply(update("usr_amy", {{"role", "guest"}}));
  EXPECT_EQ(role("amy@north.example"), "guest");
  EXPECT_EQ(count("ts.org.set_member_role"), 2U);
}

TEST_F(TaskschmiedeMcpTest, ASessionIsOpenedAnewOnceOnly) {
  (void)list();
  stage_.act("taskschmiede_fail", R"({"code": "session_expired", "times": 100})");
  const ConnectorError error = list_error();
  EXPECT_EQ(error.kind, ErrorKind::kUnauthorized);
  EXPECT_EQ(count("initialize"), 2U);
}

TEST_F(TaskschmiedeMcpTest, AWrongTokenIsFoundOutByTheFirstCall) {
  use_token("CANARY-wrong");
  const ConnectorError error = list_error();
  EXPECT_EQ(error.kind, ErrorKind::kUnauthorized);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("not_authenticated"), HasSubstr("ts.tkn.create")));
  EXPECT_EQ(count("initialize"), 1U);
}

TEST_F(TaskschmiedeMcpTest, AWrongPasswordIsNotTriedTwice) {
  use_password("ada@north.example", "CANARY-wrong");
  EXPECT_EQ(list_error().kind, ErrorKind::kUnauthorized);
  EXPECT_EQ(count("ts.auth.login"), 1U);
}

TEST_F(TaskschmiedeMcpTest, TheTokenIsShownWhenTheSessionOpensAndNeverAgain) {
  (void)list();
  for (const auto& entry : stage_.log()) {
    EXPECT_EQ(entry.at("body").get<std::string>().find("CANARY"), std::string::npos);
  }
}

TEST_F(TaskschmiedeMcpTest, AServerThatInsistsOnTheHandshakeIsSatisfied) {
  stage_.set("taskschmiede_initialized", "required");
  EXPECT_TRUE(list().receipt.complete());
}

TEST_F(TaskschmiedeMcpTest, AnswersThatAreNotFramedAreReadToo) {
  stage_.set("taskschmiede_framing", "json");
  EXPECT_TRUE(list().receipt.complete());
}

TEST_F(TaskschmiedeMcpTest, AnErrorThatIsBrokenJsonIsShownAsItIs) {
  stage_.act(
      "taskschmiede_fail",
      R"({"tool": "ts.org.list_members", "code": "invalid_input", "message": "not \"a\" status"})");
  const ConnectorError error = list_error();
  EXPECT_EQ(error.kind, ErrorKind::kRejected);
  EXPECT_THAT(error.what(), HasSubstr(R"(not "a" status)"));
}

TEST_F(TaskschmiedeMcpTest, AServerWithoutSessionsIsNotTaskschmiede) {
  stage_.fault(R"({"action": "status", "status": 404, "shape": "html", "times": 2})");
  EXPECT_EQ(list_error().kind, ErrorKind::kMalformed);
}

// ── the three shapes of too many requests ────────────────────────────────────────────────────

TEST_F(TaskschmiedeMcpTest, AToolThatAsksForPatienceGetsIt) {
  stage_.set("taskschmiede_session_rate", "6/min");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(list().receipt.complete());
  EXPECT_GT(clock_.passed(), std::chrono::seconds(5));
}

TEST_F(TaskschmiedeMcpTest, ACreationThatWasTurnedAwayIsMadeOnce) {
  (void)list();
  stage_.act("taskschmiede_fail", R"({"tool": "ts.usr.create", "code": "rate_limited"})");
  (void)apply(create("new@north.example"));
  EXPECT_EQ(count("ts.usr.create"), 2U);
  EXPECT_EQ(users(), 8U);
}

TEST_F(TaskschmiedeMcpTest, TheLimitOfTheAddressIsALineOfText) {
  stage_.set("taskschmiede_address_rate", "2/min");
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_GT(clock_.passed(), std::chrono::seconds(60));
}

TEST_F(TaskschmiedeMcpTest, RestSays429InJson) {
  use_rest();
  stage_.fault(R"({"action": "status", "status": 429, "retry_after": 7})");
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_GE(clock_.passed(), std::chrono::seconds(7));
}

TEST_F(TaskschmiedeMcpTest, ALimitThatNeverEndsIsToldAsOne) {
  stage_.act("taskschmiede_fail", R"({"code": "rate_limited", "times": 1000})");
  EXPECT_EQ(list_error().kind, ErrorKind::kRateLimited);
}

// Five in a minute are let through; more would lock us out.
TEST_F(TaskschmiedeMcpTest, LoginsAreSpreadOut) {
  use_password("ada@north.example", "CANARY-password");
  for (int i = 0; i < 8; ++i) {
    stage_.act("taskschmiede_session", R"({"end": "closed"})");
    (void)list();
  }
  EXPECT_EQ(count("ts.auth.login"), 8U);  // none was turned away
  EXPECT_GT(clock_.passed(), std::chrono::seconds(100));
}

TEST_F(TaskschmiedeMcpTest, ALoginThatWasTurnedAwayWaitsAMinute) {
  stage_.set("taskschmiede_login_rate", "1/min");
  use_password("ada@north.example", "CANARY-password");
  (void)list();
  stage_.act("taskschmiede_session", R"({"end": "closed"})");
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_GE(clock_.passed(), std::chrono::seconds(60));
}

}  // namespace
}  // namespace usher::taskschmiede
