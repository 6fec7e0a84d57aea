// What a plan says and counts, on a world where nothing goes wrong.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/engine/world.h"

namespace usher {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class PlanTest : public testing::Test {
 protected:
  World world;
};

TEST_F(PlanTest, AJoinerIsInvitedOnceAndThenUnchanged) {
  world.hire(3);
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan),
            "invite p001@example.com (applied), invite p002@example.com (applied), "
            "invite p003@example.com (applied)");
  EXPECT_EQ(plan.plan.status, TargetStatus::kInSync);
  EXPECT_EQ(world.link("p001")->origin, Origin::kCreated);
  const TargetPlan again = world.plan();
  EXPECT_EQ(summary(again), "");
  EXPECT_EQ(again.plan.unchanged, 3U);
  EXPECT_EQ(again.plan.requests, 0);
}

TEST_F(PlanTest, APlanSendsNothingAndWritesNothing) {
  world.hire(3);
  world.target.add("olga@example.com");
  (void)world.plan();
  EXPECT_THAT(world.target.writes, IsEmpty());
  EXPECT_THAT(world.store->all_links(), IsEmpty());
  EXPECT_THAT(world.store->history("", 10), IsEmpty());
  EXPECT_FALSE(world.store->target_memory("seats"));
}

// never-again 19
TEST_F(PlanTest, AnAccountThatNobodyMatchesIsListedAndLeftAlone) {
  world.hire(1);
  world.target.add("olga@example.com");
  const TargetPlan plan = world.apply();
  EXPECT_THAT(plan.plan.unmanaged,
              ElementsAre(testing::Field(&Unmanaged::key, "olga@example.com")));
  EXPECT_EQ(world.target.keys(),
            (std::vector<std::string>{"olga@example.com", "p001@example.com"}));
}

TEST_F(PlanTest, AdoptsWhoHasAnAccountAlreadyWithoutARequest) {
  world.hire(1);
  world.target.add("P001@Example.com");
  world.target.account("p001@example.com")->fields.set("role", std::string("agent"));
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "adopt p001@example.com (applied)");
  EXPECT_THAT(world.target.writes, IsEmpty());
  EXPECT_EQ(world.link("p001")->origin, Origin::kAdopted);
}

// never-again 30, 29: letter case of an address is not a difference.
TEST_F(PlanTest, LetterCaseOfAnAddressIsNoDifference) {
  world.directory.add("E1", "ANN@Example.COM");
  world.apply();
  world.target.account("ann@example.com")->key = "ann@example.com";
  world.target.account("ann@example.com")->fields.set("email", std::string("ann@example.com"));
  EXPECT_EQ(summary(world.plan()), "");
}

TEST_F(PlanTest, TellsMoversDriftAndConfigurationApart) {
  world.hire(3);
  world.apply();
  world.directory.person("p001").attributes.set("level", {"admin"});
  EXPECT_EQ(change_of(world.plan(), "p001").cause, Cause::kMover);
  world.apply();
  world.target.account("p002@example.com")->fields.set("role", std::string("guest"));
  EXPECT_EQ(change_of(world.plan(), "p002").cause, Cause::kDrift);
  world.apply();
  world.map("${level}", "Alpha");
  EXPECT_EQ(change_of(world.plan(), "p003").cause, Cause::kConfiguration);
}

// The mapping reads an attribute it did not read before: the person is still the same.
TEST_F(PlanTest, AMappingThatReadsMoreIsAConfigurationAndItsLossesAreHeld) {
  world.hire(30);
  for (Person& person : world.directory.people) person.attributes.set("level", {"admin"});
  world.apply();
  for (Person& person : world.directory.people) person.attributes.set("rank", {"admin"});
  world.directory.person("p001").attributes.set("rank", {"guest"});
  world.map("${rank}");
  const TargetPlan plan = world.plan();
  EXPECT_EQ(summary(plan), "update p001@example.com (held configuration)");
  EXPECT_EQ(change_of(plan, "p001").cause, Cause::kConfiguration);
}

// What the target never shows cannot have drifted, and must not make drift look like a move.
TEST_F(PlanTest, DriftIsDriftEvenAfterANameChangedThatIsNeverReturned) {
  world.hire(1);
  world.apply();
  world.directory.person("p001").attributes.set("name", {"Ann Married"});
  EXPECT_EQ(summary(world.apply()), "");
  world.target.account("p001@example.com")->fields.set("role", std::string("guest"));
  EXPECT_EQ(change_of(world.plan(), "p001").cause, Cause::kDrift);
}

TEST_F(PlanTest, TheOwnerAndTheProtectedAreLeftAlone) {
  world.hire(2);
  world.target.account(world.target.add("p001@example.com"))->untouchable = "owner";
  world.target.add("p002@example.com");
  world.config.policy.protected_accounts = {"p002@example.com"};
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "");
  EXPECT_EQ(plan.plan.unmanaged_count, 2U);
}

TEST_F(PlanTest, AProtectedLeaverIsLeftAlone) {
  world.hire(30);
  world.apply();
  world.config.policy.protected_accounts = {world.link("p001")->remote_id};
  world.directory.remove("p001");
  EXPECT_EQ(summary(world.apply()), "");
}

// never-again 55, 36
TEST_F(PlanTest, AMissingRequiredAttributeIsAnErrorOfOnePerson) {
  world.hire(2);
  world.directory.person("p001").attributes.erase("mail");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "invite p002@example.com (applied)");
  EXPECT_EQ(plan.plan.undecided, 1U);
  EXPECT_EQ(plan.plan.status, TargetStatus::kPartial);
  EXPECT_THAT(problems(plan), HasSubstr("error p001: email"));
}

TEST_F(PlanTest, AKeyThatCannotBeTrustedNeverMatches) {
  world.directory.add("E1", "ann\xe2\x80\xae@example.com");
  world.target.add("ann\xe2\x80\xae@example.com");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "");
  EXPECT_EQ(plan.plan.status, TargetStatus::kPartial);
}

// ── counts ─────────────────────────────────────────────────────────────────────────────────────

TEST_F(PlanTest, EveryAccountIsCountedOnce) {
  world.hire(30);
  world.apply();
  world.accept_all();
  world.directory.person("p001").attributes.set("level", {"admin"});            // update
  world.directory.person("p002").attributes.set("mail", {"else@example.com"});  // manual
  world.directory.person("p003").attributes.set("level", {"admin"});            // update and manual
  world.directory.person("p003").attributes.set("mail", {"other@example.com"});
  world.directory.person("p004").fault = "ragged";                              // undecided
  world.directory.person("p005").attributes.set("mail", {"p006@example.com"});  // conflict
  world.directory.remove("p007");                                               // manual leaver
  world.directory.add("p100");                                                  // invite
  world.directory.add("p101");                                                  // adopt
  world.target.add("p101@example.com");
  world.target.add("stranger@example.com");  // unmanaged
  const TargetPlan plan = world.plan();
  EXPECT_EQ(plan.plan.accounts, world.target.size()) << summary(plan);
  EXPECT_EQ(plan.plan.unchanged, 24U);
  EXPECT_EQ(plan.plan.undecided, 1U);
  EXPECT_EQ(plan.plan.conflict, 1U);
  EXPECT_EQ(plan.plan.unmanaged_count, 1U);
  EXPECT_EQ(count(plan.plan, Action::kManual), 3U);
  EXPECT_EQ(plan.plan.people, 31U - 1U);
}

TEST_F(PlanTest, RequestsAndMailsAreWhatApplySends) {
  world.hire(30);
  world.apply();
  world.directory.remove("p001");  // one revoke, one list
  world.directory.person("p002").attributes.set("mail",
                                                {"else@example.com"});  // two steps, one mail
  world.directory.person("p003").attributes.set("level", {"admin"});    // one write, mails again
  world.directory.add("p100");                                          // one write, one mail
  const TargetPlan plan = world.plan();
  EXPECT_EQ(plan.plan.mails, 3);
  EXPECT_EQ(plan.plan.requests, 1 + 2 + 1 + 1 + world.target.can.requests_per_list);
  world.target.writes.clear();
  world.apply();
  EXPECT_THAT(world.target.writes, SizeIs(5));
}

TEST_F(PlanTest, AdoptingAnOpenInvitationMayMailAgain) {
  world.hire(1);
  world.target.add("p001@example.com", AccountStatus::kInvited);
  const TargetPlan plan = world.plan();
  EXPECT_EQ(summary(plan), "adopt p001@example.com");
  EXPECT_EQ(plan.plan.mails, 1);
  EXPECT_EQ(plan.plan.requests, 1);
}

// never-again 76: two plans of one world are one plan.
TEST_F(PlanTest, TheHashTellsPlansApartAndNothingElse) {
  world.hire(5);
  const std::string hash = world.plan().plan.hash;
  world.pass(kHour);
  EXPECT_EQ(world.plan().plan.hash, hash);
  world.directory.person("p001").attributes.set("level", {"admin"});
  EXPECT_NE(world.plan().plan.hash, hash);
}

// never-again 93
TEST_F(PlanTest, AnEmptyPlanSaysWhatWasReadAndLeftOut) {
  world.set_scope(R"(department eq "Nobody")");
  world.hire(4);
  const TargetPlan plan = world.plan();
  EXPECT_EQ(plan.plan.people, 4U);
  EXPECT_EQ(plan.plan.out_of_scope, 4U);
  EXPECT_THAT(plan.plan.sources, ElementsAre("staff"));
}

TEST_F(PlanTest, ATargetThatCannotBeListedHasFailed) {
  world.hire(3);
  world.target.fail_lists(ListFault::kUnauthorized);
  const TargetPlan plan = world.apply();
  EXPECT_EQ(plan.plan.status, TargetStatus::kFailed);
  EXPECT_THAT(world.target.writes, IsEmpty());
  EXPECT_FALSE(world.store->target_memory("seats"));
}

// ── leavers ────────────────────────────────────────────────────────────────────────────────────

TEST_F(PlanTest, AnActiveLeaverIsATaskForAHumanUntilTheAccountIsGone) {
  world.hire(30);
  world.apply();
  world.accept_all();
  world.directory.remove("p001");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "manual p001@example.com");
  EXPECT_EQ(plan.plan.status, TargetStatus::kHeld);
  world.target.erase("p001@example.com");
  EXPECT_EQ(world.apply().plan.status, TargetStatus::kInSync);
  world.apply();
  EXPECT_FALSE(world.link("p001"));
}

TEST_F(PlanTest, AnAcknowledgedLeaverIsInSync) {
  world.hire(30);
  world.apply();
  world.accept_all();
  world.directory.remove("p001");
  Link acknowledged = *world.link("p001");
  acknowledged.acknowledged_at = world.now();
  world.store->put_link(acknowledged);
  EXPECT_EQ(world.apply().plan.status, TargetStatus::kInSync);
}

TEST_F(PlanTest, AWeakenedLeaverIsWeakenedOnce) {
  world.target.can.demotion.set("role", std::string("guest"));
  world.hire(30);
  world.apply();
  world.accept_all();
  world.directory.remove("p001");
  EXPECT_EQ(summary(world.apply()), "update p001@example.com (applied), manual p001@example.com");
  EXPECT_EQ(summary(world.apply()), "manual p001@example.com");
}

TEST(ManagedPlanTest, ALeaverIsSuspendedReadBackAndWokenWhenTheyComeBack) {
  World world(FakeTarget::managing());
  world.hire(30);
  world.apply();
  world.directory.remove("p001");
  EXPECT_EQ(summary(world.apply()), "deactivate p001@example.com (applied)");
  EXPECT_NE(world.link("p001")->released_at, 0);
  world.directory.add("p001");
  EXPECT_EQ(summary(world.apply()), "reactivate p001@example.com (applied)");
  EXPECT_EQ(world.link("p001")->released_at, 0);
  EXPECT_EQ(summary(world.plan()), "");
}

}  // namespace
}  // namespace usher
