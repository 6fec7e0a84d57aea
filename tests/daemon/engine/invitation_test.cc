// Invitations: sent, open, expired, withdrawn, sent to another address.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/engine/world.h"

namespace usher {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class InvitationTest : public testing::Test {
 protected:
  InvitationTest() {
    world.hire(3);
    world.apply();
    world.target.writes.clear();
  }
  void expire() {
    world.target.account("p001@example.com")->status = AccountStatus::kInviteExpired;
  }

  World world;
};

// never-again 64, 65
TEST_F(InvitationTest, AnExpiredOneIsSentAgainButNotTooSoon) {
  expire();
  world.pass(7 * kDay - 1);
  EXPECT_EQ(summary(world.apply()), "");
  world.pass(1);
  EXPECT_EQ(summary(world.apply()), "reinvite p001@example.com (applied)");
  EXPECT_EQ(world.link("p001")->invitations, 2);
}

// never-again 66
TEST_F(InvitationTest, NobodyGetsMoreMailsThanConfigured) {
  for (int i = 0; i < 5; ++i) {
    expire();
    world.pass(8 * kDay);
    world.apply();
  }
  EXPECT_THAT(world.target.writes,
              ElementsAre("invite p001@example.com", "invite p001@example.com"));
  const TargetPlan plan = world.apply();
  EXPECT_THAT(problems(plan), HasSubstr("invitations.max: 3"));
  EXPECT_EQ(plan.plan.status, TargetStatus::kInSync);
}

TEST_F(InvitationTest, AnotherAddressIsAnotherInvitation) {
  for (int i = 0; i < 3; ++i) {
    expire();
    world.pass(8 * kDay);
    world.apply();
  }
  expire();
  world.directory.person("p001").attributes.set("mail", {"right@example.com"});
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "reinvite right@example.com (applied)");
  EXPECT_EQ(change_of(plan, "p001").cause, Cause::kMover);
  EXPECT_EQ(world.link("p001")->invitations, 1);
}

TEST_F(InvitationTest, KeepLeavesAnExpiredOneAsItIs) {
  world.config.policy.invitations.expired = ExpiredInvitation::kKeep;
  expire();
  world.pass(30 * kDay);
  EXPECT_EQ(summary(world.apply()), "");
}

TEST_F(InvitationTest, AWithdrawnOneIsNotSentAgain) {
  world.config.policy.invitations.expired = ExpiredInvitation::kRevoke;
  world.config.policy.limits.removals_percent.value = 100;
  expire();
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "revoke p001@example.com (applied)");
  EXPECT_TRUE(plan.plan.converged) << problems(plan);
  EXPECT_NE(world.link("p001")->withdrawn_at, 0);
  world.pass(30 * kDay);
  world.apply();
  EXPECT_EQ(summary(world.apply()), "");
  EXPECT_THAT(world.target.writes, ElementsAre("revoke " + world.link("p001")->remote_id));
}

// never-again 63
TEST_F(InvitationTest, ALeaverLosesTheInvitation) {
  world.directory.remove("p001");
  EXPECT_EQ(summary(world.apply()), "revoke p001@example.com (applied)");
  EXPECT_EQ(world.target.account("p001@example.com"), nullptr);
}

// "flag" sends nothing, whatever it is about.
TEST_F(InvitationTest, AFlaggedLeaverKeepsTheInvitationForAHuman) {
  world.config.policy.leavers.action = LeaverAction::kFlag;
  world.directory.remove("p001");
  EXPECT_EQ(summary(world.apply()), "manual p001@example.com");
  EXPECT_THAT(world.target.writes, IsEmpty());
}

TEST_F(InvitationTest, AnotherAddressIsOneChangeOfTwoSteps) {
  world.directory.person("p001").attributes.set("mail", {"new@example.com"});
  const std::string old = world.link("p001")->remote_id;
  const TargetPlan plan = world.apply();
  EXPECT_THAT(world.target.writes, ElementsAre("revoke " + old, "invite new@example.com"));
  EXPECT_EQ(world.store->history("p001", 9).at(0).action, "reinvite");
  EXPECT_EQ(plan.plan.mails, 1);
}

TEST_F(InvitationTest, ALostSecondStepIsMadeUpForWithoutASecondRevocation) {
  world.directory.person("p001").attributes.set("mail", {"new@example.com"});
  const std::string old = world.link("p001")->remote_id;
  world.target.fail_writes(WriteFault::kRejected, 1);
  EXPECT_EQ(change_of(world.apply(), "p001").status, ChangeStatus::kFailed);
  for (int i = 0; i < 3; ++i) world.apply();
  EXPECT_EQ(world.target.account("new@example.com")->status, AccountStatus::kInvited);
  EXPECT_EQ(std::ranges::count(world.target.writes, "revoke " + old), 1);
}

// A resend whose answer was lost: what is still expired was not sent.
TEST_F(InvitationTest, AResendThatNeverLeftIsSent) {
  expire();
  world.pass(8 * kDay);
  world.target.fail_writes(WriteFault::kCrashBeforeCommit);
  EXPECT_THROW(world.apply(), Crash);
  EXPECT_EQ(summary(world.apply()), "reinvite p001@example.com (applied)");
  EXPECT_EQ(world.target.account("p001@example.com")->status, AccountStatus::kInvited);
}

}  // namespace
}  // namespace usher
