// What apply does when single requests fail: the person is told, the rest goes on.

#include "daemon/engine/apply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/engine/world.h"

namespace usher {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

class ApplyTest : public testing::Test {
 protected:
  ApplyTest() { world.hire(3); }
  World world;
};

// never-again 46, 88
TEST_F(ApplyTest, OneRefusalStopsNobodyElse) {
  world.target.fail_writes(WriteFault::kRejected);
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan),
            "invite p001@example.com (failed), invite p002@example.com (applied), "
            "invite p003@example.com (applied)");
  EXPECT_EQ(plan.plan.status, TargetStatus::kPartial);
  // never-again 92
  EXPECT_THAT(change_of(plan, "p001").error, HasSubstr("400 bad"));
}

TEST_F(ApplyTest, ARetryKeepsItsCauseAndCountsTheAttempt) {
  world.apply();
  world.target.account("p001@example.com")->fields.set("role", std::string("guest"));
  world.target.fail_writes(WriteFault::kRejected, 0, 2);
  world.apply();
  EXPECT_EQ(change_of(world.apply(), "p001").attempt, 1);
  const Change change = change_of(world.plan(), "p001");
  EXPECT_EQ(change.attempt, 2);
  EXPECT_EQ(change.cause, Cause::kDrift);
  world.apply();
  world.target.account("p001@example.com")->fields.set("role", std::string("guest"));
  EXPECT_EQ(change_of(world.plan(), "p001").attempt, 0);
}

// An authentication failure stops the target at once.
TEST_F(ApplyTest, ARefusedCredentialStopsTheTarget) {
  world.target.fail_writes(WriteFault::kUnauthorized, 1);
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan),
            "invite p001@example.com (applied), invite p002@example.com (failed), "
            "invite p003@example.com (skipped)");
  EXPECT_EQ(plan.plan.status, TargetStatus::kFailed);
  EXPECT_THAT(world.target.writes, SizeIs(2));
  EXPECT_TRUE(world.link("p001"));
}

// never-again 84
TEST_F(ApplyTest, AUsedUpQuotaLeavesTheRestToTheNextRun) {
  world.target.fail_writes(WriteFault::kRateLimited, 1);
  const TargetPlan plan = world.apply();
  EXPECT_THAT(world.target.writes, SizeIs(2));
  EXPECT_EQ(change_of(plan, "p003").status, ChangeStatus::kSkipped);
  EXPECT_FALSE(plan.plan.failed);
  EXPECT_EQ(world.apply().plan.status, TargetStatus::kInSync);
}

TEST_F(ApplyTest, AProviderThatIsDownIsLeftInPeace) {
  world.directory.people.clear();
  world.hire(20);
  world.target.fail_writes(WriteFault::kTransient, 0, 100);
  world.apply();
  EXPECT_THAT(world.target.writes, SizeIs(5));
}

// never-again 44, 39: a 409 is looked up and linked, never repeated.
TEST_F(ApplyTest, AConflictIsLookedUpAndLinked) {
  World managed(FakeTarget::managing());
  managed.hire(1);
  // The account is there, but the list did not show it.
  managed.target.fail_lists(ListFault::kEmpty);
  managed.target.add("p001@example.com");
  const TargetPlan plan = managed.apply();
  EXPECT_THAT(managed.target.writes, SizeIs(1));
  EXPECT_EQ(change_of(plan, "p001").status, ChangeStatus::kSkipped);
  ASSERT_TRUE(managed.link("p001"));
  EXPECT_EQ(managed.link("p001")->origin, Origin::kAdopted);
  EXPECT_EQ(managed.link("p001")->remote_id, managed.target.account("p001@example.com")->remote_id);
}

// What somebody made a moment ago is not shown yet; what is not after that never will be.
TEST(HiddenInTheWindowTest, IsParkedOnceTheWindowIsOver) {
  World world{FakeTarget::managing()};
  world.target.can.consistency = std::chrono::seconds(60);
  world.hire(1);
  for (int run = 0; run < 2; ++run) {
    world.target.fail_writes(WriteFault::kConflict);
    const TargetPlan plan = world.apply();
    EXPECT_THAT(change_of(plan, "p001").error, AllOf(HasSubstr("409"), Not(HasSubstr("shown"))));
    EXPECT_THAT(world.store->rewrites("seats"), IsEmpty());
  }
  world.pass(60);
  world.target.fail_writes(WriteFault::kConflict);
  EXPECT_THAT(change_of(world.apply(), "p001").error, HasSubstr("is shown to this credential"));
  EXPECT_EQ(summary(world.apply()), "");
}

// never-again 39
class HiddenAccountTest : public testing::Test {
 protected:
  HiddenAccountTest() {
    world.hire(1);
    world.target.fail_writes(WriteFault::kConflict);
    first = world.apply();
    world.target.writes.clear();
  }
  World world{FakeTarget::managing()};
  TargetPlan first;
};

// A 409 may be about something else than the key.
TEST_F(HiddenAccountTest, AFailureSaysWhatTheProviderSaidAndTheCure) {
  EXPECT_EQ(change_of(first, "p001").status, ChangeStatus::kFailed);
  EXPECT_THAT(change_of(first, "p001").error,
              AllOf(StartsWith("the provider refuses to create 'p001@example.com' (create "
                               "p001@example.com: 409 exists already); no account with this email "
                               "is shown to this credential"),
                    HasSubstr("remove it there")));
  EXPECT_FALSE(world.link("p001"));
}

TEST_F(HiddenAccountTest, IsNotAskedForAgainTheSameDay) {
  const TargetPlan plan = world.apply();
  EXPECT_THAT(world.target.writes, IsEmpty());
  EXPECT_EQ(plan.plan.conflict, 1U);
  EXPECT_EQ(plan.plan.status, TargetStatus::kPartial);
  EXPECT_THAT(problems(plan),
              HasSubstr("error p001: the provider refuses to create 'p001@example.com'"));
}

TEST_F(HiddenAccountTest, IsAskedForAgainADayLaterAndThenNotForAnother) {
  world.pass(kDay);
  world.target.fail_writes(WriteFault::kConflict);
  EXPECT_EQ(summary(world.apply()), "create p001@example.com (failed)");
  EXPECT_EQ(summary(world.apply()), "");
}

TEST_F(HiddenAccountTest, IsAskedForAgainWhenSomethingOfItChanges) {
  world.directory.person("p001").attributes.set("name", {"Other Name"});
  EXPECT_EQ(summary(world.plan()), "create p001@example.com");
}

TEST_F(HiddenAccountTest, IsLinkedOnceItIsShown) {
  world.target.add("p001@example.com");
  EXPECT_EQ(summary(world.apply()), "adopt p001@example.com (applied)");
}

TEST_F(ApplyTest, AConflictThatCannotBeLookedUpIsAFailureThatIsTriedAgain) {
  World managed(FakeTarget::managing());
  managed.hire(1);
  managed.target.fail_writes(WriteFault::kConflict);
  managed.target.find_fails = true;
  EXPECT_EQ(change_of(managed.apply(), "p001").status, ChangeStatus::kFailed);
  EXPECT_EQ(summary(managed.plan()), "create p001@example.com");
}

TEST_F(ApplyTest, AConflictIsNotLinkedWhereAdoptionsAreHeld) {
  World managed(FakeTarget::managing());
  managed.config.policy.adopt = Adopt::kHold;
  managed.hire(1);
  managed.target.fail_lists(ListFault::kEmpty);
  managed.target.add("p001@example.com");
  EXPECT_EQ(change_of(managed.apply(), "p001").status, ChangeStatus::kFailed);
  EXPECT_FALSE(managed.link("p001"));
}

// ── lost answers ───────────────────────────────────────────────────────────────────────────────

// never-again 47
TEST_F(ApplyTest, ALostAnswerIsLookedUpBeforeAnythingIsSentAgain) {
  world.target.fail_writes(WriteFault::kLostAfterCommit);
  const TargetPlan plan = world.apply();
  EXPECT_EQ(change_of(plan, "p001").status, ChangeStatus::kApplied);
  EXPECT_EQ(std::ranges::count(world.target.writes, "invite p001@example.com"), 1);
  EXPECT_TRUE(world.link("p001"));
}

TEST_F(ApplyTest, ARequestThatNeverArrivedIsSentAgain) {
  world.target.fail_writes(WriteFault::kLostBeforeCommit);
  EXPECT_EQ(change_of(world.apply(), "p001").status, ChangeStatus::kApplied);
  EXPECT_EQ(std::ranges::count(world.target.writes, "invite p001@example.com"), 1);
}

TEST_F(ApplyTest, ARequestThatNeverArrivesIsAFailureInTheEnd) {
  world.target.fail_writes(WriteFault::kLostBeforeCommit, 0, 2);
  EXPECT_EQ(change_of(world.apply(), "p001").status, ChangeStatus::kFailed);
  EXPECT_EQ(change_of(world.plan(), "p001").attempt, 1);
}

TEST_F(ApplyTest, AnOutcomeThatCannotBeLookedUpStaysUnknownAndBlocksOnlyThatPerson) {
  world.target.fail_writes(WriteFault::kLostAfterCommit);
  world.target.fail_lists(ListFault::kTransient, 1, 2);
  const TargetPlan plan = world.apply();
  EXPECT_EQ(change_of(plan, "p001").status, ChangeStatus::kUnknown);
  EXPECT_EQ(change_of(plan, "p002").status, ChangeStatus::kApplied);
  EXPECT_EQ(plan.plan.status, TargetStatus::kPartial);
  EXPECT_THAT(world.store->unsettled("seats"), SizeIs(1));
}

TEST_F(ApplyTest, AnUnknownOutcomeIsNotTriedAgainWhileItIsUnknown) {
  world.target.fail_writes(WriteFault::kLostAfterCommit);
  world.target.fail_lists(ListFault::kTransient, 1, 2);
  world.apply();
  world.directory.add("p100");
  world.target.fail_lists(ListFault::kMissingPage);
  world.target.erase("p001@example.com");
  world.target.writes.clear();
  const TargetPlan plan = world.apply();
  EXPECT_THAT(world.target.writes, IsEmpty());
  EXPECT_THAT(problems(plan), HasSubstr("error p001: the outcome of an earlier request"));
  world.apply();
  EXPECT_THAT(world.target.writes, Contains("invite p001@example.com"));
}

TEST_F(ApplyTest, AnUnknownOutcomeIsSettledByTheNextRun) {
  world.target.fail_writes(WriteFault::kLostAfterCommit);
  world.target.fail_lists(ListFault::kTransient, 1, 2);
  world.apply();
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "");
  EXPECT_TRUE(world.link("p001"));
  EXPECT_THAT(world.store->unsettled("seats"), IsEmpty());
}

TEST_F(ApplyTest, ALostAnswerOfOneOfABatchDoesNotSendTheOthersTwice) {
  World managed(FakeTarget::managing());
  managed.target.can.batch = 3;
  managed.hire(3);
  managed.target.fail_writes(WriteFault::kLostBeforeCommit, 1);
  managed.apply();
  EXPECT_THAT(managed.target.keys(), SizeIs(3));
  EXPECT_EQ(std::ranges::count(managed.target.writes, "create p001@example.com"), 1);
}

// ── stopping ───────────────────────────────────────────────────────────────────────────────────

TEST_F(ApplyTest, AStopLetsTheOperationInFlightFinishAndLeavesTheRest) {
  world.target.after_write = [&] { world.stop.request_stop(); };
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan),
            "invite p001@example.com (applied), invite p002@example.com (skipped), "
            "invite p003@example.com (skipped)");
  EXPECT_EQ(plan.plan.status, TargetStatus::kPartial);
  EXPECT_THAT(world.store->unsettled("seats"), IsEmpty());
}

TEST_F(ApplyTest, EverythingIsInTheJournal) {
  world.target.fail_writes(WriteFault::kRejected);
  world.target.add("p003@example.com");
  world.target.account("p003@example.com")->fields.set("role", std::string("agent"));
  world.apply();
  EXPECT_EQ(world.store->history("p001", 9).at(0).state, "failed");
  EXPECT_EQ(world.store->history("p002", 9).at(0).state, "applied");
  EXPECT_EQ(world.store->history("p003", 9).at(0).action, "adopt");
}

// never-again 26, 95: a failed removal keeps its link, and is tried until it is confirmed.
TEST(RemovalTest, AFailedRemovalKeepsTheLink) {
  World world;
  world.hire(30);
  world.apply();
  world.directory.remove("p001");
  world.target.fail_writes(WriteFault::kTransient);
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (failed)");
  EXPECT_TRUE(world.link("p001"));
  EXPECT_EQ(change_of(world.apply(), "p001").attempt, 1);
  EXPECT_FALSE(world.link("p001"));
}

TEST(ChainTest, ATryThatGoesOnDoesNotRepeatTheStepThatWasConfirmed) {
  World world(FakeTarget::managing());
  world.hire(1);
  int users = 0;
  world.target.first_step = [&](Steps& steps) {
    if (steps.is_done("user")) return;
    steps.intend("user", "");
    steps.done("user", "u1");
    ++users;
  };
  world.target.fail_writes(WriteFault::kLostBeforeCommit);
  EXPECT_EQ(change_of(world.apply(), "p001").status, ChangeStatus::kApplied);
  EXPECT_EQ(users, 1);
}

}  // namespace
}  // namespace usher
