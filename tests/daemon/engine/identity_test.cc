// Who is who: links first, keys only where there is no link.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/engine/identity.h"
#include "tests/daemon/engine/world.h"

namespace usher {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class IdentityTest : public testing::Test {
 protected:
  explicit IdentityTest(Capabilities can = FakeTarget::inviting()) : world(std::move(can)) {}

  void rename(const std::string& id, const std::string& mail) {
    world.directory.person(id).attributes.set("mail", {mail});
  }
  World world;
};

// never-again 31, 41
TEST_F(IdentityTest, ARenameIsARename) {
  world.hire(3);
  world.apply();
  rename("p001", "ann@new-domain.example");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "reinvite ann@new-domain.example (applied)");
  EXPECT_EQ(world.target.size(), 3U);
  EXPECT_EQ(world.link("p001")->key, "ann@new-domain.example");
}

TEST_F(IdentityTest, AnAcceptedInvitationIsRenamedByAHuman) {
  world.hire(3);
  world.apply();
  world.accept_all();
  rename("p001", "ann@example.com");
  const Change change = change_of(world.apply(), "p001");
  EXPECT_EQ(change.action, Action::kManual);
  EXPECT_THAT(change.reason, AllOf(HasSubstr("p001@example.com"), HasSubstr("ann@example.com")));
}

// never-again 32: every write is addressed by remote id.
TEST(ManagedIdentityTest, AChangedKeyIsWrittenToTheAccountWithTheOldOne) {
  World world(FakeTarget::managing());
  world.hire(3);
  world.apply();
  world.directory.person("p001").attributes.set("mail", {"ann@example.com"});
  world.target.writes.clear();
  world.apply();
  EXPECT_THAT(world.target.writes, testing::ElementsAre("update " + world.link("p001")->remote_id));
  EXPECT_EQ(summary(world.plan()), "");
}

// ── two people, one key ────────────────────────────────────────────────────────────────────────

// never-again 37, 42
TEST_F(IdentityTest, TwoNewPeopleWithOneKeyAreBothConflictsAndStopNobodyElse) {
  world.directory.add("E1", "ann@example.com");
  world.directory.add("E2", "ANN@example.com");
  world.directory.add("E3");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "invite E3@example.com (applied)");
  EXPECT_EQ(plan.plan.conflict, 2U);
  EXPECT_THAT(problems(plan), AllOf(HasSubstr("error E1:"), HasSubstr("error E2:")));
  EXPECT_EQ(plan.plan.status, TargetStatus::kPartial);
}

TEST_F(IdentityTest, TheLinkedHolderKeepsTheKey) {
  world.directory.add("E1", "ann@example.com");
  world.apply();
  world.directory.add("E2", "ann@example.com");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "");
  EXPECT_EQ(plan.plan.conflict, 1U);
  EXPECT_EQ(plan.plan.unchanged, 1U);
  EXPECT_THAT(problems(plan), HasSubstr("ann@example.com (E1) keeps it"));
}

TEST_F(IdentityTest, TheLinkedHolderKeepsTheKeyEvenWhereTheListDoesNotShowTheAccount) {
  world.directory.add("E0");
  world.directory.add("E1", "ann@example.com");
  world.apply();
  world.directory.add("E2", "ann@example.com");
  world.target.fail_lists(ListFault::kMissingPage);
  const TargetPlan plan = world.plan();
  EXPECT_EQ(plan.plan.conflict, 1U);
  EXPECT_THAT(problems(plan), HasSubstr("error E2:"));
}

TEST_F(IdentityTest, TwoAccountsThatMatchOnePersonAreAConflict) {
  world.directory.add("E1", "ann@example.com");
  world.target.add("ann@example.com");
  world.target.add("Ann@example.com");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "");
  EXPECT_EQ(plan.plan.conflict, 1U);
  EXPECT_THAT(problems(plan), HasSubstr("links move"));
}

TEST_F(IdentityTest, AKeyThatSomebodyElseHasForGoodIsAConflict) {
  world.hire(2);
  world.apply();
  world.target.add("taken@example.com");
  rename("p001", "taken@example.com");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "");
  EXPECT_THAT(problems(plan), HasSubstr("error p001: the email is to become taken@example.com"));
}

// ── keys that pass from one to the next ────────────────────────────────────────────────────────

TEST_F(IdentityTest, KeyChangesRunInAnOrderInWhichEachFindsItsKeyFree) {
  world.hire(30);
  world.apply();
  rename("p003", "z@example.com");
  rename("p002", "p003@example.com");
  rename("p001", "p002@example.com");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan),
            "reinvite z@example.com (applied), reinvite p003@example.com (applied), "
            "reinvite p002@example.com (applied)");
  EXPECT_EQ(world.target.size(), 30U);
  EXPECT_EQ(plan.plan.status, TargetStatus::kInSync);
}

TEST_F(IdentityTest, AnExchangeIsAConflictThatNamesAllMembers) {
  world.hire(4);
  world.apply();
  rename("p001", "p002@example.com");
  rename("p002", "p003@example.com");
  rename("p003", "p001@example.com");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "");
  EXPECT_EQ(plan.plan.conflict, 3U);
  EXPECT_THAT(problems(plan), AllOf(HasSubstr("(p001)"), HasSubstr("(p002)"), HasSubstr("(p003)")));
}

TEST_F(IdentityTest, WhoWaitsForAnExchangeIsAConflictToo) {
  world.hire(30);
  world.apply();
  rename("p001", "p002@example.com");
  rename("p002", "p001@example.com");
  rename("p003", "p001@example.com");
  EXPECT_EQ(world.plan().plan.conflict, 3U);
}

TEST_F(IdentityTest, AKeyThatOnlyAHumanCanFreeIsAConflict) {
  world.hire(2);
  world.apply();
  world.target.account("p002@example.com")->status = AccountStatus::kActive;
  rename("p002", "z@example.com");
  rename("p001", "p002@example.com");
  const TargetPlan plan = world.plan();
  EXPECT_EQ(summary(plan), "manual z@example.com");
  EXPECT_EQ(plan.plan.conflict, 1U);
}

TEST_F(IdentityTest, WhoWaitsForAKeyIsNotSentWhenItWasNotGivenUp) {
  world.hire(30);
  world.apply();
  rename("p002", "z@example.com");
  rename("p001", "p002@example.com");
  world.target.fail_writes(WriteFault::kRejected);
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "reinvite z@example.com (failed), reinvite p002@example.com (skipped)");
  ASSERT_NE(world.target.account("p001@example.com"), nullptr);
  EXPECT_EQ(world.target.account("p001@example.com")->remote_id, world.link("p001")->remote_id);
}

TEST_F(IdentityTest, WhoWaitsForAKeyIsHeldWithTheOneWhoHasIt) {
  world.hire(30);
  world.apply();
  rename("p002", "z@example.com");
  world.directory.person("p002").attributes.set("name", {"Somebody Else"});
  rename("p001", "p002@example.com");
  EXPECT_EQ(summary(world.apply()),
            "reinvite z@example.com (held updates), reinvite p002@example.com (held updates)");
}

// ── re-hire ────────────────────────────────────────────────────────────────────────────────────

TEST_F(IdentityTest, ANewIdWithTheKeyOfSomebodyGoneIsAHeldHandOver) {
  world.hire(30);
  world.apply();
  world.accept_all();
  world.directory.remove("p001");
  world.directory.add("again", "p001@example.com");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "adopt p001@example.com (held adoptions)");
  EXPECT_TRUE(change_of(plan, "again").moves_link);
  const std::string remote_id = world.link("p001")->remote_id;
  world.approve = {plan.plan.holds.at(0).hash};
  EXPECT_EQ(summary(world.apply()), "adopt p001@example.com (applied)");
  EXPECT_FALSE(world.link("p001"));
  EXPECT_EQ(world.link("again")->remote_id, remote_id);
}

TEST_F(IdentityTest, TheHandOverOfAnExpiredInvitationIsHeldToo) {
  world.hire(30);
  world.apply();
  world.target.account("p001@example.com")->status = AccountStatus::kInviteExpired;
  world.directory.remove("p001");
  world.directory.add("again", "p001@example.com");
  EXPECT_EQ(summary(world.apply()), "reinvite p001@example.com (held adoptions)");
}

TEST_F(IdentityTest, TheKeyOfSomebodyWhoIsNotProvenGoneIsAConflict) {
  world.hire(30);
  world.apply();
  world.config.policy.leavers.reads = 2;
  world.directory.remove("p001");
  world.directory.add("again", "p001@example.com");
  const TargetPlan plan = world.plan();
  EXPECT_EQ(summary(plan), "revoke p001@example.com (waiting)");
  EXPECT_THAT(problems(plan), HasSubstr("not proven gone"));
}

// Where nothing is ever adopted the account still goes with its leaver.
TEST_F(IdentityTest, AdoptNeverDoesNotKeepALeaversAccountAlive) {
  world.hire(30);
  world.apply();
  world.config.policy.adopt = Adopt::kNever;
  world.directory.remove("p001");
  world.directory.add("again", "p001@example.com");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "revoke p001@example.com (applied)");
  EXPECT_EQ(plan.plan.conflict, 1U);
  EXPECT_EQ(summary(world.apply()), "invite p001@example.com (applied)");
}

TEST_F(IdentityTest, AnIdWhoseKeyAndNamesAllChangedIsHeldAsAnotherPerson) {
  world.hire(3);
  world.apply();
  rename("p001", "bob@example.com");
  world.directory.person("p001").attributes.set("name", {"Bob Other"});
  EXPECT_EQ(summary(world.apply()), "reinvite bob@example.com (held updates)");
  world.directory.person("p001").attributes.set("name", {"Name of p001"});
  EXPECT_EQ(summary(world.apply()), "reinvite bob@example.com (applied)");
}

// ── several sources ────────────────────────────────────────────────────────────────────────────

class SeveralSourcesTest : public IdentityTest {
 protected:
  SeveralSourcesTest() {
    auto& [source, config] = world.more["partners"];
    config.name = "partners";
    config.id_attribute = "number";
    world.config.sources = {"staff", "partners"};
  }
  FakeSource& partners() { return world.more.at("partners").first; }
};

TEST_F(SeveralSourcesTest, IdsAreQualified) {
  world.directory.add("E1");
  partners().add("E1", "other@example.com");
  world.apply();
  EXPECT_EQ(world.link("staff/E1")->key, "E1@example.com");
  EXPECT_EQ(world.link("partners/E1")->key, "other@example.com");
}

TEST_F(SeveralSourcesTest, OnEqualKeysTheFirstSourceWins) {
  partners().add("X", "ann@example.com");
  world.directory.add("E1", "ann@example.com");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "invite ann@example.com (applied)");
  EXPECT_TRUE(world.link("staff/E1"));
  EXPECT_EQ(plan.plan.conflict, 1U);
  EXPECT_THAT(problems(plan), HasSubstr("error partners/X:"));
}

TEST_F(SeveralSourcesTest, TheLinkedHolderKeepsTheKeyAgainstTheFirstSource) {
  partners().add("X", "ann@example.com");
  world.directory.add("E0");
  world.apply();
  world.directory.add("E1", "ann@example.com");
  EXPECT_THAT(problems(world.plan()), HasSubstr("error staff/E1:"));
}

// never-again 27
TEST_F(SeveralSourcesTest, ASourceTakesAwayOnlyWhatItSupplied) {
  for (int i = 0; i < 15; ++i) partners().add("X" + std::to_string(i));
  world.hire(15);
  world.apply();
  partners().incomplete = "a page is missing";
  world.directory.remove("p001");
  // One source of the target was not read completely: no removal at all.
  EXPECT_EQ(summary(world.apply()), "");
  partners().incomplete.clear();
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (applied)");
}

// ── siblings and moved houses ──────────────────────────────────────────────────────────────────

// never-again 43
TEST_F(IdentityTest, AnAccountOfASiblingTargetIsAConflictAndNeverAdopted) {
  Link sibling;
  sibling.target = "other";
  sibling.source_id = "E9";
  sibling.remote_id = world.target.add("p001@example.com");
  sibling.tenancy = world.target.tenancy;
  world.store->put_link(sibling);
  world.hire(1);
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "");
  EXPECT_THAT(problems(plan), HasSubstr("held by target 'other'"));
  EXPECT_EQ(world.store->find_link("other", "E9"), sibling);
}

// Both were planned before either was applied; the second is told, and takes nothing from the
// first.
TEST_F(IdentityTest, ASiblingThatWasQuickerKeepsTheAccount) {
  world.hire(1);
  world.target.after_write = [&] {
    Link sibling;
    sibling.target = "other";
    sibling.source_id = "E9";
    sibling.remote_id = world.target.account("p001@example.com")->remote_id;
    sibling.tenancy = world.target.tenancy;
    world.store->put_link(sibling);
  };
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "invite p001@example.com (failed)");
  EXPECT_TRUE(world.store->find_link("other", "E9"));
  EXPECT_FALSE(world.link("p001"));
}

TEST_F(IdentityTest, AnotherWorkspaceHoldsTheWholeTarget) {
  world.hire(5);
  world.apply();
  world.target.tenancy = "fake://another";
  world.directory.add("p100");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "invite p100@example.com (held configuration)");
  EXPECT_THAT(plan.plan.holds.at(0).limit, HasSubstr("fake://another"));
}

TEST_F(IdentityTest, AnotherIdAttributeHoldsTheWholeTarget) {
  world.hire(5);
  world.apply();
  world.source_config.id_attribute = "mail";
  world.directory.add("p100");
  EXPECT_EQ(summary(world.apply()), "invite p100@example.com (held configuration)");
}

TEST_F(IdentityTest, AnotherSourceHoldsTheWholeTargetAndRemovesNobody) {
  world.hire(5);
  world.apply();
  auto& [source, config] = world.more["partners"];
  config.name = "partners";
  source.add("X");
  world.config.sources = {"partners"};
  EXPECT_EQ(summary(world.apply()), "invite X@example.com (held configuration)");
}

TEST_F(IdentityTest, ALinkWithoutATenancyLearnsIt) {
  world.target.tenancy.clear();
  world.hire(2);
  world.apply();
  EXPECT_EQ(world.link("p001")->tenancy, "");
  world.target.tenancy = "fake://workspace";
  world.apply();
  EXPECT_EQ(world.link("p001")->tenancy, "fake://workspace");
}

// ── another `match` ────────────────────────────────────────────────────────────────────────────

TEST_F(IdentityTest, WhatAChangedMatchWouldAdoptStaysHeldUntilItIsApproved) {
  world.hire(2);
  world.apply();
  world.config.match = {"email", "team"};
  world.directory.add("p100");
  world.target.account(world.target.add("p100@example.com"))
      ->fields.set("role", std::string("agent"));
  EXPECT_EQ(summary(world.apply()), "adopt p100@example.com (held adoptions)");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "adopt p100@example.com (held adoptions)");
  world.approve_stored(plan.plan.holds.at(0).hash);
  EXPECT_EQ(summary(world.apply()), "adopt p100@example.com (applied)");
  // The change of `match` has been dealt with.
  world.directory.add("p101");
  world.target.account(world.target.add("p101@example.com"))
      ->fields.set("role", std::string("agent"));
  EXPECT_EQ(summary(world.apply()), "adopt p101@example.com (applied)");
}

// ── ids ────────────────────────────────────────────────────────────────────────────────────────

TEST(UlidTest, SortsByTimeAndIsNeverTheSameTwice) {
  const auto now = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
  const std::string earlier = make_ulid(now);
  const std::string later = make_ulid(now + std::chrono::milliseconds(1));
  EXPECT_EQ(earlier.size(), 26U);
  EXPECT_LT(earlier.substr(0, 10), later.substr(0, 10));
  EXPECT_NE(make_ulid(now), make_ulid(now));
}

TEST(Sha256Test, IsTheOneEverybodyKnows) {
  EXPECT_EQ(sha256("abc"),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace usher
