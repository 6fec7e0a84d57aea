// Limits, holds and approvals as a run meets them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/engine/world.h"

namespace usher {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class GuardingTest : public testing::Test {
 protected:
  void start(int people) {
    world.hire(people);
    world.apply();
  }
  void dismiss(int count) {
    world.directory.people.erase(world.directory.people.begin(),
                                 world.directory.people.begin() + count);
  }
  static std::size_t held(const TargetPlan& plan) { return count(plan.plan, ChangeStatus::kHeld); }

  World world;
};

TEST_F(GuardingTest, ExactlyTheLimitPasses) {
  start(45);
  dismiss(4);
  const TargetPlan plan = world.apply();
  EXPECT_EQ(held(plan), 0U);
  EXPECT_EQ(count(plan.plan, ChangeStatus::kApplied), 4U);
}

// never-again 68, 72
TEST_F(GuardingTest, AboveTheLimitRemovalsAreHeldAndTheRestGoesOn) {
  start(45);
  dismiss(5);
  world.directory.add("p100");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(held(plan), 5U);
  EXPECT_EQ(change_of(plan, "p100").status, ChangeStatus::kApplied);
  EXPECT_EQ(plan.plan.holds.at(0).limit, "10 % of 45 = 4");
  EXPECT_EQ(plan.plan.holds.at(0).setting, "usher.yaml:41:7");
  EXPECT_EQ(plan.plan.status, TargetStatus::kHeld);
}

TEST_F(GuardingTest, WhereFewAreOwnedTwoMayGo) {
  start(19);
  dismiss(2);
  EXPECT_EQ(held(world.plan()), 0U);
  dismiss(1);
  EXPECT_EQ(held(world.plan()), 3U);
}

// An account that is neither active nor invited is no base for anything.
TEST_F(GuardingTest, TheBaseIsWhatIsActiveOrInvited) {
  start(45);
  for (int i = 10; i < 25; ++i)
    world.target.account("p0" + std::to_string(i) + "@example.com")->status =
        AccountStatus::kInactive;
  EXPECT_EQ(world.plan().facts.owned, 30U);
}

TEST_F(GuardingTest, RemovalsOfADayAddUp) {
  world.config.policy.limits.removals_per_day.value = 5;
  start(60);
  dismiss(4);
  world.apply();
  dismiss(2);
  const TargetPlan plan = world.apply();
  EXPECT_EQ(held(plan), 2U);
  EXPECT_EQ(plan.plan.holds.at(0).limit, "5 in 24 h, 4 done");
  world.pass(kDay);
  EXPECT_EQ(held(world.apply()), 0U);
}

TEST_F(GuardingTest, RemovalsOfAWeekAddUp) {
  world.config.policy.limits.removals_per_week.value = 5;
  start(60);
  dismiss(4);
  world.apply();
  world.pass(2 * kDay);
  dismiss(2);
  EXPECT_EQ(world.apply().plan.holds.at(0).limit, "5 in 7 d, 4 done");
}

TEST_F(GuardingTest, LosingPowerCountsAsARemoval) {
  start(45);
  for (int i = 1; i <= 5; ++i)
    world.directory.person("p00" + std::to_string(i)).attributes.set("level", {"guest"});
  EXPECT_EQ(held(world.plan()), 5U);
}

// never-again 70
TEST_F(GuardingTest, RepairsOfDriftCountInNoLimitOfUpdates) {
  start(30);
  for (int i = 10; i <= 30; ++i) {
    world.target.account("p0" + std::to_string(i) + "@example.com")
        ->fields.set("role", std::string("guest"));
  }
  EXPECT_EQ(held(world.plan()), 0U);
}

TEST_F(GuardingTest, MovesAboveFortyPercentAreHeld) {
  start(20);
  for (int i = 1; i <= 9; ++i)
    world.directory.person("p00" + std::to_string(i)).attributes.set("level", {"admin"});
  const TargetPlan plan = world.apply();
  EXPECT_EQ(held(plan), 9U);
  EXPECT_EQ(plan.plan.holds.at(0).limit, "40 % of 20 = 8");
}

TEST_F(GuardingTest, NoUpdatesAtAllMeansNone) {
  start(5);
  world.config.policy.limits.updates_percent.value = 0;
  world.directory.person("p001").attributes.set("level", {"admin"});
  EXPECT_EQ(held(world.plan()), 1U);
}

// never-again 91
TEST_F(GuardingTest, CreationsBeyondTheFreeSeatsWaitForThem) {
  world.target.seats = Seats{10, 8};
  world.hire(4);
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan),
            "invite p001@example.com (applied), invite p002@example.com (applied), "
            "invite p003@example.com (held seats), invite p004@example.com (held seats)");
  world.approve_stored(plan.plan.holds.at(0).hash);
  EXPECT_EQ(held(world.plan()), 0U);  // two seats are still free by the provider's count
  world.target.seats = Seats{10, 10};
  EXPECT_EQ(held(world.plan()), 2U);
  world.target.seats = Seats{20, 10};
  EXPECT_EQ(held(world.apply()), 0U);
}

TEST_F(GuardingTest, CreationsAboveTheCountAreHeldWhereSeatsAreNotKnown) {
  world.config.policy.limits.creates_count.value = 3;
  world.hire(4);
  EXPECT_EQ(held(world.plan()), 4U);
}

// never-again 22
TEST_F(GuardingTest, AnAdoptedAccountIsNotRemovedWithinThirtyDaysWithoutApproval) {
  world.hire(30);
  world.target.add("p001@example.com", AccountStatus::kInvited);
  world.apply();
  world.directory.remove("p001");
  world.pass(30 * kDay - 1);
  EXPECT_EQ(held(world.plan()), 1U);
  world.pass(1);
  EXPECT_EQ(held(world.plan()), 0U);
}

TEST_F(GuardingTest, TheProbationDoesNotEndBecauseTheClockIsWrong) {
  world.hire(30);
  world.target.add("p001@example.com", AccountStatus::kInvited);
  world.apply();
  world.directory.remove("p001");
  world.pass(365 * kDay);
  world.clock_doubt = "the provider's clock is a year behind ours";
  EXPECT_EQ(held(world.plan()), 1U);
}

// Taking over an expired invitation is an adoption, whatever it sends.
TEST_F(GuardingTest, AnExpiredInvitationOfSomebodyElseIsAdoptedOnProbation) {
  world.hire(30);
  world.target.add("p001@example.com", AccountStatus::kInviteExpired);
  world.apply();
  EXPECT_EQ(world.link("p001")->origin, Origin::kAdopted);
  world.directory.remove("p001");
  EXPECT_EQ(held(world.plan()), 1U);
}

TEST_F(GuardingTest, AnExpiredInvitationOfSomebodyElseIsHeldWhereAdoptionsAre) {
  world.config.policy.adopt = Adopt::kHold;
  world.hire(1);
  world.target.add("p001@example.com", AccountStatus::kInviteExpired);
  EXPECT_EQ(summary(world.apply()), "reinvite p001@example.com (held adoptions)");
}

TEST_F(GuardingTest, AnAdoptionThatTakesPowerAwayIsHeld) {
  world.hire(1);
  world.target.account(world.target.add("p001@example.com"))
      ->fields.set("role", std::string("admin"));
  EXPECT_EQ(summary(world.apply()), "adopt p001@example.com (held adoptions)");
}

// ── approvals ──────────────────────────────────────────────────────────────────────────────────

class ApprovalTest : public GuardingTest {
 protected:
  ApprovalTest() {
    start(45);
    dismiss(6);
    hash = world.apply().plan.holds.at(0).hash;
  }
  std::string hash;
};

TEST_F(ApprovalTest, ReleasesExactlyWhatWasHeld) {
  world.approve_stored(hash);
  const TargetPlan plan = world.apply();
  EXPECT_EQ(count(plan.plan, ChangeStatus::kApplied), 6U);
  EXPECT_THAT(world.store->holds(), IsEmpty());
}

TEST_F(ApprovalTest, ReleasesNotWhatCameLater) {
  world.approve_stored(hash);
  dismiss(5);
  const TargetPlan plan = world.apply();
  EXPECT_EQ(count(plan.plan, ChangeStatus::kApplied), 6U);
  EXPECT_EQ(held(plan), 5U);
}

TEST_F(ApprovalTest, ReleasesNotWhoCameBack) {
  world.approve_stored(hash);
  world.directory.add("p001");
  EXPECT_EQ(count(world.apply().plan, ChangeStatus::kApplied), 5U);
  EXPECT_TRUE(world.link("p001"));
}

TEST_F(ApprovalTest, OnTheCommandLinePlansAnewAndTakesAPrefix) {
  world.approve = {hash.substr(7, 12)};
  EXPECT_EQ(count(world.apply().plan, ChangeStatus::kApplied), 6U);
}

TEST_F(ApprovalTest, OfAnOlderHoldReleasesWhatIsStillTheSame) {
  dismiss(1);
  EXPECT_NE(world.plan().plan.holds.at(0).hash, hash);
  world.approve = {hash};
  const TargetPlan plan = world.apply();
  EXPECT_EQ(count(plan.plan, ChangeStatus::kApplied),
            7U);  // six approved, and one within the limit
}

TEST_F(ApprovalTest, ExpiresAfterSevenDays) {
  world.approve_stored(hash);
  world.pass(7 * kDay);
  EXPECT_EQ(held(world.apply()), 6U);
}

TEST_F(ApprovalTest, SurvivesAFailureAndIsUsedUpBySuccess) {
  world.approve_stored(hash);
  world.target.fail_writes(WriteFault::kTransient, 0, 1);
  world.apply();
  EXPECT_THAT(world.store->approved_lines("seats", world.now()), SizeIs(1));
  world.apply();
  EXPECT_THAT(world.store->approved_lines("seats", world.now()), IsEmpty());
}

TEST_F(ApprovalTest, CountsInNoLimit) {
  world.approve_stored(hash);
  world.apply();
  EXPECT_EQ(world.store->removals_of_target("seats", world.now() - kDay), 0U);
  dismiss(3);
  EXPECT_EQ(held(world.apply()), 0U);
}

TEST_F(ApprovalTest, DoesNotReplaceACompleteRead) {
  world.approve_stored(hash);
  world.directory.incomplete = "a page is missing";
  EXPECT_EQ(summary(world.apply()), "");
}

// A creation gets its id when it is made; that must not hide it from its approval.
TEST_F(GuardingTest, TheApprovalOfACreationIsUsedUpToo) {
  world.config.policy.limits.creates_count.value = 1;
  world.hire(2);
  world.approve_stored(world.apply().plan.holds.at(0).hash);
  EXPECT_EQ(count(world.apply().plan, ChangeStatus::kApplied), 2U);
  EXPECT_THAT(world.store->approved_lines("seats", world.now()), IsEmpty());
}

}  // namespace
}  // namespace usher
