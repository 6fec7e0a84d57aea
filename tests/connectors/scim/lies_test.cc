// Servers that say one thing and do another: what is wrong must be seen when it is read back.

#include "tests/connectors/scim/fixture.h"

namespace usher::scim {
namespace {

using ::testing::HasSubstr;

using ScimTargetLiesTest = ScimFixture;

TEST_F(ScimTargetLiesTest, APutThatMergesClearsNothingAndThatIsSeen) {
  with("update", std::string("put"));
  stage_.set("scim_put", "merge");
  (void)apply(update({{"title", std::string()}}));
  EXPECT_EQ(text(find_id("u1").account, "title"), "CEO");
}

TEST_F(ScimTargetLiesTest, AWriteThatDidNothingIsSeen) {
  stage_.set("scim_ignored_writes", "all");
  (void)apply(update({{"title", std::string("CTO")}}));
  EXPECT_EQ(text(find_id("u1").account, "title"), "CEO");
  (void)apply(change(Action::kDeactivate, "u1", "Ann@x.example"));
  EXPECT_EQ(find_id("u1").account.status, AccountStatus::kActive);
  (void)apply(change(Action::kDelete, "u1", "Ann@x.example"));
  EXPECT_EQ(find_id("u1").presence, Presence::kPresent);
}

// C08
TEST_F(ScimTargetLiesTest, ANewUserWithoutBodyOrLocationIsLookedUp) {
  stage_.set("scim_create_body", "empty");
  const std::string eve = apply(create("eve@x.example")).remote_id;
  EXPECT_EQ(eve, user("eve@x.example").at("id"));
  stage_.set("scim_location", "absent");
  const std::string max = apply(create("max@x.example")).remote_id;
  EXPECT_EQ(max, user("max@x.example").at("id"));
}

TEST_F(ScimTargetLiesTest, ACreationThatMadeNobodyIsNotBelieved) {
  stage_.fault(R"({"match": {"method": "POST"}, "action": "error_in_ok"})");
  EXPECT_EQ(refused(create("eve@x.example")).kind, ErrorKind::kUnknownOutcome);
}

TEST_F(ScimTargetLiesTest, ASecondDeleteMayStumble) {
  stage_.set("scim_delete_twice", "500");
  (void)apply(change(Action::kDelete, "u2", "bob@x.example"));
  EXPECT_THAT(apply(change(Action::kDelete, "u2", "bob@x.example")).note,
              HasSubstr("is gone, although the service answered 500"));
}

TEST_F(ScimTargetLiesTest, ADeleteThatFailsIsNoSuccess) {
  stage_.fault(R"({"match": {"method": "DELETE"}, "times": 0, "action": "status", "status": 500})");
  EXPECT_EQ(refused(change(Action::kDelete, "u2", "bob@x.example")).kind,
            ErrorKind::kUnknownOutcome);
}

TEST_F(ScimTargetLiesTest, EveryAnswerToAPatchWillDo) {
  for (const char* answer : {"200", "204", "empty_object"}) {
    stage_.set("scim_patch_answer", answer);
    (void)apply(update({{"title", std::string(answer)}}));
    EXPECT_EQ(user("Ann@x.example").at("title"), answer);
  }
}

TEST_F(ScimTargetLiesTest, AnExternalIdThatIsDroppedIsSeen) {
  stage_.set("scim_external_id", "dropped");
  (void)apply(create("eve@x.example", {{"externalId", std::string("E9")}}));
  EXPECT_EQ(text(find_key("eve@x.example").account, "externalId"), "(absent)");
}

}  // namespace
}  // namespace usher::scim
