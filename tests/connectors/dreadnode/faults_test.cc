// The world between us and the platform: lost answers, limits, proxies, errors in every shape.

#include "tests/connectors/dreadnode/fixture.h"

namespace usher::dreadnode {
namespace {

using ::testing::HasSubstr;

class DreadnodeFaultsTest : public DreadnodeFixture {
 protected:
  std::ptrdiff_t sent(std::string_view method) {
    return std::ranges::count_if(requests(),
                                 [&](const std::string& r) { return r.starts_with(method); });
  }
};

// never-again 47
TEST_F(DreadnodeFaultsTest, AGrantWhoseAnswerWasLostIsFoundAndNotSentAgain) {
  stage_.fault(R"({"action": "lost_reply_after_commit", "match": {"method": "POST"}})");
  const Change zoe = grant("zoe@acme.example");
  EXPECT_EQ(refused(zoe).kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(sent("POST"), 1);
  EXPECT_EQ(recover(zoe).account.remote_id, user("zoe@acme.example").at("user_id"));
}

TEST_F(DreadnodeFaultsTest, AGrantThatNeverArrivedIsKnownNotToBeThere) {
  stage_.fault(R"({"action": "lost_reply_before_commit", "match": {"method": "POST"}})");
  const Change zoe = grant("zoe@acme.example");
  EXPECT_EQ(refused(zoe).kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(recover(zoe).presence, Presence::kAbsent);
}

TEST_F(DreadnodeFaultsTest, ASuccessThatCannotBeReadIsAnUnknownOutcome) {
  for (const char* fault :
       {R"({"action": "cut_body", "match": {"method": "POST"}})",
        R"({"action": "error_in_ok", "match": {"method": "POST"}})",
        R"({"action": "missing_members", "members": ["user_id"], "match": {"method": "POST"}})",
        R"({"action": "status", "status": 500, "commit": true, "match": {"method": "POST"}})"}) {
    stage_.fault(fault);
    EXPECT_EQ(refused(grant("zoe@acme.example")).kind, ErrorKind::kUnknownOutcome) << fault;
    stage_.act("reset", kSeed);
  }
}

TEST_F(DreadnodeFaultsTest, ARemovalWhoseAnswerWasLostIsJudgedByTheList) {
  allow_removal();
  const Change carl = removal("carl@acme.example");
  stage_.fault(R"({"action": "lost_reply_before_commit", "match": {"method": "DELETE"}})");
  EXPECT_EQ(refused(carl).kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(recover(carl).presence, Presence::kAbsent);  // not carried out
  stage_.fault(R"({"action": "lost_reply_after_commit", "match": {"method": "DELETE"}})");
  EXPECT_EQ(refused(carl).kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(recover(carl).presence, Presence::kPresent);  // carried out
  EXPECT_EQ(sent("DELETE"), 2);
}

TEST_F(DreadnodeFaultsTest, A429InAnyShapeIsWaitedForAndTriedAgain) {
  for (const char* shape : {"limiter", "envelope", "html"}) {
    stage_.fault(nlohmann::json{
        {"action", "rate_limit"},
        {"shape", shape},
        {"retry_after", 20},
        {"times", 2}}.dump());
    const auto before = clock_.passed();
    EXPECT_TRUE(list().receipt.complete()) << shape;
    EXPECT_GE(clock_.passed() - before, std::chrono::seconds(40)) << shape;
  }
}

TEST_F(DreadnodeFaultsTest, ReadsSurviveServerErrorsWithAPage) {
  for (const int status : {500, 502, 503, 504}) {
    stage_.fault(nlohmann::json{
        {"action", "status"},
        {"status", status},
        {"shape", "html"},
        {"times", 2}}.dump());
    EXPECT_TRUE(list().receipt.complete()) << status;
  }
}

TEST_F(DreadnodeFaultsTest, APageThatStaysIsNamed) {
  stage_.fault(R"({"action": "status", "status": 502, "shape": "html", "times": 0})");
  const ConnectorError error = list_error();
  EXPECT_EQ(error.kind, ErrorKind::kTransient);
  EXPECT_THAT(error.what(), HasSubstr("an HTML page, 502 Bad Gateway"));
}

// Envelope and FastAPI's own shape, items in both spellings
TEST_F(DreadnodeFaultsTest, ARefusalIsToldInTheProvidersWordsWhateverItsShape) {
  for (const char* shape : {"payload", "plain"}) {
    for (const char* items : {"loc", "location"}) {
      stage_.set("dreadnode_error", shape);
      stage_.set("dreadnode_error_items", items);
      const ConnectorError error = refused(grant("no address"));
      EXPECT_EQ(error.kind, ErrorKind::kRejected);
      EXPECT_THAT(error.what(), HasSubstr("body.user_email: value is not a valid email address"))
          << shape << " " << items;
    }
    stage_.set("dreadnode_errors_member", "null");
    EXPECT_THAT(refused(grant("new@acme.example")).what(), HasSubstr("(User not found)")) << shape;
  }
}

}  // namespace
}  // namespace usher::dreadnode
