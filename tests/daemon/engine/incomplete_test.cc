// What a read that is not complete may still bring about, and what never.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/engine/world.h"

namespace usher {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// Thirty with accounts, one of them about to leave, one joiner, one mover.
class IncompleteTest : public testing::Test {
 protected:
  explicit IncompleteTest(Capabilities can = FakeTarget::inviting()) : world(std::move(can)) {
    world.hire(30);
    world.apply();
    world.directory.remove("p001");
    world.directory.add("p100");
    world.directory.person("p005").attributes.set("level", {"admin"});
  }
  World world;
};

// never-again 6, 8, 11, 14
TEST_F(IncompleteTest, OfTheSourceLeavesOutRemovalsAndNothingElse) {
  world.directory.incomplete = "LDAP 4 size limit exceeded";
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "update p005@example.com (applied), invite p100@example.com (applied)");
  EXPECT_EQ(plan.plan.status, TargetStatus::kPartial);
  EXPECT_EQ(plan.plan.undecided, 1U);
  EXPECT_THAT(problems(plan), HasSubstr("size limit"));
}

TEST_F(IncompleteTest, OfTheSourceTakesNoPowerAwayEither) {
  world.directory.person("p003").attributes.set("level", {"guest"});
  world.directory.incomplete = "a page is missing";
  const TargetPlan plan = world.apply();
  EXPECT_THAT(summary(plan), Not(HasSubstr("p003")));
  EXPECT_EQ(plan.plan.undecided, 2U);
  EXPECT_EQ(plan.plan.accounts, 31U - 1U);
}

// never-again 1
TEST_F(IncompleteTest, AnEmptySourceRemovesNobody) {
  world.directory.people.clear();
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "");
  EXPECT_EQ(plan.plan.undecided, 30U);
  EXPECT_EQ(plan.plan.status, TargetStatus::kPartial);
}

// A page that failed is read again, not accepted: the rest of the accounts is on it.
TEST_F(IncompleteTest, ACountIsOnlyAcceptableWhereItIsTheOnlyReason) {
  const auto advice = HasSubstr("--accept-count seats=");
  world.target.fail_lists(ListFault::kEmpty);
  EXPECT_THAT(problems(world.plan()), advice);
  for (int i = 1; i <= 30; i += 2) world.target.erase(std::to_string(100 + i));
  world.target.fail_lists(ListFault::kMissingPage);
  EXPECT_THAT(problems(world.plan()), AllOf(HasSubstr("page 2 could not be read"),
                                            HasSubstr("linked accounts are not"), Not(advice)));
}

TEST_F(IncompleteTest, AnAcceptedCountIsAcceptedOnceOnly) {
  world.config.policy.limits.removals_percent.value = 100;
  world.directory.people.erase(world.directory.people.begin(), world.directory.people.begin() + 15);
  EXPECT_THAT(summary(world.plan()), Not(HasSubstr("revoke")));
  world.accept_people = world.directory.people.size();
  EXPECT_THAT(summary(world.apply()), HasSubstr("revoke"));
  // From now on this is what a complete read looks like; the next collapse is another one.
  world.accept_people.reset();
  EXPECT_EQ(world.apply().plan.status, TargetStatus::kInSync);
  world.directory.people.resize(4);
  EXPECT_EQ(world.apply().plan.status, TargetStatus::kPartial);
}

// never-again 3, 18
TEST_F(IncompleteTest, OfTheTargetLeavesEverybodyAloneWhoIsLinked) {
  world.target.writes.clear();
  world.target.fail_lists(ListFault::kMissingPage);
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "");  // not even the mover, whose account is on the first page
  EXPECT_THAT(world.target.writes, IsEmpty());
  EXPECT_EQ(plan.plan.status, TargetStatus::kPartial);
}

// The provider has no look-up, so nobody knows whether the joiner has an account already.
TEST_F(IncompleteTest, OfTheTargetLeavesJoinersUndecidedWithoutALookUp) {
  world.target.fail_lists(ListFault::kMissingPage);
  const TargetPlan plan = world.plan();
  EXPECT_GE(plan.plan.undecided, 2U);
  EXPECT_THAT(problems(plan), HasSubstr("left alone"));
}

class IncompleteWithLookUpTest : public IncompleteTest {
 protected:
  IncompleteWithLookUpTest() : IncompleteTest(FakeTarget::managing()) {}
};

TEST_F(IncompleteWithLookUpTest, JoinersAreLookedUpRightBeforeTheWrite) {
  world.target.fail_lists(ListFault::kMissingPage);
  const TargetPlan plan = world.plan();
  EXPECT_TRUE(change_of(plan, "p100").needs_lookup);
  EXPECT_EQ(plan.plan.requests, 2);
  world.target.fail_lists(ListFault::kMissingPage);
  EXPECT_EQ(summary(world.apply()), "create p100@example.com (applied)");
  EXPECT_EQ(world.target.find_count, 1);
}

TEST_F(IncompleteWithLookUpTest, WhoIsThereAfterAllIsNotCreatedAgain) {
  world.target.fail_lists(ListFault::kMissingPage);
  world.target.add("on-the-first-page@example.com");
  world.target.add("p100@example.com");
  world.target.writes.clear();
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "create p100@example.com (skipped)");
  EXPECT_THAT(world.target.writes, IsEmpty());
}

TEST_F(IncompleteWithLookUpTest, WhoCannotBeLookedUpIsNotCreated) {
  world.target.fail_lists(ListFault::kMissingPage);
  world.target.find_fails = true;
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "create p100@example.com (skipped)");
  EXPECT_EQ(world.target.account("p100@example.com"), nullptr);
}

// Batches must not hide a look-up that one of their members needs.
TEST_F(IncompleteWithLookUpTest, EachOfABatchIsLookedUp) {
  world.target.can.batch = 10;
  world.directory.add("p101");
  world.directory.add("p102");
  world.target.fail_lists(ListFault::kMissingPage);
  world.apply();
  EXPECT_EQ(world.target.find_count, 3);
}

// ── a list that claims to be complete ──────────────────────────────────────────────────────────

TEST_F(IncompleteTest, AnEmptyListWithSuccessCreatesNobodyAgain) {
  world.target.fail_lists(ListFault::kEmpty);
  world.target.writes.clear();
  const TargetPlan plan = world.apply();
  EXPECT_THAT(world.target.writes, IsEmpty());
  EXPECT_EQ(plan.plan.status, TargetStatus::kPartial);
  EXPECT_THAT(problems(plan), HasSubstr("--accept-count seats=0"));
  EXPECT_EQ(world.link("p010")->missing_since, 0);
}

TEST(TargetCollapseTest, IsAllLinkedAccountsOrMoreThanHalfAndMoreThanTwo) {
  struct CollapseCase {
    int owned;
    int gone;
    bool complete;
  };
  for (const CollapseCase& c : {CollapseCase{1, 1, false},
                                {2, 1, true},
                                {2, 2, false},
                                {3, 2, true},
                                {4, 3, false},
                                {6, 3, true},
                                {6, 4, false},
                                {10, 5, true},
                                {10, 6, false}}) {
    World world;
    world.hire(c.owned);
    world.apply();
    for (int i = 1; i <= c.gone; ++i)
      world.target.erase("p00" + std::to_string(i) + "@example.com");
    EXPECT_EQ(world.plan().plan.receipt.complete(), c.complete) << c.gone << " of " << c.owned;
  }
}

TEST(TargetCollapseTest, AnAcceptedCountLetsTheRunGoOnToItsEnd) {
  World world;
  world.hire(6);
  world.apply();
  for (int i = 1; i <= 5; ++i) world.target.erase("p00" + std::to_string(i) + "@example.com");
  world.directory.add("p100");
  world.accept_accounts = 1;
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "invite p100@example.com (applied)");
  EXPECT_EQ(plan.plan.status, TargetStatus::kInSync) << problems(plan);
}

TEST(TargetCollapseTest, AnAccountListedTwiceProvesThatPagesOverlap) {
  World world;
  world.hire(2);
  world.apply();
  class Stutter : public FakeTarget {
   public:
    using FakeTarget::FakeTarget;
    Listing list(AccountSink& sink) override {
      (void)FakeTarget::list(sink);
      return FakeTarget::list(sink);
    }
  };
  Stutter stutter;
  stutter.add("p001@example.com");
  const std::map<std::string, SourceReading> sources = [&] {
    std::map<std::string, SourceReading> readings;
    readings.emplace("staff",
                     read_people(world.source_config, world.directory, std::nullopt, std::nullopt));
    return readings;
  }();
  const TargetPlan plan = plan_target({world.config,
                                       stutter,
                                       sources,
                                       *Store::in_memory(),
                                       world.now(),
                                       {},
                                       true,
                                       std::nullopt,
                                       "",
                                       {}});
  EXPECT_FALSE(plan.plan.receipt.complete());
}

// never-again 35, 95: an operation that an earlier run left open must not be settled by a list that
// lies.
TEST(TargetCollapseTest, ACollapsedListSettlesNoRemoval) {
  World world;
  world.hire(30);
  world.apply();
  world.directory.remove("p001");
  world.target.fail_writes(WriteFault::kCrashBeforeCommit);
  EXPECT_THROW(world.apply(), Crash);
  world.target.fail_lists(ListFault::kEmpty);
  world.apply();
  EXPECT_TRUE(world.link("p001"));
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (applied)");
}

}  // namespace
}  // namespace usher
