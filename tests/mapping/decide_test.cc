#include "mapping/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace usher {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kNow = 1'800'000'000;
constexpr std::int64_t kDay = 86'400;

/// Like TimelinesAI: accounts come by invitation, the e-mail cannot be changed, an active member
/// cannot be removed.
Capabilities inviting_provider() {
  Capabilities can;
  can.attributes = {
      {.name = "email", .required = true, .updatable = false, .ignores_case = true},
      {.name = "first_name", .returned = false, .is_name = true},
      {.name = "role", .entitlement = true, .ranks = {"collaborator", "agent", "admin"}},
      {.name = "team"},
  };
  can.key = "email";
  can.creation = Action::kInvite;
  can.can_revoke = true;
  can.can_reinvite = true;
  can.creation_mails = true;
  can.manual_removal = "Remove {key} in the web UI";
  can.manual_rename = "Change {key} to {new_key} by hand";
  return can;
}

/// Like SCIM: accounts can be created, suspended, woken and deleted, and looked up one by one.
Capabilities full_provider() {
  Capabilities can = inviting_provider();
  can.attributes[0].updatable = true;
  can.creation = Action::kCreate;
  can.can_deactivate = can.can_reactivate = can.can_delete = can.has_lookup = true;
  can.can_revoke = can.can_reinvite = can.creation_mails = false;
  return can;
}

Account account(const std::string& role = "agent", AccountStatus status = AccountStatus::kActive) {
  Account result;
  result.remote_id = "7";
  result.key = "Ann@example.com";
  result.fields.set("email", std::string("Ann@example.com"));
  result.fields.set("role", role);
  result.status = status;
  return result;
}

Standing wanted(const std::string& role = "agent") {
  Standing standing;
  standing.presence = Presence::kPresent;
  standing.desired.key = "ann@example.com";
  standing.desired.fields.set("email", std::string("ann@example.com"));
  standing.desired.fields.set("first_name", std::string("Ann"));
  standing.desired.fields.set("role", role);
  standing.person_digest = "role=1";
  return standing;
}

Standing gone() {
  Standing standing;
  standing.presence = Presence::kAbsent;
  standing.why = "is no longer in source 'staff'";
  return standing;
}

Link link() {
  Link result;
  result.source_id = "E1";
  result.remote_id = "7";
  result.key = "ann@example.com";
  result.desired_digest = desired_digest_of(wanted().desired, inviting_provider(), "");
  result.person_digest = "role=1";
  return result;
}

class DecideTest : public testing::Test {
 protected:
  Decision decide_with(const Standing& person, const Account* held, const Link* owner,
                       Presence unseen = Presence::kAbsent) {
    Situation situation;
    situation.source_id = "E1";
    situation.person = person;
    situation.account = held;
    situation.remote = held != nullptr ? Presence::kPresent : unseen;
    situation.link = owner;
    situation.now = kNow;
    return decide(situation, policy, can);
  }

  static Action only_action(const Decision& decision) {
    EXPECT_EQ(decision.changes.size(), 1U);
    return decision.changes.empty() ? Action::kManual : decision.changes.front().action;
  }

  Policy policy;
  Capabilities can = inviting_provider();
};

TEST_F(DecideTest, AJoinerIsInvitedWithEverythingTheMappingSays) {
  const Decision decision = decide_with(wanted(), nullptr, nullptr);
  ASSERT_EQ(only_action(decision), Action::kInvite);
  const Change& change = decision.changes.front();
  EXPECT_EQ(change.cause, Cause::kJoiner);
  EXPECT_THAT(change.fields, ElementsAre("email", "first_name", "role"));
  EXPECT_TRUE(change.sends_mail);
  EXPECT_FALSE(change.before);
}

TEST_F(DecideTest, AJoinerIsUndecidedWhenTheListIsNotCompleteAndNobodyCanBeLookedUp) {
  const Decision decision = decide_with(wanted(), nullptr, nullptr, Presence::kUnknown);
  EXPECT_EQ(decision.verdict, Verdict::kUndecided);
  EXPECT_THAT(decision.changes, IsEmpty());
}

TEST_F(DecideTest, AJoinerIsLookedUpBeforeTheWriteWhenTheListIsNotComplete) {
  can = full_provider();
  const Decision decision = decide_with(wanted(), nullptr, nullptr, Presence::kUnknown);
  ASSERT_EQ(only_action(decision), Action::kCreate);
  EXPECT_TRUE(decision.changes.front().needs_lookup);
}

TEST_F(DecideTest, AnAccountThatIsThereAlreadyIsAdoptedWithoutARequest) {
  const Account held = account();
  const Decision decision = decide_with(wanted(), &held, nullptr);
  ASSERT_EQ(only_action(decision), Action::kAdopt);
  EXPECT_THAT(decision.changes.front().fields, IsEmpty());
  EXPECT_FALSE(sends(decision.changes.front()));
}

TEST_F(DecideTest, AdoptionThatLowersAnEntitlementSaysSo) {
  const Account held = account("admin");
  const Decision decision = decide_with(wanted("agent"), &held, nullptr);
  ASSERT_EQ(only_action(decision), Action::kAdopt);
  EXPECT_THAT(decision.changes.front().fields, ElementsAre("role"));
  EXPECT_TRUE(decision.changes.front().lowers_entitlement);
}

// Else the next plan is the first to say it, as if somebody had changed it.
TEST_F(DecideTest, WhatCannotBeChangedOfAnAdoptedAccountIsATaskForAHuman) {
  can.attributes.push_back({.name = "number", .updatable = false});
  Account found = account("admin");
  found.fields.set("number", std::string("1"));
  Standing person = wanted("agent");
  person.desired.fields.set("number", std::string("2"));
  const Decision decision = decide_with(person, &found, nullptr);
  ASSERT_EQ(decision.changes.size(), 2U);
  EXPECT_EQ(decision.changes[0].action, Action::kAdopt);
  EXPECT_THAT(decision.changes[0].fields, ElementsAre("role"));
  const Change& manual = decision.changes[1];
  EXPECT_EQ(manual.action, Action::kManual);
  EXPECT_EQ(manual.cause, Cause::kJoiner);
  EXPECT_THAT(manual.fields, ElementsAre("number"));
  EXPECT_THAT(manual.reason, HasSubstr("change it by hand"));
}

TEST_F(DecideTest, WhatAnAdoptedAccountNeverHadIsNoDrift) {
  can.attributes.push_back({.name = "number", .updatable = false});
  Account found = account();
  found.fields.set("number", std::string("1"));
  Standing numbered = wanted();
  numbered.desired.fields.set("number", std::string("2"));
  Link owner = link();
  owner.desired_digest = desired_digest_of(numbered.desired, can, "");
  for (const auto& [origin, cause] :
       {std::pair{Origin::kAdopted, Cause::kJoiner}, std::pair{Origin::kCreated, Cause::kDrift}}) {
    owner.origin = origin;
    const Decision decision = decide_with(numbered, &found, &owner);
    ASSERT_EQ(only_action(decision), Action::kManual);
    EXPECT_EQ(decision.changes.front().cause, cause);
  }
}

TEST_F(DecideTest, AdoptNeverIsAConflict) {
  policy.adopt = Adopt::kNever;
  const Account held = account();
  EXPECT_EQ(decide_with(wanted(), &held, nullptr).verdict, Verdict::kConflict);
}

// never-again 29, 30: letter case alone is no difference.
TEST_F(DecideTest, AnAccountThatDiffersInLetterCaseOfTheAddressOnlyIsUnchanged) {
  const Account held = account();
  const Link owner = link();
  EXPECT_EQ(decide_with(wanted(), &held, &owner).verdict, Verdict::kUnchanged);
}

TEST_F(DecideTest, AnAttributeThatTheTargetNeverReturnsIsNotCompared) {
  Standing person = wanted();
  person.desired.fields.set("first_name", std::string("Anna"));
  const Account held = account();
  const Link owner = link();
  EXPECT_EQ(decide_with(person, &held, &owner).verdict, Verdict::kUnchanged);
}

TEST_F(DecideTest, AnUnreadAttributeStaysAsItIs) {
  Standing person = wanted("admin");
  person.unread = {"role"};
  const Account held = account();
  const Link owner = link();
  EXPECT_EQ(decide_with(person, &held, &owner).verdict, Verdict::kUnchanged);
}

TEST_F(DecideTest, AMoverIsAPersonWhoChanged) {
  Standing person = wanted("admin");
  person.person_digest = "role=2";
  const Account held = account();
  const Link owner = link();
  const Decision decision = decide_with(person, &held, &owner);
  ASSERT_EQ(only_action(decision), Action::kUpdate);
  EXPECT_EQ(decision.changes.front().cause, Cause::kMover);
  EXPECT_FALSE(decision.changes.front().lowers_entitlement);
}

TEST_F(DecideTest, DriftIsATargetThatChangedWhileWeWantTheSame) {
  const Account held = account("admin");
  const Link owner = link();
  const Decision decision = decide_with(wanted(), &held, &owner);
  ASSERT_EQ(only_action(decision), Action::kUpdate);
  EXPECT_EQ(decision.changes.front().cause, Cause::kDrift);
  EXPECT_TRUE(decision.changes.front().lowers_entitlement);
}

TEST_F(DecideTest, ConfigurationIsAMappingThatChangedWhileThePersonDidNot) {
  const Account held = account();
  const Link owner = link();
  const Decision decision = decide_with(wanted("admin"), &held, &owner);
  ASSERT_EQ(only_action(decision), Action::kUpdate);
  EXPECT_EQ(decision.changes.front().cause, Cause::kConfiguration);
}

// Groups that were not looked at before are compared now: nobody changed anything behind our back.
TEST_F(DecideTest, ConfigurationIsAlsoASettingThatDecides) {
  const Account held = account("admin");
  const Link owner = link();
  policy.settings_hash = "other";
  const Decision decision = decide_with(wanted(), &held, &owner);
  ASSERT_EQ(only_action(decision), Action::kUpdate);
  EXPECT_EQ(decision.changes.front().cause, Cause::kConfiguration);
  EXPECT_TRUE(decision.changes.front().lowers_entitlement);
}

TEST_F(DecideTest, WhoIsInOrderUnderChangedSettingsIsNotedSo) {
  const Account held = account();
  Link owner = link();
  policy.settings_hash = "other";
  EXPECT_EQ(decide_with(wanted(), &held, &owner).bookkeeping, Bookkeeping::kSeen);
  owner.desired_digest = desired_digest_of(wanted().desired, can, "other");
  EXPECT_EQ(decide_with(wanted(), &held, &owner).bookkeeping, Bookkeeping::kNone);
}

// never-again 31, 32: a rename is a rename, addressed by remote id.
TEST_F(DecideTest, AChangedKeyOfAnActiveMemberIsATaskForAHumanBesideWhatCanBeSent) {
  Standing person = wanted("admin");
  person.desired.key = "anna@example.com";
  person.desired.fields.set("email", std::string("anna@example.com"));
  const Account held = account();
  const Link owner = link();
  const Decision decision = decide_with(person, &held, &owner);
  ASSERT_EQ(decision.changes.size(), 2U);
  EXPECT_EQ(decision.changes[0].action, Action::kUpdate);
  EXPECT_THAT(decision.changes[0].fields, ElementsAre("role"));
  EXPECT_EQ(decision.changes[1].action, Action::kManual);
  EXPECT_EQ(decision.changes[1].reason, "Change Ann@example.com to anna@example.com by hand");
  EXPECT_EQ(decision.changes[1].remote_id, "7");
}

TEST_F(DecideTest, AChangedKeyOfAnOpenInvitationIsOneReinviteOfTwoRequests) {
  Standing person = wanted();
  person.desired.key = "anna@example.com";
  person.desired.fields.set("email", std::string("anna@example.com"));
  const Account held = account("agent", AccountStatus::kInvited);
  const Link owner = link();
  const Decision decision = decide_with(person, &held, &owner);
  ASSERT_EQ(only_action(decision), Action::kReinvite);
  EXPECT_EQ(decision.changes.front().requests, 2);
  EXPECT_TRUE(decision.changes.front().sends_mail);
}

// never-again 64, 65
TEST_F(DecideTest, AnExpiredInvitationIsSentAgainAfterTheInterval) {
  const Account held = account("agent", AccountStatus::kInviteExpired);
  Link owner = link();
  owner.invitations = 1;
  owner.invited_at = kNow - 7 * kDay;
  EXPECT_EQ(only_action(decide_with(wanted(), &held, &owner)), Action::kReinvite);
  owner.invited_at = kNow - 7 * kDay + 1;
  EXPECT_EQ(decide_with(wanted(), &held, &owner).verdict, Verdict::kUnchanged);
}

TEST_F(DecideTest, AnExpiredInvitationIsNotSentMoreThanTheConfiguredTimes) {
  const Account held = account("agent", AccountStatus::kInviteExpired);
  Link owner = link();
  owner.invitations = 3;
  const Decision decision = decide_with(wanted(), &held, &owner);
  EXPECT_EQ(decision.verdict, Verdict::kUnchanged);
  EXPECT_THAT(decision.note, HasSubstr("invitations.max: 3"));
}

TEST_F(DecideTest, AnExpiredInvitationCanBeWithdrawnByPolicyAndThenStaysWithdrawn) {
  policy.invitations.expired = ExpiredInvitation::kRevoke;
  const Account held = account("agent", AccountStatus::kInviteExpired);
  Link owner = link();
  EXPECT_EQ(only_action(decide_with(wanted(), &held, &owner)), Action::kRevoke);
  owner.withdrawn_at = kNow;
  EXPECT_THAT(decide_with(wanted(), nullptr, &owner).changes, IsEmpty());
}

TEST_F(DecideTest, ASuspensionByOthersIsAWarningAndNotUndone) {
  const Account held = account("agent", AccountStatus::kInactive);
  const Link owner = link();
  const Decision decision = decide_with(wanted(), &held, &owner);
  EXPECT_THAT(decision.changes, IsEmpty());
  EXPECT_THAT(decision.note, HasSubstr("suspended"));
}

TEST_F(DecideTest, ASuspensionByOthersIsUndoneWithReactivateAlways) {
  can = full_provider();
  policy.reactivate_always = true;
  const Account held = account("agent", AccountStatus::kInactive);
  const Link owner = link();
  EXPECT_EQ(only_action(decide_with(wanted(), &held, &owner)), Action::kReactivate);
}

TEST_F(DecideTest, WhoComesBackInTheGracePeriodIsReactivated) {
  can = full_provider();
  const Account held = account("agent", AccountStatus::kInactive);
  Link owner = link();
  owner.released_at = kNow - kDay;
  EXPECT_EQ(only_action(decide_with(wanted(), &held, &owner)), Action::kReactivate);
}

// never-again 67
TEST_F(DecideTest, AVanishedAccountIsRecreatedOnceAndThenOnlyReported) {
  can = full_provider();
  Link owner = link();
  const Decision first = decide_with(wanted(), nullptr, &owner);
  ASSERT_EQ(only_action(first), Action::kCreate);
  EXPECT_EQ(first.changes.front().cause, Cause::kDrift);
  owner.recreated_at = kNow - 29 * kDay;
  EXPECT_THAT(decide_with(wanted(), nullptr, &owner).changes, IsEmpty());
  owner.recreated_at = kNow - 30 * kDay;
  EXPECT_EQ(only_action(decide_with(wanted(), nullptr, &owner)), Action::kCreate);
}

TEST_F(DecideTest, WithoutALookUpAVanishedAccountMustBeMissingFromTwoLists) {
  Link owner = link();
  const Decision first = decide_with(wanted(), nullptr, &owner);
  EXPECT_THAT(first.changes, IsEmpty());
  EXPECT_EQ(first.bookkeeping, Bookkeeping::kMarkMissing);
  owner.missing_since = kNow - kDay;
  EXPECT_EQ(only_action(decide_with(wanted(), nullptr, &owner)), Action::kInvite);
}

TEST_F(DecideTest, ALinkedAccountThatAnIncompleteListDoesNotShowIsLeftAlone) {
  const Link owner = link();
  const Decision decision = decide_with(wanted(), nullptr, &owner, Presence::kUnknown);
  EXPECT_EQ(decision.verdict, Verdict::kUndecided);
  EXPECT_THAT(decision.changes, IsEmpty());
}

// never-again 19 to 22
TEST_F(DecideTest, AnUnlinkedAccountIsNeverRemoved) {
  policy.leavers.action = LeaverAction::kDelete;
  can = full_provider();
  const Account held = account();
  EXPECT_THAT(decide_with(gone(), &held, nullptr).changes, IsEmpty());
}

TEST_F(DecideTest, ALeaverIsOnlyFlaggedByDefault) {
  const Account held = account();
  const Link owner = link();
  const Decision decision = decide_with(gone(), &held, &owner);
  ASSERT_EQ(only_action(decision), Action::kManual);
  EXPECT_THAT(decision.changes.front().reason, HasSubstr("Remove Ann@example.com in the web UI"));
}

TEST_F(DecideTest, ALeaverIsKeptWithDoKeep) {
  policy.leavers.action = LeaverAction::kKeep;
  const Account held = account();
  const Link owner = link();
  EXPECT_THAT(decide_with(gone(), &held, &owner).changes, IsEmpty());
}

// never-again 63
TEST_F(DecideTest, ALeaverWithAnOpenInvitationIsRevoked) {
  policy.leavers.action = LeaverAction::kDeactivate;
  const Link owner = link();
  for (const AccountStatus status : {AccountStatus::kInvited, AccountStatus::kInviteExpired}) {
    const Account held = account("agent", status);
    EXPECT_EQ(only_action(decide_with(gone(), &held, &owner)), Action::kRevoke);
  }
}

TEST_F(DecideTest, AnActiveLeaverWhomTheApiCannotRemoveIsWeakenedAndHandedToAHuman) {
  policy.leavers.action = LeaverAction::kDeactivate;
  can.demotion.set("role", std::string("collaborator"));
  const Account held = account();
  const Link owner = link();
  const Decision decision = decide_with(gone(), &held, &owner);
  ASSERT_EQ(decision.changes.size(), 2U);
  EXPECT_EQ(decision.changes[0].action, Action::kUpdate);
  EXPECT_TRUE(is_removal(decision.changes[0]));
  EXPECT_EQ(decision.changes[1].action, Action::kManual);
  const Account weakened = account("collaborator");
  EXPECT_EQ(only_action(decide_with(gone(), &weakened, &owner)), Action::kManual);
}

TEST_F(DecideTest, ALeaverIsDeactivatedFirstAndDeletedAfterTheGracePeriod) {
  can = full_provider();
  policy.leavers.action = LeaverAction::kDeactivate;
  policy.leavers.delete_after = std::chrono::seconds(30 * kDay);
  Link owner = link();
  const Account active = account();
  EXPECT_EQ(only_action(decide_with(gone(), &active, &owner)), Action::kDeactivate);
  const Account inactive = account("agent", AccountStatus::kInactive);
  owner.released_at = kNow - 30 * kDay + 1;
  EXPECT_THAT(decide_with(gone(), &inactive, &owner).changes, IsEmpty());
  owner.released_at = kNow - 30 * kDay;
  EXPECT_EQ(only_action(decide_with(gone(), &inactive, &owner)), Action::kDelete);
}

TEST_F(DecideTest, ALeaverWhoRegainedAccessIsDeactivatedAgain) {
  can = full_provider();
  policy.leavers.action = LeaverAction::kDeactivate;
  const Account active = account();
  Link owner = link();
  owner.released_at = kNow - kDay;
  EXPECT_EQ(only_action(decide_with(gone(), &active, &owner)), Action::kDeactivate);
}

TEST_F(DecideTest, AFreedPlaceholderIsNotDisconnectedAgain) {
  can = full_provider();
  policy.leavers.action = LeaverAction::kDeactivate;
  Account placeholder = account();
  placeholder.usable = false;
  Link owner = link();
  EXPECT_EQ(only_action(decide_with(gone(), &placeholder, &owner)), Action::kDeactivate);
  owner.released_at = kNow - kDay;
  EXPECT_THAT(decide_with(gone(), &placeholder, &owner).changes, IsEmpty());
}

TEST_F(DecideTest, ALeaverWhoseAbsenceIsTooYoungWaits) {
  policy.leavers.action = LeaverAction::kDeactivate;
  Standing person = gone();
  person.waiting = true;
  const Account held = account("agent", AccountStatus::kInvited);
  const Link owner = link();
  const Decision decision = decide_with(person, &held, &owner);
  ASSERT_EQ(only_action(decision), Action::kRevoke);
  EXPECT_EQ(decision.changes.front().status, ChangeStatus::kWaiting);
}

TEST_F(DecideTest, ALeaverWhoseAccountIsGoneLosesTheLinkAndNothingElse) {
  can = full_provider();
  const Link owner = link();
  const Decision decision = decide_with(gone(), nullptr, &owner);
  EXPECT_THAT(decision.changes, IsEmpty());
  EXPECT_EQ(decision.bookkeeping, Bookkeeping::kDrop);
}

TEST_F(DecideTest, WithoutALookUpALeaversLinkIsKeptUntilASecondListLacksTheAccount) {
  Link owner = link();
  EXPECT_EQ(decide_with(gone(), nullptr, &owner).bookkeeping, Bookkeeping::kMarkMissing);
  owner.missing_since = kNow - kDay;
  EXPECT_EQ(decide_with(gone(), nullptr, &owner).bookkeeping, Bookkeeping::kDrop);
}

TEST_F(DecideTest, ADeletionThatTakesMoreThanTheAccountSaysSo) {
  policy.leavers.action = LeaverAction::kDelete;
  can = full_provider();
  can.delete_means = "{key} loses all workspaces";
  const Account held = account();
  const Link owner = link();
  const Decision decision = decide_with(gone(), &held, &owner);
  ASSERT_EQ(only_action(decision), Action::kDelete);
  EXPECT_THAT(decision.changes.front().reason, HasSubstr("Ann@example.com loses all workspaces"));
}

TEST_F(DecideTest, ADeactivationThatTakesMoreThanTheAccountSaysSo) {
  policy.leavers.action = LeaverAction::kDeactivate;
  can = full_provider();
  can.deactivate_means = "{key} is suspended everywhere";
  const Account held = account();
  const Link owner = link();
  const Decision decision = decide_with(gone(), &held, &owner);
  ASSERT_EQ(only_action(decision), Action::kDeactivate);
  EXPECT_THAT(decision.changes.front().reason,
              HasSubstr("Ann@example.com is suspended everywhere"));
}

TEST_F(DecideTest, AnAcknowledgedLeaverIsLeftToTheHuman) {
  const Account held = account();
  Link owner = link();
  owner.acknowledged_at = kNow;
  EXPECT_THAT(decide_with(gone(), &held, &owner).changes, IsEmpty());
}

// never-again 2
TEST_F(DecideTest, AnUnknownPersonIsLeftAsTheyAre) {
  policy.leavers.action = LeaverAction::kDelete;
  const Account held = account("admin");
  const Link owner = link();
  Standing person;
  person.presence = Presence::kUnknown;
  const Decision decision = decide_with(person, &held, &owner);
  EXPECT_EQ(decision.verdict, Verdict::kUndecided);
  EXPECT_THAT(decision.changes, IsEmpty());
}

// never-again 24
TEST_F(DecideTest, TheOwnerAndTheProtectedAreNeverTouched) {
  policy.leavers.action = LeaverAction::kDelete;
  can = full_provider();
  Account held = account("admin");
  const Link owner = link();
  held.untouchable = "owner";
  EXPECT_EQ(decide_with(gone(), &held, &owner).verdict, Verdict::kProtected);
  EXPECT_EQ(decide_with(wanted(), &held, &owner).verdict, Verdict::kProtected);
  held.untouchable.clear();
  policy.protected_accounts = {"ANN@example.com"};
  EXPECT_EQ(decide_with(gone(), &held, &owner).verdict, Verdict::kProtected);
  policy.protected_accounts = {"7"};
  EXPECT_EQ(decide_with(gone(), &held, &owner).verdict, Verdict::kProtected);
}

TEST(NameDigestTest, TellsWhetherEveryNameChanged) {
  const Capabilities can = inviting_provider();
  Account ann;
  ann.fields.set("first_name", std::string("Ann"));
  Account bob;
  bob.fields.set("first_name", std::string("Bob"));
  EXPECT_TRUE(all_names_changed(name_digest_of(ann, can), name_digest_of(bob, can)));
  EXPECT_FALSE(all_names_changed(name_digest_of(ann, can), name_digest_of(ann, can)));
  EXPECT_FALSE(all_names_changed("", name_digest_of(bob, can)));
}

}  // namespace
}  // namespace usher
