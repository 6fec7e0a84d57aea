// A provider whose accounts carry nothing of a person: who has which is known to us alone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/engine/world.h"

namespace usher {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class PlaceholderTest : public testing::Test {
 protected:
  PlaceholderTest() : world(FakeTarget::placeholders()) {}

  Account* account_of(const std::string& source_id) {
    const auto link = world.link(source_id);
    return link ? world.target.account(link->remote_id) : nullptr;
  }

  World world;
};

TEST_F(PlaceholderTest, AreMadeInBatchesAndGivenToOnePersonEach) {
  world.hire(5);
  const TargetPlan plan = world.plan();
  EXPECT_EQ(plan.plan.requests, 2);
  world.apply();
  EXPECT_THAT(world.target.writes, ElementsAre("create 3", "create 2"));
  EXPECT_THAT(world.store->links("seats"), SizeIs(5));
  EXPECT_EQ(summary(world.plan()), "");
}

TEST_F(PlaceholderTest, TwoPeopleMayHaveOneLabel) {
  world.hire(2);
  for (Person& person : world.directory.people) person.attributes.set("name", {"Ann Smith"});
  EXPECT_EQ(world.apply().plan.conflict, 0U);
  EXPECT_THAT(world.store->links("seats"), SizeIs(2));
}

TEST_F(PlaceholderTest, ALostBatchIsFoundByWhatAppeared) {
  world.hire(3);
  world.target.fail_writes(WriteFault::kLostAfterCommit);
  const TargetPlan plan = world.apply();
  EXPECT_EQ(count(plan.plan, ChangeStatus::kApplied), 3U);
  EXPECT_EQ(world.target.size(), 3U);
}

TEST_F(PlaceholderTest, ALostBatchBesideSomebodyElsesCreationStaysUnknown) {
  world.hire(3);
  world.target.fail_writes(WriteFault::kLostAfterCommit);
  world.target.after_write = [&] { world.target.add(""); };
  const TargetPlan plan = world.apply();
  EXPECT_EQ(count(plan.plan, ChangeStatus::kUnknown), 3U);
  world.target.after_write = nullptr;
  world.directory.add("p100");
  const TargetPlan again = world.apply();
  EXPECT_EQ(world.target.writes.back(), "create 1");
  EXPECT_EQ(again.plan.undecided, 3U);
  EXPECT_EQ(again.plan.status, TargetStatus::kPartial);
}

TEST_F(PlaceholderTest, ALeaverIsDisconnectedOnce) {
  world.hire(30);
  world.apply();
  account_of("p001")->usable = true;
  world.directory.remove("p001");
  EXPECT_EQ(count(world.apply().plan, ChangeStatus::kApplied), 1U);
  EXPECT_NE(world.link("p001")->released_at, 0);
  EXPECT_EQ(summary(world.apply()), "");
}

// never-again 103
TEST_F(PlaceholderTest, ALeaverWhoConnectsAgainIsDisconnectedAgain) {
  world.hire(30);
  world.apply();
  account_of("p001")->usable = true;
  world.directory.remove("p001");
  world.apply();
  account_of("p001")->usable = true;
  EXPECT_EQ(count(world.apply().plan, Action::kDeactivate), 1U);
  EXPECT_FALSE(account_of("p001")->usable);
}

TEST_F(PlaceholderTest, WhoComesBackGetsTheirOwnAgain) {
  world.hire(30);
  world.apply();
  const std::string id = world.link("p001")->remote_id;
  world.directory.remove("p001");
  world.apply();
  world.directory.add("p001");
  EXPECT_EQ(count(world.apply().plan, Action::kAssign), 1U);
  EXPECT_EQ(world.link("p001")->remote_id, id);
  EXPECT_EQ(world.link("p001")->released_at, 0);
}

// ── a free one for somebody else ───────────────────────────────────────────────────────────────

class ReuseTest : public PlaceholderTest {
 protected:
  ReuseTest() {
    world.hire(30);
    world.apply();
    id = world.link("p001")->remote_id;
    world.directory.remove("p001");
    world.apply();
    world.directory.add("p100");
    world.config.policy.reuse = true;
  }
  std::string id;
};

TEST_F(ReuseTest, IsOfferedAfterItsRestAndNotBefore) {
  world.pass(7 * kDay - 1);
  EXPECT_EQ(count(world.plan().plan, Action::kAssign), 0U);
  world.pass(1);
  const TargetPlan plan = world.apply();
  EXPECT_EQ(change_of(plan, "p100").action, Action::kAssign);
  EXPECT_EQ(world.link("p100")->remote_id, id);
  EXPECT_FALSE(world.link("p001"));
  EXPECT_EQ(world.target.size(), 30U);
  EXPECT_EQ(plan.plan.accounts, 30U);
}

TEST_F(ReuseTest, IsNotOfferedUnlessConfigured) {
  world.config.policy.reuse = false;
  world.pass(30 * kDay);
  EXPECT_EQ(change_of(world.apply(), "p100").action, Action::kCreate);
}

TEST_F(ReuseTest, IsNotOfferedWhileALinkIsOpen) {
  world.pass(30 * kDay);
  world.target.account(id)->usable = true;
  EXPECT_EQ(count(world.plan().plan, Action::kAssign), 0U);
}

TEST_F(ReuseTest, IsNotOfferedWhenTheClockIsInDoubt) {
  world.pass(30 * kDay);
  world.clock_doubt = "the clock says next year";
  EXPECT_EQ(count(world.plan().plan, Action::kAssign), 0U);
}

TEST_F(ReuseTest, TheFormerHolderComesBackToANewOne) {
  world.pass(7 * kDay);
  world.apply();
  world.directory.add("p001");
  EXPECT_EQ(change_of(world.apply(), "p001").action, Action::kCreate);
  EXPECT_NE(world.link("p001")->remote_id, id);
}

}  // namespace
}  // namespace usher
