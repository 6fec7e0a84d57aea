// When somebody who is missing counts as gone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/engine/world.h"

namespace usher {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// Thirty people with open invitations, of whom the tests let some go.
class AbsenceTest : public testing::Test {
 protected:
  AbsenceTest() {
    world.hire(30);
    world.apply();
  }

  int reads(const std::string& source_id) {
    const auto absences = world.store->absences("seats");
    const auto at = absences.find(source_id);
    return at == absences.end() ? 0 : at->second.reads;
  }

  World world;
};

TEST_F(AbsenceTest, ByDefaultOneCompleteReadIsEnough) {
  world.directory.remove("p001");
  EXPECT_EQ(summary(world.plan()), "revoke p001@example.com");
}

TEST_F(AbsenceTest, WaitsForSoManyCompleteReadsInARow) {
  world.config.policy.leavers.reads = 3;
  world.directory.remove("p001");
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (waiting)");
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (waiting)");
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (applied)");
  EXPECT_FALSE(world.link("p001"));
}

TEST_F(AbsenceTest, WaitsUntilTheTimeSinceTheFirstReadHasPassed) {
  world.config.policy.leavers.after = std::chrono::seconds(2 * kDay);
  world.directory.remove("p001");
  world.apply();
  world.pass(2 * kDay - 1);
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (waiting)");
  world.pass(1);
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (applied)");
}

TEST_F(AbsenceTest, AWaitingLeaverLeavesTheTargetInSync) {
  world.config.policy.leavers.reads = 2;
  world.directory.remove("p001");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(plan.plan.status, TargetStatus::kInSync);
  EXPECT_THAT(change_of(plan, "p001").reason, HasSubstr("waits for 2 complete reads"));
}

TEST_F(AbsenceTest, AReadWithThePersonStartsFromTheBeginning) {
  world.config.policy.leavers.reads = 2;
  world.directory.remove("p001");
  world.apply();
  world.directory.add("p001");
  world.apply();
  EXPECT_EQ(reads("p001"), 0);
  world.directory.remove("p001");
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (waiting)");
}

TEST_F(AbsenceTest, ABrokenRecordOfThePersonResetsToo) {
  world.config.policy.leavers.reads = 2;
  world.directory.remove("p001");
  world.apply();
  world.directory.add("p001").fault = "ragged row";
  world.apply();
  EXPECT_EQ(reads("p001"), 0);
}

TEST_F(AbsenceTest, AnIncompleteReadNeitherCountsNorResets) {
  world.config.policy.leavers.reads = 3;
  world.directory.remove("p001");
  world.apply();
  world.directory.incomplete = "a page is missing";
  world.apply();
  EXPECT_EQ(reads("p001"), 1);
  world.directory.add("p001");
  world.apply();
  EXPECT_EQ(reads("p001"), 1);
}

TEST_F(AbsenceTest, TheReadsOfVerificationNeverCount) {
  world.config.policy.leavers.reads = 5;
  world.directory.remove("p001");
  world.directory.add("new");
  world.apply();
  EXPECT_EQ(world.target.account("new@example.com")->status, AccountStatus::kInvited);
  EXPECT_EQ(reads("p001"), 1);
}

TEST_F(AbsenceTest, APlanCountsItsOwnReadAndRecordsNothing) {
  world.config.policy.leavers.reads = 2;
  world.directory.remove("p001");
  world.observe();
  EXPECT_EQ(summary(world.plan()), "revoke p001@example.com");
  EXPECT_EQ(summary(world.plan()), "revoke p001@example.com");
  EXPECT_EQ(reads("p001"), 1);
}

// The daemon counts in both modes.
TEST_F(AbsenceTest, ADryRunOfTheDaemonCounts) {
  world.config.policy.leavers.reads = 2;
  world.directory.remove("p001");
  world.observe();
  world.observe();
  EXPECT_EQ(reads("p001"), 2);
  EXPECT_TRUE(world.link("p001"));
}

// ── leaving the scope ──────────────────────────────────────────────────────────────────────────

class ScopeTest : public testing::Test {
 protected:
  ScopeTest() {
    world.set_scope(R"(department eq "Sales")");
    world.hire(30);
    world.apply();
    world.config.policy.leavers.reads = 2;
  }
  World world;
};

// never-again 23
TEST_F(ScopeTest, LeavingByAValueThatWasReadIsEvidenceAndDoesNotWait) {
  world.directory.person("p001").attributes.set("department", {"Legal"});
  const Change change = change_of(world.plan(), "p001");
  EXPECT_EQ(change.status, ChangeStatus::kPlanned);
  EXPECT_EQ(change.cause, Cause::kLeaver);
  EXPECT_THAT(change.reason, HasSubstr("Legal"));
}

TEST_F(ScopeTest, LeavingBecauseAnAttributeIsAbsentCountsAsAbsence) {
  world.directory.person("p001").attributes.erase("department");
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (waiting)");
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (applied)");
}

TEST_F(ScopeTest, AnIncompleteReadDoesNotCountWhoLacksAnAttribute) {
  world.directory.person("p001").attributes.erase("department");
  world.directory.incomplete = "a page is missing";
  world.apply();
  world.apply();
  world.directory.incomplete.clear();
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (waiting)");
}

// never-again 2, 4
TEST_F(ScopeTest, AnAttributeThatWasNotReadLeavesThePersonAsTheyAre) {
  world.directory.person("p001").unread = {"department"};
  world.directory.person("p001").attributes.erase("department");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "");
  EXPECT_EQ(plan.plan.undecided, 1U);
  EXPECT_EQ(plan.plan.status, TargetStatus::kPartial);
}

TEST_F(ScopeTest, AnUnknownConditionOfTheMappingLeavesThePersonAsTheyAre) {
  world.config.scope.reset();
  const auto rules = [] {
    return std::vector<Rule>{{Filter::parse(R"(groups eq "leads")"), Template::parse("admin")},
                             {std::nullopt, Template::parse("agent")}};
  };
  world.map_role(rules());
  world.apply();
  Person& fresh = world.directory.add("fresh");
  fresh.unread = {"groups"};
  world.directory.person("p001").unread = {"groups"};
  world.directory.person("p001").attributes.set("mail", {"renamed@example.com"});
  const TargetPlan plan = world.plan();
  EXPECT_EQ(summary(plan), "");
  EXPECT_EQ(plan.plan.undecided, 2U);
  EXPECT_EQ(plan.plan.status, TargetStatus::kPartial);
}

// never-again 23: who was never in scope and has no account from us is nobody's business.
TEST_F(ScopeTest, OutOfScopeWithoutALinkIsNotEvenCounted) {
  world.directory.add("p900").attributes.set("department", {"Legal"});
  world.target.add("p900@example.com");
  const TargetPlan plan = world.plan();
  EXPECT_EQ(summary(plan), "");
  EXPECT_EQ(plan.plan.unmanaged_count, 1U);
  EXPECT_EQ(plan.plan.out_of_scope, 1U);
  EXPECT_EQ(plan.plan.scope, R"(department eq "Sales")");
}

// ── under which configuration somebody was wanted ──────────────────────────────────────────────

// never-again 10, 62
TEST_F(ScopeTest, WhomAChangedScopeNoLongerWantsIsHeld) {
  world.set_scope(R"(department eq "Sales" and not (mail sw "p001"))");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "revoke p001@example.com (held configuration)");
  EXPECT_EQ(change_of(plan, "p001").cause, Cause::kConfiguration);
  // It stays held, however often the daemon looks.
  world.pass(30 * kDay);
  world.apply();
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (held configuration)");
}

TEST_F(ScopeTest, WhoLeavesAfterTheChangeWasSeenIsNotHeld) {
  world.set_scope(R"(department sw "Sal")");
  world.apply();
  world.directory.person("p001").attributes.set("department", {"Legal"});
  EXPECT_EQ(summary(world.plan()), "revoke p001@example.com");
}

TEST_F(ScopeTest, AnAbsenceThatFallsDueUnderAnotherConfigurationIsHeld) {
  world.directory.remove("p001");
  world.apply();
  world.set_scope(R"(department sw "Sal")");
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (held configuration)");
}

// Nobody could say of this one whether the new configuration wants them when it was first seen.
TEST_F(ScopeTest, WhoWasUnknownWhenTheConfigurationChangedIsHeldLater) {
  world.directory.person("p001").fault = "ragged row";
  world.set_scope(R"(department eq "Sales" and not (mail sw "p001"))");
  world.apply();
  world.directory.person("p001").fault.clear();
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (held configuration)");
}

TEST_F(ScopeTest, ABrokenRecordDoesNotHideUnderWhichConfigurationSomebodyWasWanted) {
  world.directory.person("p001").attributes.erase("department");
  world.set_scope(R"(department eq "Sales" and not (mail sw "zz"))");
  world.apply();
  world.directory.person("p001").fault = "ragged row";
  world.apply();
  world.directory.person("p001").fault.clear();
  world.apply();
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (held configuration)");
}

TEST(FirstConfigurationTest, IsRememberedEvenWhenNoReadWasEverComplete) {
  World world;
  world.set_scope(R"(department eq "Sales")");
  world.hire(30);
  world.directory.incomplete = "a row has no id";
  world.apply();
  world.directory.incomplete.clear();
  world.set_scope(R"(department eq "Sales" and not (mail sw "p001"))");
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (held configuration)");
}

TEST_F(ScopeTest, WhoComesBackUnderTheNewConfigurationStartsAnew) {
  world.directory.remove("p001");
  world.apply();
  world.set_scope(R"(department sw "Sal")");
  world.directory.add("p001");
  world.apply();
  world.directory.remove("p001");
  world.apply();
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (applied)");
}

// ── time ───────────────────────────────────────────────────────────────────────────────────────

TEST_F(AbsenceTest, AClockInDoubtStopsWhatDependsOnTime) {
  world.config.policy.leavers.after = std::chrono::seconds(kDay);
  world.directory.remove("p001");
  world.apply();
  world.pass(2 * kDay);
  world.clock_doubt = "the clock says yesterday";
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (waiting)");
  world.clock_doubt.clear();
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (applied)");
}

TEST_F(AbsenceTest, AClockInDoubtDoesNotStopWhatDependsOnReadsOnly) {
  world.directory.remove("p001");
  world.clock_doubt = "the clock says yesterday";
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (applied)");
}

TEST_F(AbsenceTest, AClockThatWentBackMakesNobodyDue) {
  world.config.policy.leavers.after = std::chrono::seconds(kDay);
  world.directory.remove("p001");
  world.apply();
  world.clock.set_now(world.clock.now() - std::chrono::hours(24 * 365));
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (waiting)");
}

TEST(DeletionTest, WaitsForItsGracePeriodAndForAClockThatIsRight) {
  World world(FakeTarget::managing());
  world.hire(30);
  world.config.policy.leavers.delete_after = std::chrono::seconds(30 * kDay);
  world.apply();
  world.directory.remove("p001");
  EXPECT_EQ(summary(world.apply()), "deactivate p001@example.com (applied)");
  world.pass(30 * kDay - 1);
  EXPECT_EQ(summary(world.plan()), "");
  world.pass(1);
  world.clock_doubt = "the clock says next year";
  EXPECT_EQ(summary(world.plan()), "");
  world.clock_doubt.clear();
  EXPECT_EQ(summary(world.apply()), "delete p001@example.com (applied)");
  EXPECT_FALSE(world.link("p001"));
}

}  // namespace
}  // namespace usher
