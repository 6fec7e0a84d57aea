// Making, changing and removing users by PATCH.

#include "tests/connectors/scim/fixture.h"

namespace usher::scim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

using nlohmann::json;
using ScimTargetApplyTest = ScimFixture;

TEST_F(ScimTargetApplyTest, ANewUserIsMadeAndSentStrictly) {
  const Applied applied = apply(create("eve@x.example", {{"externalId", std::string("E9")}}));
  EXPECT_EQ(applied.remote_id, user("eve@x.example").at("id"));
  EXPECT_EQ(user("eve@x.example").at("active"), true);
  EXPECT_THAT(steps_.log, ElementsAre("create?eve@x.example", "create=" + applied.remote_id));
  EXPECT_EQ(last_body().at("schemas"), json({"urn:ietf:params:scim:schemas:core:2.0:User"}));
}

// C03, C05; never-again 12
TEST_F(ScimTargetApplyTest, WhoIsThereAlreadyIsAConflict) {
  EXPECT_EQ(refused(create("ANN@x.example")).kind, ErrorKind::kConflict);
  EXPECT_EQ(refused(create("new@x.example", {{"externalId", std::string("E1")}})).kind,
            ErrorKind::kConflict);
  EXPECT_EQ(count_requests("POST /Users"), 2U);
}

// C07
TEST_F(ScimTargetApplyTest, ALostAnswerToACreationIsNotRepeated) {
  stage_.fault(R"({"match": {"method": "POST"}, "action": "lost_reply_after_commit"})");
  EXPECT_EQ(refused(create("eve@x.example")).kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(count_requests("POST /Users"), 1U);
  EXPECT_EQ(find_key("eve@x.example").presence, Presence::kPresent);
}

// C10
TEST_F(ScimTargetApplyTest, OneChangedAttributeIsOneOperation) {
  const Applied applied = apply(update({{"name.givenName", std::string("Zoë")}}));
  EXPECT_EQ(last_operations(),
            json::parse(R"([{"op": "replace", "path": "name.givenName", "value": "Zoë"}])"));
  EXPECT_EQ(text(applied.account.value_or(Account{}), "name.givenName"), "Zoë");
  EXPECT_EQ(user("Ann@x.example").at("name").at("familyName"), "Ng");
}

TEST_F(ScimTargetApplyTest, EveryKindOfAttributeIsChangedAndCleared) {
  (void)apply(update({{kWorkMail, std::string("new@x.example")},
                      {"title", std::string()},
                      {"phoneNumbers[type eq \"mobile\"].value", std::string("+49")},
                      {"addresses[type eq \"work\"].locality", std::string("Bremen")},
                      {"roles", Texts{"clerk"}},
                      {kDepartment, std::string("Sales")}}));
  const Account ann = listed("u1");
  EXPECT_EQ(text(ann, kWorkMail), "new@x.example");
  EXPECT_EQ(text(ann, "emails[type eq \"home\"].value"), "ann@home.example");
  EXPECT_EQ(text(ann, "title"), "(absent)");
  EXPECT_EQ(text(ann, "addresses[type eq \"work\"].locality"), "Bremen");
  EXPECT_EQ(text(ann, "roles"), "clerk");
  EXPECT_EQ(text(ann, kDepartment), "Sales");
  (void)apply(
      update({{kWorkMail, std::string()}, {"roles", Texts{}}, {kDepartment, std::string()}}));
  EXPECT_EQ(text(listed("u1"), kWorkMail), "(absent)");
}

TEST_F(ScimTargetApplyTest, AnElementThatIsMissingIsMadeAlsoByAStrictServer) {
  stage_.set("scim_missing_element", "refuse");
  (void)apply(update({{kWorkMail, std::string("bob@x.example")}}, "bob@x.example"));
  EXPECT_EQ(text(listed("u2"), kWorkMail), "bob@x.example");
}

// C28
TEST_F(ScimTargetApplyTest, ALeaverIsSetInactiveAndComesBack) {
  (void)apply(change(Action::kDeactivate, "u1", "Ann@x.example"));
  EXPECT_EQ(last_operations(),
            json::parse(R"([{"op": "replace", "path": "active", "value": false}])"));
  EXPECT_EQ(listed("u1").status, AccountStatus::kInactive);
  (void)apply(change(Action::kReactivate, "u1", "Ann@x.example"));
  EXPECT_EQ(listed("u1").status, AccountStatus::kActive);
}

TEST_F(ScimTargetApplyTest, ALeaverWhoIsGoneIsNoFailure) {
  edit({{"remove_user", "bob@x.example"}});
  EXPECT_EQ(apply(change(Action::kDeactivate, "u2", "bob@x.example")).note, "was already gone");
}

// C30
TEST_F(ScimTargetApplyTest, DeletingTwiceIsNoFailure) {
  EXPECT_EQ(apply(change(Action::kDelete, "u2", "bob@x.example")).note, "");
  EXPECT_EQ(apply(change(Action::kDelete, "u2", "bob@x.example")).note, "was already gone");
}

// C29; never-again 24
TEST_F(ScimTargetApplyTest, NobodyIsDeletedByBeingSetInactive) {
  play("sentry");
  const ConnectorError error = refused(change(Action::kDeactivate, "u1", "Ann@x.example"));
  EXPECT_EQ(error.kind, ErrorKind::kUnsupported);
  EXPECT_EQ(refused(update({{"active", false}})).kind, ErrorKind::kUnsupported);
  EXPECT_EQ(count_requests("PATCH"), 0U);
}

// C19
TEST_F(ScimTargetApplyTest, ARefusalHasTheServicesWords) {
  stage_.fault(R"({"match": {"method": "PATCH"}, "action": "status", "status": 400})");
  const ConnectorError error = refused(update({{"title", std::string("CTO")}}));
  EXPECT_EQ(error.kind, ErrorKind::kRejected);
  EXPECT_FALSE(error.stops_target());
}

// C18
TEST_F(ScimTargetApplyTest, AnUpdateThatWasLostIsSentAgain) {
  const Change change = update({{"title", std::string("CTO")}});
  stage_.fault(R"({"match": {"method": "PATCH"}, "action": "lost_reply_after_commit"})");
  (void)apply(change);
  EXPECT_EQ(count_requests("PATCH"), 2U);
  EXPECT_EQ(user("Ann@x.example").at("title"), "CTO");
}

// C39 is read in convert_test; C36:
TEST_F(ScimTargetApplyTest, AUserNameInAnotherCaseIsTheSame) {
  Account desired;
  desired.key = "ann@X.example";
  const AttributeSpec* spec = target_->capabilities().find("userName");
  EXPECT_TRUE(spec->ignores_case);
  EXPECT_EQ(find_key(desired.key).account.key, "Ann@x.example");
}

TEST_F(ScimTargetApplyTest, AForeignExternalIdStaysAndTheRestIsWritten) {
  Change change = update({{"externalId", std::string("ours")}, {"title", std::string("CTO")}});
  change.source_id = "P7";
  EXPECT_THAT(refused(change).what(), HasSubstr("somebody else wrote"));
  EXPECT_EQ(user("Ann@x.example").at("externalId"), "E1");
  EXPECT_EQ(user("Ann@x.example").at("title"), "CTO");
}

TEST_F(ScimTargetApplyTest, AnExternalIdIsWrittenWhereThereIsNoneOrOurs) {
  (void)apply(update({{"externalId", std::string("E2")}}, "bob@x.example"));
  EXPECT_EQ(user("bob@x.example").at("externalId"), "E2");
  (void)apply(update({{"externalId", std::string("E1-new")}}));  // it had the person's id
  EXPECT_EQ(user("Ann@x.example").at("externalId"), "E1-new");
}

TEST_F(ScimTargetApplyTest, WhatWasDoneBeforeIsNotSentAgain) {
  steps_.done_before = {"create"};
  EXPECT_EQ(apply(create("Ann@x.example")).remote_id, "u1");
  EXPECT_EQ(count_requests("POST"), 0U);
}

TEST_F(ScimTargetApplyTest, AProviderWithItsOwnSpellingIsServed) {
  play("gitlab");
  (void)list();
  EXPECT_EQ(apply(create("eve@x.example", {{"externalId", std::string("E9")}})).remote_id, "E9");
  play("entra-scim-api");
  EXPECT_THAT(steps_.log, SizeIs(2));
}

}  // namespace
}  // namespace usher::scim
