// Writing: what leaves for each change, and what is made of each answer.

#include "tests/connectors/dreadnode/fixture.h"

namespace usher::dreadnode {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class DreadnodeApplyTest : public DreadnodeFixture {};

TEST_F(DreadnodeApplyTest, AGrantIsWrittenDownBeforeAndAfterItLeaves) {
  const Applied applied = apply(grant("zoe@acme.example", "contributor"));
  const auto zoe = user("zoe@acme.example");
  EXPECT_EQ(applied.remote_id, zoe.at("user_id"));
  EXPECT_EQ(zoe.at("permission"), "contributor");
  EXPECT_EQ(to_text(*applied.account->fields.find("permission")), "contributor");
  EXPECT_THAT(steps_.log, ElementsAre("create?zoe@acme.example", "create=" + applied.remote_id));
  EXPECT_EQ(stage_.last_body(), R"({"permission":"contributor","user_email":"zoe@acme.example"})");
}

TEST_F(DreadnodeApplyTest, TheAddressIsCalledAsConfigured) {
  stage_.set("dreadnode_request_email", "email");
  const ConnectorError error = refused(grant("zoe@acme.example"));
  EXPECT_EQ(error.kind, ErrorKind::kRejected);
  EXPECT_THAT(error.what(), HasSubstr("body.email: Field required"));
  EXPECT_THAT(error.what(), HasSubstr("`email_key`"));
  values_.set("email_key", std::string("email"));
  make();
  EXPECT_NE(apply(grant("zoe@acme.example")).remote_id, "");
}

TEST_F(DreadnodeApplyTest, AnUnknownPermissionIsSentAsItIs) {
  stage_.set("dreadnode_permissions", "any");
  EXPECT_EQ(
      to_text(*apply(grant("zoe@acme.example", "auditor")).account->fields.find("permission")),
      "auditor");
  stage_.set("dreadnode_permissions", "known");
  edit(R"({"remove": "zoe@acme.example"})");
  EXPECT_THAT(refused(grant("zoe@acme.example", "auditor")).what(), HasSubstr("body.permission"));
}

// never-again 44: it is looked up and linked by the engine, not sent again
TEST_F(DreadnodeApplyTest, WhoHasAGrantAlreadyIsAConflictAndIsFound) {
  for (const char* type : {"already_exists_error", "conflict_error"}) {
    stage_.set("dreadnode_conflict_type", type);
    const ConnectorError error = refused(grant("RITA@acme.example", "owner"));
    EXPECT_EQ(error.kind, ErrorKind::kConflict);
    EXPECT_EQ(error.code, type);
  }
  const Lookup found = target_->find({"", "RITA@acme.example"});
  EXPECT_EQ(to_text(*found.account.fields.find("permission")), "reader");
}

TEST_F(DreadnodeApplyTest, WhoIsNotInTheOrganisationMustJoinItFirst) {
  for (const char* how : {"404", "422"}) {
    stage_.set("dreadnode_outsider", how);
    const ConnectorError error = refused(grant("new@acme.example"));
    EXPECT_EQ(error.http_status, std::stoi(how));
    EXPECT_FALSE(error.stops_target());
    EXPECT_THAT(error.what(), HasSubstr("new@acme.example has not joined the organisation: invite "
                                        "them in the settings of organisation acme"));
  }
  edit(R"({"join": "new@acme.example"})");
  EXPECT_NE(apply(grant("new@acme.example")).remote_id, "");
}

TEST_F(DreadnodeApplyTest, ALowercasedAddressIsTheSamePerson) {
  stage_.set("dreadnode_outsider", "add");
  stage_.set("dreadnode_email_stored", "lower");
  EXPECT_EQ(apply(grant("New@Acme.example")).account->key, "new@acme.example");
}

TEST_F(DreadnodeApplyTest, AnAnswerAboutSomebodyElseIsNotBelieved) {
  stage_.fault(R"({"action": "wrong_json_type", "members": ["user_email"],
                   "value": "eve@acme.example", "match": {"method": "POST"}})");
  const ConnectorError error = refused(grant("zoe@acme.example"));
  EXPECT_EQ(error.kind, ErrorKind::kUnknownOutcome);
  EXPECT_THAT(error.what(), HasSubstr("is about eve@acme.example"));
}

// What has no documented operation never leaves.
TEST_F(DreadnodeApplyTest, NothingElseIsSent) {
  const std::string id = user("carl@acme.example").at("user_id");
  for (const Action action : {Action::kUpdate, Action::kDeactivate, Action::kReactivate,
                              Action::kRevoke, Action::kDelete}) {
    Change change = grant("carl@acme.example", "owner");
    change.action = action;
    change.remote_id = id;
    EXPECT_EQ(refused(change).kind, ErrorKind::kUnsupported) << to_string(action);
  }
  EXPECT_THAT(requests(), IsEmpty());
  EXPECT_THAT(steps_.log, IsEmpty());
}

TEST_F(DreadnodeApplyTest, AMemberIsRemovedFromTheOrganisation) {
  allow_removal();
  const Change change = removal("carl@acme.example");
  const Applied applied = apply(change);
  EXPECT_THAT(requests(), ElementsAre("GET /api/v1/org/acme/ws/main/users",
                                      "DELETE /api/v1/org/acme/members/" + change.remote_id));
  EXPECT_THAT(steps_.log, ElementsAre("delete?carl@acme.example", "delete=" + change.remote_id));
  EXPECT_TRUE(user("carl@acme.example").is_null());
  EXPECT_THAT(applied.note, HasSubstr("account was deleted"));
}

TEST_F(DreadnodeApplyTest, WhoIsInAnotherOrganisationKeepsTheAccount) {
  allow_removal();
  EXPECT_EQ(apply(removal("Rita@acme.example")).note, "");
  EXPECT_EQ(state().at("users"), 4);
}

// never-again 48
TEST_F(DreadnodeApplyTest, WhoIsGoneIsNotRemovedFromTheOrganisation) {
  allow_removal();
  const Change change = removal("carl@acme.example");
  edit(R"({"remove": "carl@acme.example"})");
  EXPECT_EQ(apply(change).note, "was already gone");
  EXPECT_THAT(requests(), Each(Not(HasSubstr("DELETE"))));
}

// never-again 24
TEST_F(DreadnodeApplyTest, TheOnlyOwnerIsNeverRemoved) {
  allow_removal();
  (void)list();
  const Change change = removal("olga@acme.example");
  const ConnectorError error = refused(change);
  EXPECT_EQ(error.kind, ErrorKind::kRejected);
  EXPECT_THAT(error.what(), HasSubstr("olga@acme.example is the only owner"));
  EXPECT_THAT(requests(), Each(Not(HasSubstr("DELETE"))));
  edit(R"({"email": "carl@acme.example", "permission": "owner"})");
  EXPECT_EQ(apply(change).remote_id, change.remote_id);
}

// never-again 2
TEST_F(DreadnodeApplyTest, WhoCannotBeSeenIsNotRemoved) {
  allow_removal();
  const Change change = removal("carl@acme.example");
  stage_.fault(R"({"action": "missing_members", "members": ["user_id"]})");
  EXPECT_THAT(refused(change).what(), HasSubstr("could not be looked up"));
  EXPECT_FALSE(user("carl@acme.example").is_null());
}

TEST_F(DreadnodeApplyTest, ARemovalThatTheProviderNoLongerHasFails) {
  allow_removal();
  stage_.set("dreadnode_removal", "gone");
  EXPECT_EQ(refused(removal("carl@acme.example")).http_status, 404);
}

// never-again 103
TEST_F(DreadnodeApplyTest, ARemovalThatLeavesTheGrantIsSeen) {
  allow_removal();
  stage_.set("dreadnode_removal_keeps_grants", "yes");
  const Change change = removal("carl@acme.example");
  EXPECT_EQ(apply(change).note, "");
  EXPECT_EQ(target_->find({change.remote_id, ""}).presence, Presence::kPresent);
}

}  // namespace
}  // namespace usher::dreadnode
