// Writing: what leaves for each change, and what is made of each answer.

#include "tests/connectors/timelines/fixture.h"

namespace usher::timelines {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class TimelinesApplyTest : public TimelinesFixture {};

TEST_F(TimelinesApplyTest, AnInvitationIsWrittenDownBeforeAndAfterItLeaves) {
  const Applied applied = apply(invite("ann@northwind.example"));
  const auto ann = stage_.user("ann@northwind.example");
  EXPECT_EQ(applied.remote_id, std::to_string(ann.at("user_id").get<int>()));
  EXPECT_EQ(applied.account->status, AccountStatus::kInvited);
  EXPECT_EQ(ann.at("team"), "Sales EU");
  EXPECT_THAT(steps_.log,
              ElementsAre("invite?ann@northwind.example", "invite=" + applied.remote_id));
}

// C13: an update that left something out would reset it here
TEST_F(TimelinesApplyTest, AnUpdateOfOneFieldKeepsTheOther) {
  stage_.set("omitted_role", "default");
  (void)list();
  Change role = change(Action::kUpdate, "811", "Sam@northwind.example");
  role.before = fields({{"role", "team_supervisor"}});
  role.after = fields({{"role", "teammate"}});
  (void)apply(role);
  EXPECT_EQ(stage_.user("Sam@northwind.example").at("role"), "teammate");
  EXPECT_EQ(stage_.user("Sam@northwind.example").at("team"), "Sales EU");
  Change team = change(Action::kUpdate, "811", "Sam@northwind.example");
  team.before = fields({{"team", "Sales EU"}});
  team.after = fields({{"team", "Default"}});
  (void)apply(team);
  EXPECT_EQ(stage_.user("Sam@northwind.example").at("role"), "teammate");
  EXPECT_EQ(stage_.user("Sam@northwind.example").at("team"), "Default");
}

// C13
TEST_F(TimelinesApplyTest, WhoWasNotListedIsReadBeforeTheUpdate) {
  Change role = change(Action::kUpdate, "811", "Sam@northwind.example");
  role.after = fields({{"role", "teammate"}});
  (void)apply(role);
  EXPECT_EQ(stage_.last_body(),
            R"({"email":"Sam@northwind.example","team_title":"Sales EU","role":"teammate"})");
}

// C31, never-again 29
TEST_F(TimelinesApplyTest, WhoIsThereIsNamedAsTheProviderSpellsThem) {
  (void)list();
  for (const Action action : {Action::kUpdate, Action::kReinvite}) {
    Change role = change(action, "811", "sam@northwind.example");
    role.after = fields({{"email", "sam@northwind.example"}, {"role", "teammate"}});
    (void)apply(role);
    EXPECT_THAT(stage_.last_body(), HasSubstr("Sam@northwind.example"));
  }
}

// C13
TEST_F(TimelinesApplyTest, InvitingAMemberSetsRoleAndTeamAndSaysSo) {
  const Applied applied = apply(invite("AMY@northwind.example", "teammate"));
  EXPECT_EQ(applied.remote_id, "812");
  EXPECT_THAT(applied.note, HasSubstr("was a member already"));
}

// C15, C5
TEST_F(TimelinesApplyTest, AnOwnersRoleNeverLeaves) {
  EXPECT_EQ(refused(invite("ann@northwind.example", "Owner")).kind, ErrorKind::kRejected);
  EXPECT_THAT(steps_.log, IsEmpty());
  EXPECT_THAT(requests(), IsEmpty());
}

// C16
TEST_F(TimelinesApplyTest, TheDefaultTeamIsSentAsThisWorkspaceSpellsIt) {
  for (const char* title : {"Default", "Default team"}) {
    auto seed = nlohmann::json::parse(kSeed);
    seed["workspaces"][0]["teams"] = {title, "Sales EU"};
    stage_.act("reset", seed.dump());
    (void)list();
    Change ann = invite("ann@northwind.example");
    ann.after->set("team", std::string("Default"));
    const Applied applied = apply(ann);
    EXPECT_EQ(to_text(*applied.account->fields.find("team")), "Default");
    EXPECT_EQ(stage_.user("ann@northwind.example").at("team"), title);
  }
}

TEST_F(TimelinesApplyTest, AnUnknownTeamIsRefusedInTheProvidersWords) {
  for (const char* how : {"404", "400"}) {
    stage_.set("unknown_team", how);
    Change ann = invite("ann@northwind.example");
    ann.after->set("team", std::string("Sales US"));
    const ConnectorError error = refused(ann);
    EXPECT_EQ(error.http_status, std::stoi(how));
    EXPECT_FALSE(error.stops_target());
  }
}

// C17, never-again 63
TEST_F(TimelinesApplyTest, AnOpenInvitationIsWithdrawn) {
  (void)apply(change(Action::kRevoke, "955", "ivy@northwind.example"));
  EXPECT_TRUE(stage_.user("ivy@northwind.example").is_null());
  EXPECT_THAT(steps_.log, ElementsAre("revoke?ivy@northwind.example", "revoke=955"));
}

// C17, never-again 48
TEST_F(TimelinesApplyTest, AnInvitationThatIsGoneIsWithdrawnAlready) {
  EXPECT_THAT(apply(change(Action::kRevoke, "9999", "x@northwind.example")).note,
              HasSubstr("already gone"));
}

// C17
TEST_F(TimelinesApplyTest, APageWith404DoesNotProveThatAnInvitationIsGone) {
  stage_.fault(
      R"({"action": "status", "status": 404, "shape": "html", "match": {"method": "DELETE"}})");
  EXPECT_EQ(refused(change(Action::kRevoke, "955", "ivy@northwind.example")).kind,
            ErrorKind::kMalformed);
}

// C17
TEST_F(TimelinesApplyTest, WhoAcceptedMeanwhileIsAHumansTask) {
  const ConnectorError error = refused(change(Action::kRevoke, "812", "amy@northwind.example"));
  EXPECT_EQ(error.kind, ErrorKind::kConflict);
  EXPECT_THAT(error.what(), HasSubstr("accepted meanwhile; remove in the web UI"));
  EXPECT_THAT(steps_.log, Not(Contains(HasSubstr("="))));
}

// C18
TEST_F(TimelinesApplyTest, AnActiveLeaverIsLoweredToCollaboratorAndKeepsTheTeam) {
  values_.set("demote_to", std::string("collaborator"));
  make();
  (void)list();
  Change demotion = change(Action::kUpdate, "811", "Sam@northwind.example");
  demotion.after = target_->capabilities().demotion;
  (void)apply(demotion);
  EXPECT_EQ(stage_.user("Sam@northwind.example").at("role"), "collaborator");
  EXPECT_EQ(stage_.user("Sam@northwind.example").at("team"), "Sales EU");
}

// C18
TEST_F(TimelinesApplyTest, AnActiveMemberCannotBeDeactivatedOrDeleted) {
  for (const Action action : {Action::kDeactivate, Action::kDelete, Action::kReactivate}) {
    EXPECT_EQ(refused(change(action, "812", "amy@northwind.example")).kind,
              ErrorKind::kUnsupported);
  }
  EXPECT_THAT(requests(), IsEmpty());
}

// C19, never-again 65
TEST_F(TimelinesApplyTest, AnExpiredInvitationIsRenewedUnderItsId) {
  Change again = change(Action::kReinvite, "955", "ivy@northwind.example");
  again.after = fields({{"email", "ivy@northwind.example"}, {"role", "agent"}});
  const Applied applied = apply(again);
  EXPECT_EQ(applied.remote_id, "955");
  EXPECT_EQ(applied.account->status, AccountStatus::kInvited);
}

Change readdressed() {
  Change change;
  change.action = Action::kReinvite;
  change.remote_id = "955";
  change.key = "ivy.ng@northwind.example";
  change.before = Fields{};
  change.before->set("email", std::string("ivy@northwind.example"));
  change.after = Fields{};
  change.after->set("email", std::string("ivy.ng@northwind.example"));
  return change;
}

// C21
TEST_F(TimelinesApplyTest, AnInvitationToAnAddressThatChangedIsRevokedAndSentAnew) {
  (void)list();
  const Applied applied = apply(readdressed());
  EXPECT_TRUE(stage_.user("ivy@northwind.example").is_null());
  EXPECT_EQ(stage_.user("ivy.ng@northwind.example").at("role"), "agent");
  EXPECT_NE(applied.remote_id, "955");
  EXPECT_THAT(steps_.log, ElementsAre(HasSubstr("revoke?"), "revoke=955", HasSubstr("invite?"),
                                      "invite=" + applied.remote_id));
}

// C21
TEST_F(TimelinesApplyTest, AStepThatWasDoneIsNotSentAgain) {
  (void)list();
  steps_.done_before = {"revoke"};
  (void)apply(readdressed());
  EXPECT_THAT(requests(), Not(Contains(HasSubstr("DELETE"))));
  EXPECT_THAT(requests(), Contains("POST /workspace/invitations"));
}

// C21
TEST_F(TimelinesApplyTest, WhoAcceptedAtTheOldAddressIsNotInvitedAtTheNewOne) {
  (void)list();
  stage_.act("accept", R"({"email": "ivy@northwind.example"})");
  EXPECT_EQ(refused(readdressed()).kind, ErrorKind::kConflict);
  EXPECT_TRUE(stage_.user("ivy.ng@northwind.example").is_null());
}

TEST_F(TimelinesApplyTest, AnInvitationThatWasDoneIsOnlyLookedUp) {
  steps_.done_before = {"invite"};
  EXPECT_EQ(apply(invite("amy@northwind.example")).remote_id, "812");
  EXPECT_THAT(requests(), Not(Contains(HasSubstr("POST"))));
}

// C29
TEST_F(TimelinesApplyTest, AFullWorkspaceIsRecognisedByItsCountersHoweverItAnswers) {
  stage_.edit(R"({"seats": 5})");
  for (const char* how : {"403", "400"}) {
    stage_.set("invite_when_full", how);
    const ConnectorError error = refused(invite("ann@northwind.example"));
    EXPECT_EQ(error.kind, ErrorKind::kConflict) << how;
    EXPECT_EQ(error.code, "seats_full");
    EXPECT_THAT(error.what(), HasSubstr("5 of 5 are used"));
    EXPECT_THAT(error.what(), HasSubstr("No seats left"));
  }
}

// C29
TEST_F(TimelinesApplyTest, AFullWorkspaceThatInvitesAllTheSameIsFine) {
  stage_.edit(R"({"seats": 5})");
  stage_.set("invite_when_full", "200");
  EXPECT_EQ(apply(invite("ann@northwind.example")).account->status, AccountStatus::kInvited);
}

// C29
TEST_F(TimelinesApplyTest, ARefusalWithFreeSeatsIsNotAboutSeats) {
  const ConnectorError error = refused(invite("no-address"));
  EXPECT_EQ(error.kind, ErrorKind::kRejected);
  EXPECT_EQ(error.code, "validation_error");
  EXPECT_THAT(error.what(), HasSubstr("Correct the value in the source or in `map`"));
}

// C30
TEST_F(TimelinesApplyTest, ATokenOfTooLowARoleStopsTheTarget) {
  values_.set("token", Secret("tla_amy"));
  make();
  const ConnectorError error = refused(invite("ann@northwind.example"));
  EXPECT_TRUE(error.stops_target());
  EXPECT_THAT(error.what(), HasSubstr("neither Owner nor Admin"));
}

}  // namespace
}  // namespace usher::timelines
