// Changing, suspending and removing those who are there.

#include "tests/connectors/taskschmiede/fixture.h"

namespace usher::taskschmiede {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Each test by both doors.
class TaskschmiedeApplyTest : public TaskschmiedeFixture,
                              public ::testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    TaskschmiedeFixture::SetUp();
    values_.set("transport", std::string(GetParam()));
    make();
  }

  static Change leaver(std::string id, std::string email) {
    return change(Action::kDeactivate, std::move(id), std::move(email));
  }
};

INSTANTIATE_TEST_SUITE_P(, TaskschmiedeApplyTest, ::testing::Values("mcp", "rest"),
                         [](const auto& door) { return std::string(door.param); });

TEST_P(TaskschmiedeApplyTest, NameAddressAndRoleChangeInTwoSteps) {
  (void)list();
  (void)apply(update("usr_amy",
                     {{"name", "Amy Lee"}, {"email", "amy.lee@north.example"}, {"role", "admin"}}));
  EXPECT_EQ(user("amy.lee@north.example").at("name"), "Amy Lee");
  EXPECT_EQ(role("amy.lee@north.example"), "admin");
  EXPECT_THAT(steps_.log,
              ElementsAre("update?usr_amy", "update=usr_amy", "role?admin", "role=usr_amy"));
}

TEST_P(TaskschmiedeApplyTest, TheMetadataOfOthersStays) {
  (void)apply(update("usr_sam", {{"metadata.dept", "Legal"}, {"metadata.level", ""}}));
  EXPECT_EQ(user("Sam@north.example").at("metadata"),
            nlohmann::json::parse(R"({"dept": "Legal", "theirs": {"a": [1]}})"));
}

TEST_P(TaskschmiedeApplyTest, WhatWasWrittenIsReadBackAsItIsWanted) {
  const Change change =
      update("usr_amy", {{"name", " A\u200Bmy \u0041\u030A"}, {"metadata.dept", " x "}});
  (void)apply(change);
  Account wanted;
  wanted.fields = *change.after;
  (void)list();
  for (const auto& [name, value] : target_->canonical(wanted).fields) {
    EXPECT_EQ(*sink_.find("usr_amy").fields.find(name), value) << name;
  }
}

TEST_P(TaskschmiedeApplyTest, AnEmptyNameNeverLeaves) {
  EXPECT_EQ(refused(update("usr_amy", {{"name", " "}})).kind, ErrorKind::kRejected);
  EXPECT_EQ(refused(update("usr_amy", {{"email", ""}})).kind, ErrorKind::kRejected);
  EXPECT_EQ(refused(update("usr_amy", {{"role", "bogus"}})).kind, ErrorKind::kRejected);
  EXPECT_THAT(steps_.log, IsEmpty());
}

TEST_P(TaskschmiedeApplyTest, AnAddressThatSomebodyHasIsAConflict) {
  EXPECT_EQ(refused(update("usr_amy", {{"email", "ivy@north.example"}})).kind,
            ErrorKind::kConflict);
  stage_.set("taskschmiede_error_codes", "documented");
  EXPECT_EQ(refused(update("usr_amy", {{"email", "ivy@north.example"}})).kind,
            ErrorKind::kConflict);
}

// The server does neither, whatever its documentation says.
TEST_P(TaskschmiedeApplyTest, TheLastOwnerIsNeitherDemotedNorRemoved) {
  EXPECT_THAT(refused(update("usr_olga", {{"role", "admin"}})).what(), HasSubstr("last owner"));
  EXPECT_THAT(refused(leaver("usr_olga", "olga@north.example")).what(), HasSubstr("last owner"));
  EXPECT_EQ(role("olga@north.example"), "owner");
  EXPECT_THAT(steps_.log, IsEmpty());
}

TEST_P(TaskschmiedeApplyTest, OfTwoOwnersTheSecondIsTheLast) {
  stage_.edit(R"({"email": "amy@north.example", "role": "owner"})");
  (void)list();
  (void)apply(leaver("usr_amy", "amy@north.example"));
  EXPECT_EQ(refused(leaver("usr_olga", "olga@north.example")).kind, ErrorKind::kRejected);
  EXPECT_EQ(role("olga@north.example"), "owner");
}

TEST_P(TaskschmiedeApplyTest, TheAccountWeLogInWithIsNotChanged) {
  EXPECT_THAT(refused(leaver("usr_ada", "ada@north.example")).what(), HasSubstr("log in with"));
  EXPECT_THAT(refused(update("usr_ada", {{"name", "A"}})).what(), HasSubstr("log in with"));
}

// never-again 48
TEST_P(TaskschmiedeApplyTest, ALeaverLosesTheMembershipAndWithTheLastOneTheAccount) {
  (void)list();
  const Applied applied = apply(leaver("usr_sam", "Sam@north.example"));
  EXPECT_EQ(role("Sam@north.example"), "");
  EXPECT_EQ(user("Sam@north.example").at("status"), "suspended");
  EXPECT_EQ(applied.note, "the account was suspended too");
  EXPECT_THAT(steps_.log, ElementsAre("suspend?usr_sam", "suspend=usr_sam", "remove?usr_sam",
                                      "remove=usr_sam"));
  EXPECT_EQ(target_->find({"usr_sam", ""}).presence, Presence::kAbsent);
}

TEST_P(TaskschmiedeApplyTest, WhoIsInAnotherOrganisationKeepsTheAccount) {
  (void)list();
  EXPECT_THAT(apply(leaver("usr_amy", "amy@north.example")).note, HasSubstr("stays active"));
  EXPECT_EQ(role("amy@north.example"), "");
  EXPECT_EQ(user("amy@north.example").at("status"), "active");
}

TEST_P(TaskschmiedeApplyTest, SuspendAlwaysMeansAlways) {
  values_.set("suspend", std::string("always"));
  make();
  (void)apply(leaver("usr_amy", "amy@north.example"));
  EXPECT_EQ(user("amy@north.example").at("status"), "suspended");
}

// A server that does not show organisations must not look like one where nobody is in any.
TEST_P(TaskschmiedeApplyTest, WhereOrganisationsAreNotShownNobodyIsSuspended) {
  (void)list();
  stage_.set("taskschmiede_organizations", "absent");
  EXPECT_THAT(apply(leaver("usr_sam", "Sam@north.example")).note, HasSubstr("stays active"));
  EXPECT_EQ(user("Sam@north.example").at("status"), "active");
}

TEST_P(TaskschmiedeApplyTest, WhoWasRemovedMeanwhileWasRemoved) {
  (void)list();
  stage_.edit(R"({"remove": "amy@north.example"})");
  EXPECT_THAT(apply(leaver("usr_amy", "amy@north.example")).note, HasSubstr("no member any more"));
}

TEST_P(TaskschmiedeApplyTest, WhoDoesNotExistIsGoneAlready) {
  EXPECT_THAT(apply(leaver("usr_nobody", "x@north.example")).note,
              HasSubstr("the account is gone"));
}

// `not_found` is also what somebody without the right is told.
TEST_P(TaskschmiedeApplyTest, ARemovalThatWeMayNotMakeIsNotTakenForDone) {
  use_token("CANARY-token-of-amy");
  (void)list();
  const ConnectorError error = refused(leaver("usr_ivy", "ivy@north.example"));
  EXPECT_EQ(error.kind, ErrorKind::kForbidden);
  EXPECT_THAT(error.what(), HasSubstr("owner or admin of the organisation"));
  EXPECT_EQ(role("ivy@north.example"), "guest");
}

TEST_P(TaskschmiedeApplyTest, AnAdminOfTheOrganisationChangesRolesAndMembershipsOnly) {
  use_token("CANARY-token-of-sam");
  (void)list();
  (void)apply(update("usr_ivy", {{"role", "member"}}));
  EXPECT_EQ(role("ivy@north.example"), "member");
  EXPECT_THAT(apply(leaver("usr_ivy", "ivy@north.example")).note, HasSubstr("only a master admin"));
  EXPECT_EQ(refused(update("usr_amy", {{"name", "A"}})).kind, ErrorKind::kForbidden);
  EXPECT_EQ(refused(create("new@north.example")).kind, ErrorKind::kForbidden);
}

TEST_P(TaskschmiedeApplyTest, WhoIsSuspendedCanComeBack) {
  (void)apply(change(Action::kReactivate, "usr_ivy", "ivy@north.example"));
  EXPECT_EQ(user("ivy@north.example").at("status"), "active");
  EXPECT_THAT(steps_.log, ElementsAre("activate?usr_ivy", "activate=usr_ivy"));
}

TEST_P(TaskschmiedeApplyTest, WhoWasDeactivatedBecomesAMemberAgain) {
  (void)list();
  (void)apply(leaver("usr_sam", "Sam@north.example"));
  Change back = change(Action::kReactivate, "usr_sam", "sam@north.example");
  back.after = fields({{"role", "guest"}});
  (void)apply(back);
  EXPECT_EQ(role("Sam@north.example"), "guest");
  EXPECT_EQ(user("Sam@north.example").at("status"), "active");
}

TEST_P(TaskschmiedeApplyTest, WhoLeftTheOrganisationIsNotChanged) {
  (void)list();
  stage_.edit(R"({"remove": "amy@north.example"})");
  EXPECT_EQ(refused(update("usr_amy", {{"name", "Other"}})).kind, ErrorKind::kNotFound);
  EXPECT_EQ(refused(update("usr_amy", {{"role", "guest"}})).kind, ErrorKind::kNotFound);
  EXPECT_EQ(user("amy@north.example").at("name"), "Amy");
}

TEST_P(TaskschmiedeApplyTest, WhatIsDoneIsNotSentAgain) {
  (void)list();
  steps_.done_before = {"update", "role"};
  (void)apply(update("usr_amy", {{"name", "Other"}, {"role", "guest"}}));
  EXPECT_EQ(user("amy@north.example").at("name"), "Amy");
  EXPECT_EQ(role("amy@north.example"), "member");
}

TEST_P(TaskschmiedeApplyTest, WhatTheApiCannotDoIsNotTried) {
  for (const Action action :
       {Action::kDelete, Action::kInvite, Action::kRevoke, Action::kAssign, Action::kReinvite}) {
    EXPECT_EQ(refused(change(action, "usr_amy", "amy@north.example")).kind,
              ErrorKind::kUnsupported);
  }
  EXPECT_THAT(calls(), IsEmpty());
}

TEST_P(TaskschmiedeApplyTest, AnAnswerThatIsLostOnceIsAskedForAgain) {
  (void)list();
  for (const char* action : {"lost_reply_after_commit", "lost_reply_before_commit", "cut_body"}) {
    stage_.fault(nlohmann::json{{"action", action}}.dump());
    (void)apply(update("usr_amy", {{"role", "guest"}}));
    EXPECT_EQ(role("amy@north.example"), "guest");
    stage_.edit(R"({"email": "amy@north.example", "role": "member"})");
  }
}

TEST_P(TaskschmiedeApplyTest, AnAnswerThatNeverComesLeavesItOpen) {
  (void)list();
  stage_.fault(R"({"action": "lost_reply_after_commit", "times": 5})");
  EXPECT_EQ(refused(update("usr_amy", {{"role", "guest"}})).kind, ErrorKind::kUnknownOutcome);
  EXPECT_THAT(steps_.log, Not(Contains(HasSubstr("role="))));
}

// a 200 that did nothing
TEST_P(TaskschmiedeApplyTest, ASuccessThatShowsSomethingElseLeavesItOpen) {
  (void)list();
  stage_.fault(R"({"action": "wrong_json_type", "members": ["role"], "value": "member"})");
  EXPECT_EQ(refused(update("usr_amy", {{"role", "guest"}})).kind, ErrorKind::kUnknownOutcome);
  stage_.fault(R"({"action": "wrong_json_type", "members": ["id"], "value": [], "after": 1})");
  EXPECT_EQ(refused(update("usr_amy", {{"name", "Other"}})).kind, ErrorKind::kUnknownOutcome);
}

class TaskschmiedeExternalIdTest : public TaskschmiedeFixture {};

TEST_F(TaskschmiedeExternalIdTest, RestChangesIt) {
  use_rest();
  (void)apply(update("usr_sam", {{"external_id", "E2"}}));
  EXPECT_EQ(user("Sam@north.example").at("external_id"), "E2");
  (void)apply(update("usr_sam", {{"external_id", ""}}));
  EXPECT_EQ(user("Sam@north.example").at("external_id"), "");
}

// No tool does.
TEST_F(TaskschmiedeExternalIdTest, UnderMcpItIsWrittenByRestToo) {
  (void)apply(update("usr_sam", {{"external_id", "E2"}, {"metadata.dept", "IT"}}));
  EXPECT_EQ(user("Sam@north.example").at("external_id"), "E2");
  EXPECT_EQ(user("Sam@north.example").at("metadata").at("dept"), "IT");
  EXPECT_THAT(calls(), AllOf(Contains("ts.usr.update"), Contains("PATCH /users/usr_sam")));
  EXPECT_THAT(steps_.log, ElementsAre("update?usr_sam", "update=usr_sam", "external_id?usr_sam",
                                      "external_id=usr_sam"));
}

TEST_F(TaskschmiedeExternalIdTest, ThatIsWrittenIsNotWrittenAgain) {
  steps_.done_before = {"external_id"};
  (void)apply(update("usr_sam", {{"external_id", "E2"}, {"metadata.dept", "IT"}}));
  EXPECT_EQ(user("Sam@north.example").at("external_id"), "E1");
  EXPECT_EQ(user("Sam@north.example").at("metadata").at("dept"), "IT");
}

TEST_F(TaskschmiedeExternalIdTest, WhereRestIsClosedNothingElseSuffers) {
  stage_.fault(R"({"action": "status", "status": 403, "times": 99, "match": {"path": "/api/v1"}})");
  const Applied applied =
      apply(update("usr_sam", {{"external_id", "E2"}, {"name", "Samuel"}, {"role", "guest"}}));
  EXPECT_EQ(applied.remote_id, "usr_sam");
  EXPECT_THAT(applied.note, HasSubstr("let usher through to /api/v1"));
  EXPECT_EQ(user("Sam@north.example").at("name"), "Samuel");
  EXPECT_EQ(user("Sam@north.example").at("external_id"), "E1");
  EXPECT_EQ(role("Sam@north.example"), "guest");
}

// Without a link nobody would remove them when they leave.
TEST_F(TaskschmiedeExternalIdTest, WhereRestIsClosedWhoIsAdoptedIsLinkedAllTheSame) {
  stage_.fault(R"({"action": "status", "status": 403, "times": 99, "match": {"path": "/api/v1"}})");
  Change adoption = update("usr_amy", {{"external_id", "E2"}});
  adoption.action = Action::kAdopt;
  const Applied applied = apply(adoption);
  EXPECT_EQ(applied.remote_id, "usr_amy");
  EXPECT_THAT(applied.note, HasSubstr("external_id was not written"));
}

TEST_F(TaskschmiedeExternalIdTest, OtherRefusalsAreFailures) {
  stage_.fault(R"({"action": "status", "status": 400, "times": 9, "match": {"path": "/api/v1"}})");
  EXPECT_EQ(refused(update("usr_sam", {{"external_id", "E2"}})).kind, ErrorKind::kRejected);
}

}  // namespace
}  // namespace usher::taskschmiede
