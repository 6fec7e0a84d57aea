#include "mapping/guards.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace usher {
namespace {

using testing::IsEmpty;

Candidate candidate(Action action, int number, Cause cause = Cause::kMover) {
  Candidate result;
  result.change.action = action;
  result.change.cause = cause;
  result.change.source_id = "E" + std::to_string(number);
  result.change.key = result.change.source_id + "@example.com";
  if (action == Action::kUpdate || action == Action::kAdopt) {
    result.change.fields = {"team"};
    result.change.after = Fields{};
  }
  return result;
}

std::vector<Candidate> many(Action action, int count, Cause cause = Cause::kMover) {
  std::vector<Candidate> result;
  for (int i = 0; i < count; ++i) result.push_back(candidate(action, i, cause));
  return result;
}

std::size_t held(const std::vector<Candidate>& candidates) {
  std::size_t count = 0;
  for (const Candidate& one : candidates) count += one.change.status == ChangeStatus::kHeld ? 1 : 0;
  return count;
}

class GuardsTest : public testing::Test {
 protected:
  GuardsTest() {
    facts.owned = 100;
    facts.where = "usher.yaml:30:3";
    policy.limits.removals_percent.where = "usher.yaml:41:7";
  }
  GuardResult guard_all(std::vector<Candidate>& candidates) {
    return guard(candidates, policy, facts);
  }

  Policy policy;
  GuardFacts facts;
};

TEST_F(GuardsTest, ExactlyTheLimitOfRemovalsPasses) {
  auto candidates = many(Action::kRevoke, 10);
  EXPECT_THAT(guard_all(candidates).parked, IsEmpty());
  EXPECT_EQ(held(candidates), 0U);
}

// never-again 69, 71: the numbers, the setting and its place come from what decided.
TEST_F(GuardsTest, OneRemovalMoreHoldsThemAllAndTellsTheNumbersAndTheSetting) {
  auto candidates = many(Action::kRevoke, 11);
  const GuardResult result = guard_all(candidates);
  EXPECT_EQ(held(candidates), 11U);
  const Parking& parking = result.parked.at(HoldClass::kRemovals);
  EXPECT_EQ(parking.limit, "10 % of 100 = 10");
  EXPECT_EQ(parking.setting, "usher.yaml:41:7");
}

// never-again 68
TEST_F(GuardsTest, HeldRemovalsStopNoCreation) {
  auto candidates = many(Action::kRevoke, 11);
  candidates.push_back(candidate(Action::kInvite, 50));
  EXPECT_EQ(guard_all(candidates).parked.size(), 1U);
  EXPECT_EQ(candidates.back().change.status, ChangeStatus::kPlanned);
}

TEST(RemovalLimitTest, IsTheSmallerOfPercentAndCountAndTwoForTheFew) {
  struct LimitCase {
    const char* name;
    std::size_t owned;
    int percent;
    int count;
    std::size_t want;
  };
  for (const LimitCase& one :
       {LimitCase{"percentage", 100, 10, 50, 10}, LimitCase{"rounded down", 109, 10, 50, 10},
        LimitCase{"count", 10'000, 10, 50, 50}, LimitCase{"few", 19, 10, 50, 2},
        LimitCase{"no longer few", 20, 10, 50, 2}, LimitCase{"few but configured", 10, 50, 50, 5},
        LimitCase{"nobody", 0, 10, 50, 2}, LimitCase{"none at all", 100, 0, 50, 0}}) {
    Limits limits;
    limits.removals_percent.value = one.percent;
    limits.removals_count.value = one.count;
    EXPECT_EQ(removal_limit(limits, one.owned), one.want) << one.name;
  }
}

// never-again 8: even many small runs stop at the budget of the day.
TEST_F(GuardsTest, RemovalsOfADayAndAWeekAddUp) {
  facts.owned = 10'000;
  facts.removals_last_day = 60;
  auto exactly = many(Action::kDeactivate, 40);
  EXPECT_THAT(guard_all(exactly).parked, IsEmpty());
  auto over = many(Action::kDeactivate, 41);
  EXPECT_EQ(guard_all(over).parked.at(HoldClass::kRemovals).limit, "100 in 24 h, 60 done");
  facts.removals_last_day = 0;
  facts.removals_last_week = 161;
  auto week = many(Action::kDeactivate, 40);
  EXPECT_EQ(guard_all(week).parked.at(HoldClass::kRemovals).limit, "200 in 7 d, 161 done");
}

TEST_F(GuardsTest, LoweringAnEntitlementCountsAsRemoval) {
  auto candidates = many(Action::kUpdate, 11);
  for (Candidate& one : candidates) one.change.lowers_entitlement = true;
  EXPECT_TRUE(guard_all(candidates).parked.contains(HoldClass::kRemovals));
}

// never-again 1 to 9
TEST_F(GuardsTest, AnIncompleteReadTakesRemovalsOutEvenWhenApproved) {
  for (bool* complete : {&facts.source_complete, &facts.target_complete}) {
    facts.source_complete = facts.target_complete = true;
    *complete = false;
    auto candidates = many(Action::kRevoke, 1);
    candidates.front().approved = true;
    candidates.push_back(candidate(Action::kInvite, 5));
    EXPECT_EQ(guard_all(candidates).removals_left_out, 1U);
    ASSERT_EQ(candidates.size(), 1U);
    EXPECT_EQ(candidates.front().change.action, Action::kInvite);
  }
}

TEST_F(GuardsTest, UpdatesAboveTheLimitAreHeld) {
  auto exactly = many(Action::kUpdate, 40);
  EXPECT_THAT(guard_all(exactly).parked, IsEmpty());
  auto over = many(Action::kUpdate, 41);
  EXPECT_EQ(guard_all(over).parked.at(HoldClass::kUpdates).limit, "40 % of 100 = 40");
}

// never-again 70: repairing what we own is not changing what others own.
TEST_F(GuardsTest, DriftRepairsDoNotCountAsUpdates) {
  auto candidates = many(Action::kUpdate, 100, Cause::kDrift);
  EXPECT_THAT(guard_all(candidates).parked, IsEmpty());
}

TEST_F(GuardsTest, WhatIsWrittenOnceMoreWasCountedTheFirstTime) {
  auto candidates = many(Action::kUpdate, 100);
  for (Candidate& candidate : candidates) candidate.is_repeated = true;
  EXPECT_THAT(guard_all(candidates).parked, IsEmpty());
}

TEST_F(GuardsTest, CreationsBeyondTheFreeSeatsWaitForSeatsAndCannotBeApproved) {
  facts.seats = Seats{10, 7};
  auto candidates = many(Action::kInvite, 5);
  for (Candidate& one : candidates) one.approved = true;
  EXPECT_TRUE(guard_all(candidates).parked.contains(HoldClass::kSeats));
  EXPECT_EQ(held(candidates), 2U);
}

TEST_F(GuardsTest, CreationsAboveTheCountAreHeldWhereSeatsAreNotKnown) {
  auto exactly = many(Action::kInvite, 1000);
  EXPECT_THAT(guard_all(exactly).parked, IsEmpty());
  auto over = many(Action::kInvite, 1001);
  EXPECT_TRUE(guard_all(over).parked.contains(HoldClass::kCreates));
}

// never-again 10
TEST_F(GuardsTest, RemovalsThatTheConfigurationBroughtAboutAreAlwaysHeld) {
  auto candidates = many(Action::kRevoke, 1);
  candidates.front().by_configuration = true;
  EXPECT_TRUE(guard_all(candidates).parked.contains(HoldClass::kConfiguration));
}

// never-again 22
TEST_F(GuardsTest, RemovingAnAdoptedAccountIsHeldForThirtyDays) {
  auto candidates = many(Action::kRevoke, 1);
  candidates.front().adopted_days_ago = 29;
  EXPECT_TRUE(guard_all(candidates).parked.contains(HoldClass::kRemovals));
  candidates = many(Action::kRevoke, 1);
  candidates.front().adopted_days_ago = 30;
  EXPECT_THAT(guard_all(candidates).parked, IsEmpty());
}

TEST_F(GuardsTest, AdoptionsThatMoveALinkOrLowerPowerAreHeld) {
  auto candidates = many(Action::kAdopt, 3);
  candidates[0].change.moves_link = true;
  candidates[1].change.lowers_entitlement = true;
  EXPECT_TRUE(guard_all(candidates).parked.contains(HoldClass::kAdoptions));
  EXPECT_EQ(held(candidates), 2U);
}

TEST_F(GuardsTest, AdoptionsAreHeldWhenToldSoOrWhenMatchChanged) {
  policy.adopt = Adopt::kHold;
  auto told = many(Action::kAdopt, 1);
  EXPECT_TRUE(guard_all(told).parked.contains(HoldClass::kAdoptions));
  policy.adopt = Adopt::kAuto;
  facts.match_changed = true;
  auto changed = many(Action::kAdopt, 1);
  EXPECT_TRUE(guard_all(changed).parked.contains(HoldClass::kAdoptions));
}

TEST_F(GuardsTest, ApprovedChangesPassAndCountInNoLimit) {
  auto candidates = many(Action::kRevoke, 20);
  for (int i = 0; i < 10; ++i) candidates[static_cast<std::size_t>(i)].approved = true;
  EXPECT_THAT(guard_all(candidates).parked, IsEmpty());
}

TEST_F(GuardsTest, AMovedHouseHoldsEverything) {
  facts.moved_house = "links were made in another workspace";
  auto candidates = many(Action::kInvite, 2);
  guard_all(candidates);
  EXPECT_EQ(held(candidates), 2U);
}

TEST_F(GuardsTest, AnIdThatSeemsToBelongToSomebodyElseIsHeld) {
  auto candidates = many(Action::kUpdate, 1);
  candidates.front().other_person = true;
  EXPECT_TRUE(guard_all(candidates).parked.contains(HoldClass::kUpdates));
}

}  // namespace
}  // namespace usher
