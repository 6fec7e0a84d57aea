// Two ushers on one state: one writes, the others wait or read.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/e2e/world.h"

namespace usher::e2e {
namespace {

using testing::HasSubstr;

/// An apply that hangs in its first invitation until `release` is called, and has stored a hold
/// before that.
class LockTest : public testing::Test {
 protected:
  void SetUp() override {
    world.must(0, {"init"});
    world.must(0, {"apply"});
    world.set_people(people_csv(10) + person_row(50) + person_row(51));
    world.sandbox().fault({{"match", {{"method", "POST"}, {"path", "/workspace/invitations"}}},
                           {"action", "slow_reply"},
                           {"hold", "gate"}});
  }

  void release() { world.sandbox().post("release", {{"name", "gate"}}); }

  World world{20};
};

TEST_F(LockTest, ASecondApplyWaitsAndThenEndsWithSix) {
  Process first(world.command({"apply"}));
  world.sandbox().wait_for_held();
  const nlohmann::json second = world.report({"apply", "--lock-wait", "100ms"});
  EXPECT_EQ(second.at("exit_code"), 6);
  EXPECT_THAT(second.at("problems").dump(), HasSubstr(std::to_string(first.pid())))
      << "who holds it";
  release();
  EXPECT_EQ(first.wait(), 4);
  EXPECT_EQ(world.sandbox().invitations().at(mail_of(50)), 1);
}

TEST_F(LockTest, ASecondApplyGoesOnWhenTheFirstIsDone) {
  Process first(world.command({"apply"}));
  world.sandbox().wait_for_held();
  Process second(world.command({"apply", "--lock-wait", "60s"}));
  release();
  EXPECT_EQ(first.wait(), 4);
  EXPECT_EQ(second.wait(), 4);
  for (const auto& [address, count] : world.sandbox().invitations()) EXPECT_EQ(count, 1) << address;
}

TEST_F(LockTest, PlanAndApproveWorkBesideIt) {
  const std::string hash = target_of(world.report({"plan"}), "inbox").at("holds").at(0).at("hash");
  Process first(world.command({"apply"}));
  world.sandbox().wait_for_held();
  world.must(4, {"plan"});
  world.must(0, {"holds"});
  world.must(0, {"status"});
  world.must(0, {"approve", hash});
  release();
  EXPECT_EQ(first.wait(), 4);
  world.must(0, {"apply"});
  EXPECT_EQ(world.sandbox().users("northwind-eu").size(), 13U)
      << "owner, ten who stayed, two new ones";
}

TEST_F(LockTest, SigtermLetsTheOperationInFlightFinishAndLeavesTheRest) {
  Process apply(world.command({"apply"}));
  world.sandbox().wait_for_held();
  apply.send_signal(SIGTERM);
  release();
  EXPECT_EQ(apply.wait(), 5);
  EXPECT_EQ(world.sandbox().invitations().size(), 21U) << "the one in flight, and nobody after it";
  const Finished check = world.usher({"state", "check"});
  EXPECT_EQ(check.status, 0) << check.output << check.error;
  world.must(4, {"apply"});
  for (const auto& [address, count] : world.sandbox().invitations()) EXPECT_EQ(count, 1) << address;
}

}  // namespace
}  // namespace usher::e2e
