// A 200 is not proof: what was done is read back, and planned again.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/engine/world.h"

namespace usher {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class VerifyTest : public testing::Test {
 protected:
  void settle(World& world) {
    world.hire(30);
    world.apply();
  }
};

// never-again 97, 103
TEST_F(VerifyTest, ARemovalThatDidNothingIsAFailure) {
  World world(FakeTarget::managing());
  settle(world);
  world.directory.remove("p001");
  world.target.fail_writes(WriteFault::kDoNothing);
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "deactivate p001@example.com (failed)");
  EXPECT_THAT(change_of(plan, "p001").error, HasSubstr("can still be used"));
  EXPECT_EQ(plan.plan.status, TargetStatus::kPartial);
  EXPECT_EQ(world.link("p001")->released_at, 0);
}

TEST_F(VerifyTest, ARemovalThatCannotBeReadBackIsUnknown) {
  World world;
  settle(world);
  world.directory.remove("p001");
  world.target.fail_lists(ListFault::kTransient, 1);
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (unknown)");
  EXPECT_TRUE(world.link("p001"));
  EXPECT_EQ(summary(world.apply()), "");
  EXPECT_FALSE(world.link("p001"));
}

// What nobody looked at again because the credential was refused is not done, as far as we know.
TEST_F(VerifyTest, ARemovalBeforeARefusedCredentialIsUnknown) {
  World world;
  settle(world);
  world.directory.remove("p001");
  world.directory.remove("p002");
  world.target.fail_writes(WriteFault::kUnauthorized, 1);
  EXPECT_EQ(summary(world.apply()),
            "revoke p001@example.com (unknown), revoke p002@example.com (failed)");
}

TEST_F(VerifyTest, AnUpdateThatDidNothingDoesNotConverge) {
  World world;
  settle(world);
  world.directory.person("p001").attributes.set("level", {"admin"});
  world.target.fail_writes(WriteFault::kDoNothing);
  const TargetPlan plan = world.apply();
  EXPECT_FALSE(plan.plan.converged);
  EXPECT_EQ(plan.plan.status, TargetStatus::kPartial);
  EXPECT_THAT(problems(plan), HasSubstr("not converged"));
}

// never-again 33, 86: a creation that left nothing behind is none.
TEST_F(VerifyTest, ACreationThatDidNothingDoesNotConverge) {
  for (const Capabilities& can : {FakeTarget::inviting(), FakeTarget::managing()}) {
    World world(can);
    world.hire(3);
    world.target.fail_writes(WriteFault::kDoNothing);
    EXPECT_FALSE(world.apply().plan.converged);
  }
}

TEST_F(VerifyTest, NothingIsReadBackWhenNothingWasDone) {
  World world;
  settle(world);
  world.target.list_count = 0;
  world.apply();
  EXPECT_EQ(world.target.list_count, 1);
}

TEST_F(VerifyTest, SomebodyElsesEditMeanwhileIsNotOurConvergence) {
  World world;
  settle(world);
  world.directory.person("p001").attributes.set("level", {"admin"});
  world.target.after_write = [&] {
    world.target.account("p002@example.com")->fields.set("role", std::string("guest"));
  };
  EXPECT_TRUE(world.apply().plan.converged);
  EXPECT_EQ(change_of(world.plan(), "p002").cause, Cause::kDrift);
}

// ── a provider that shows its writes late ──────────────────────────────────────────────────────

class ConsistencyTest : public testing::Test {
 protected:
  explicit ConsistencyTest(Capabilities can = FakeTarget::managing()) : world(std::move(can)) {
    world.target.clock = &world.clock;
    world.hire(30);
    world.apply();
    world.pass(kHour);
    world.target.can.consistency = std::chrono::seconds(10);
    world.target.delay_seconds = 5;
  }
  World world;
};

TEST_F(ConsistencyTest, IsWaitedForUntilTheWindowEnds) {
  world.directory.add("p100");
  world.directory.remove("p001");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan),
            "deactivate p001@example.com (applied), create p100@example.com (applied)");
  EXPECT_TRUE(plan.plan.converged);
  EXPECT_THAT(world.clock.sleeps(), SizeIs(5));
}

TEST_F(ConsistencyTest, IsNotWaitedForLongerThanThat) {
  world.target.delay_seconds = 1000;
  world.directory.person("p001").attributes.set("level", {"admin"});
  const TargetPlan plan = world.apply();
  EXPECT_FALSE(plan.plan.converged);
  EXPECT_THAT(world.clock.sleeps(), SizeIs(10));
}

TEST_F(ConsistencyTest, WithinItAbsentIsUnknown) {
  world.target.delay_seconds = 60;
  world.directory.add("p100");
  world.apply();
  const std::size_t written = world.target.writes.size();
  world.target.can.consistency = std::chrono::seconds(60);
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "");
  EXPECT_EQ(world.target.writes.size(), written);
  EXPECT_EQ(plan.plan.undecided, 1U);
  world.pass(kHour);
  EXPECT_EQ(world.apply().plan.status, TargetStatus::kInSync);
}

TEST_F(ConsistencyTest, ALostAnswerIsNotRepeatedWithinIt) {
  world.directory.add("p100");
  world.target.fail_writes(WriteFault::kLostAfterCommit);
  world.target.writes.clear();
  const TargetPlan plan = world.apply();
  EXPECT_THAT(world.target.writes, SizeIs(1));
  EXPECT_EQ(change_of(plan, "p100").status, ChangeStatus::kApplied);
}

}  // namespace
}  // namespace usher
