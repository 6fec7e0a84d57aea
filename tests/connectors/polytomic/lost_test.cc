// Answers that never came, came cut, or say nothing: one joining, one mail.

#include "tests/connectors/polytomic/fixture.h"

namespace usher::polytomic {
namespace {

using ::testing::HasSubstr;

class PolytomicLostTest : public PolytomicFixture {
 protected:
  void lose(const char* action, const char* method) {
    stage_.fault(nlohmann::json{{"action", action}, {"match", {{"method", method}}}}.dump());
  }
  Lookup recover(const Change& change) {
    return target_->recover({{change}, "create", steps_.last_context, 0}).at(0);
  }
  /// The key of the creation that ends with `kUnknownOutcome`.
  std::string key_of_lost(const Change& change) {
    EXPECT_EQ(refused(change).kind, ErrorKind::kUnknownOutcome);
    return steps_.last_context;
  }

  const Change ann_ = create("ann@northwind.example");
};

// never-again 47
TEST_F(PolytomicLostTest, ACreationWhoseAnswerWasLostIsFoundAndNotSentAgain) {
  lose("lost_reply_after_commit", "POST");
  EXPECT_EQ(refused(ann_).kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(count_requests("POST"), 1U);
  EXPECT_EQ(recover(ann_).presence, Presence::kPresent);
  EXPECT_EQ(northwind().at("mails").at("ann@northwind.example"), 1);
}

TEST_F(PolytomicLostTest, ACreationThatNeverArrivedIsKnownNotToBeThere) {
  lose("lost_reply_before_commit", "POST");
  EXPECT_EQ(refused(ann_).kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(recover(ann_).presence, Presence::kAbsent);
}

// The first request may arrive after the look: with the same key it is still the same one.
TEST_F(PolytomicLostTest, ARetryAfterALostAnswerIsTheSameIntent) {
  lose("lost_reply_after_commit", "POST");
  const std::string key = key_of_lost(ann_);
  const Applied applied = apply(ann_);
  EXPECT_EQ(steps_.last_context, key);
  EXPECT_EQ(applied.remote_id, user("ann@northwind.example").at("id"));
  EXPECT_EQ(northwind().at("mails").at("ann@northwind.example"), 1);
}

TEST_F(PolytomicLostTest, AServerThatDoesNotKnowTheKeySaysThatTheAddressIsTaken) {
  stage_.set("polytomic_idempotency", "no");
  lose("lost_reply_after_commit", "POST");
  (void)key_of_lost(ann_);
  EXPECT_EQ(refused(ann_).kind, ErrorKind::kConflict);
  EXPECT_EQ(northwind().at("mails").at("ann@northwind.example"), 1);
}

TEST_F(PolytomicLostTest, A500IsRepeatedForItsKeySoTheNextTryHasAnother) {
  stage_.set("polytomic_create", "500");
  const std::string key = key_of_lost(ann_);
  EXPECT_EQ(recover(ann_).presence, Presence::kAbsent);
  stage_.set("polytomic_create", "carried_out");
  EXPECT_FALSE(apply(ann_).remote_id.empty());
  EXPECT_NE(steps_.last_context, key);
}

TEST_F(PolytomicLostTest, EveryCreationIsAnIntentOfItsOwn) {
  const std::string first = apply(ann_).remote_id;
  const std::string key = steps_.last_context;
  edit({{"remove", "ann@northwind.example"}});
  EXPECT_NE(apply(ann_).remote_id, first);
  EXPECT_NE(steps_.last_context, key);
}

TEST_F(PolytomicLostTest, ANewRunForgetsTheKeysOfTheLast) {
  lose("lost_reply_after_commit", "POST");
  const std::string key = key_of_lost(ann_);
  edit({{"remove", "ann@northwind.example"}});
  (void)list();
  (void)apply(ann_);
  EXPECT_NE(steps_.last_context, key);
  EXPECT_FALSE(user("ann@northwind.example").is_null());
}

// never-again 91
TEST_F(PolytomicLostTest, ASuccessThatCannotBeReadIsAnUnknownOutcome) {
  int number = 0;
  for (
      const char* fault :
      {R"({"action": "cut_body", "match": {"method": "POST"}})",
       R"({"action": "missing_members", "members": ["id"], "match": {"method": "POST"}})",
       R"({"action": "missing_members", "members": ["data"], "match": {"method": "POST"}})",
       R"({"action": "null_members", "members": ["data"], "match": {"method": "POST"}})",
       R"({"action": "error_in_ok", "match": {"method": "POST"}})",
       R"({"action": "wrong_json_type", "members": ["email"], "value": "z@x.example", "match": {"method": "POST"}})"}) {
    stage_.fault(fault);
    const Change change = create("p" + std::to_string(++number) + "@northwind.example");
    EXPECT_EQ(refused(change).kind, ErrorKind::kUnknownOutcome) << fault;
    EXPECT_EQ(count_requests("POST"), static_cast<std::size_t>(number)) << fault;
  }
}

TEST_F(PolytomicLostTest, AnUpdateOrADeletionThatAnswersAboutSomebodyElseIsAnUnknownOutcome) {
  for (const char* method : {"PUT", "DELETE"}) {
    stage_.fault(nlohmann::json{{"action", "wrong_json_type"},
                                {"members", {"id"}},
                                {"value", kAda},
                                {"match", {{"method", method}}}}
                     .dump());
  }
  const ConnectorError error = refused(update({"Admin"}));
  EXPECT_EQ(error.kind, ErrorKind::kUnknownOutcome);
  EXPECT_THAT(error.what(), HasSubstr("another user"));
  EXPECT_EQ(refused(removal()).kind, ErrorKind::kUnknownOutcome);
}

TEST_F(PolytomicLostTest, AnUpdateWhoseAnswerWasLostIsRepeated) {
  lose("lost_reply_after_commit", "PUT");
  EXPECT_EQ(apply(update({"Admin"})).remote_id, kBob);
  EXPECT_EQ(count_requests("PUT"), 2U);
}

TEST_F(PolytomicLostTest, ADeletionWhoseAnswerWasLostIsRepeated) {
  lose("lost_reply_after_commit", "DELETE");
  EXPECT_EQ(apply(removal()).note, "was already gone");
}

// never-again 78, 84
TEST_F(PolytomicLostTest, A429InAnyShapeIsWaitedForWithTheSameKey) {
  for (const char* shape : {"limiter", "envelope", "html"}) {
    stage_.fault(nlohmann::json{
        {"action", "rate_limit"}, {"shape", shape}, {"times", 2}, {"match", {{"method", "POST"}}}}
                     .dump());
    const std::string email = std::string(shape) + "@northwind.example";
    EXPECT_EQ(apply(create(email)).account->key, email);
    EXPECT_EQ(northwind().at("mails").at(email), 1);
  }
}

TEST_F(PolytomicLostTest, ACredentialThatIsRevokedInTheMiddleStopsTheTarget) {
  (void)list();
  stage_.fault(R"({"action": "status", "status": 401, "times": 0})");
  EXPECT_TRUE(refused(ann_).stops_target());
  EXPECT_TRUE(refused(removal()).stops_target());
}

}  // namespace
}  // namespace usher::polytomic
