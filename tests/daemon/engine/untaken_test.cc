// Targets that answer success and then do not show what they were sent.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "daemon/engine/rewrites.h"
#include "tests/daemon/engine/world.h"

namespace usher {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr int kPeople = 25;

class UntakenTest : public testing::Test {
 protected:
  UntakenTest() { world.map("${level}", "${team | default('Alpha')}"); }

  /// From now on the target keeps `value` in `field`, whatever it is sent.
  void keep(const std::string& field, const std::string& value) {
    world.target.rewrite = [=](const std::string& name, const Value& sent) {
      return name == field ? Value(value) : sent;
    };
  }
  void level(const std::string& value) {
    world.directory.person("p001").attributes.set("level", {value});
  }
  /// How many writes an apply sends.
  std::size_t writes() {
    world.target.writes.clear();
    last = world.apply();
    return world.target.writes.size();
  }

  World world;
  TargetPlan last;
};

// never-again 29
TEST_F(UntakenTest, WhatIsNeverShownIsWrittenTwiceAndThenParked) {
  keep("team", "");
  world.hire(kPeople);
  EXPECT_EQ(writes(), kPeople);
  EXPECT_THAT(problems(last), AllOf(HasSubstr("not converged: team of p0"),
                                    HasSubstr("written as 'Alpha', but the target shows nothing")));
  EXPECT_EQ(writes(), kPeople);
  EXPECT_TRUE(last.plan.converged) << problems(last);
  EXPECT_THAT(problems(last), HasSubstr("'Alpha' was written 2 times"));
  EXPECT_EQ(writes(), 0U);
  EXPECT_EQ(last.plan.status, TargetStatus::kInSync);
  EXPECT_THAT(problems(last), AllOf(HasSubstr("warning p001: team is left alone"),
                                    HasSubstr("nothing"), HasSubstr("`map`")));
}

// Of an attribute that the target drops everybody's is dropped.
TEST_F(UntakenTest, TheFirstFewAreNamedAndTheOthersCounted) {
  keep("team", "");
  world.hire(kPeople);
  world.apply();
  for (int run = 0; run < 2; ++run) {
    world.apply();
    last = world.plan();
    const auto are_named = std::ranges::count_if(last.plan.problems, [](const Problem& problem) {
      return problem.message.starts_with("team is left alone");
    });
    EXPECT_EQ(are_named, 5);
    EXPECT_THAT(problems(last), HasSubstr("team: 20 more people have the same trouble"));
  }
}

TEST_F(UntakenTest, TheReportOfTheRunThatParksNamesAsFew) {
  keep("team", "");
  world.hire(kPeople);
  world.apply();
  last = world.apply();
  EXPECT_THAT(last.plan.problems, SizeIs(6)) << problems(last);
  EXPECT_THAT(problems(last), HasSubstr("team: 20 more people have the same trouble"));
}

TEST_F(UntakenTest, WhoseRoleIsNotWhatItMustBeIsNamedEachByThemselves) {
  keep("role", "");
  world.hire(kPeople);
  for (int run = 0; run < 3; ++run) last = world.apply();
  EXPECT_THAT(last.plan.problems, SizeIs(kPeople)) << problems(last);
}

// What was not sent cannot have come true.
TEST_F(UntakenTest, AWriteThatFailsForgetsNothing) {
  keep("team", "");
  world.hire(1);
  EXPECT_EQ(writes(), 1U);
  world.target.fail_writes(WriteFault::kRejected);
  EXPECT_EQ(writes(), 1U);
  ASSERT_THAT(world.store->rewrites("seats"), SizeIs(1));
  EXPECT_EQ(writes(), 1U);
  EXPECT_EQ(world.store->rewrites("seats")[0].count, 2);
  EXPECT_EQ(writes(), 0U);
}

// What usher wrote and never saw come true was changed by nobody.
TEST_F(UntakenTest, WritingItAgainIsARetryAndNoDrift) {
  keep("team", "");
  world.hire(kPeople);
  world.apply();
  const TargetPlan plan = world.plan();
  const Change change = change_of(plan, "p001");
  EXPECT_EQ(change.cause, Cause::kJoiner);
  EXPECT_EQ(change.attempt, 1);
  EXPECT_THAT(change.reason, HasSubstr("written before"));
  EXPECT_THAT(plan.plan.holds, IsEmpty()) << "counted as updates when they were first let through";
}

TEST_F(UntakenTest, AnUpdateThatChangedNothingCountsToo) {
  world.hire(1);
  world.apply();
  keep("team", "Alpha");
  world.directory.person("p001").attributes.set("team", {"Beta"});
  EXPECT_EQ(writes(), 1U);
  EXPECT_EQ(change_of(world.plan(), "p001").cause, Cause::kMover);
  EXPECT_EQ(writes(), 1U);
  EXPECT_EQ(writes(), 0U);
  EXPECT_THAT(problems(last), AllOf(HasSubstr("'Beta'"), HasSubstr("'Alpha'")));
}

TEST_F(UntakenTest, AParkedOneIsTriedOnceADay) {
  keep("team", "");
  world.hire(1);
  for (int run = 0; run < 3; ++run) world.apply();
  world.pass(kDay);
  EXPECT_EQ(writes(), 1U);
  EXPECT_TRUE(last.plan.converged);
  EXPECT_EQ(writes(), 0U);
  EXPECT_THAT(problems(last), HasSubstr("written 3 times"));
}

TEST_F(UntakenTest, ATargetThatTakesItAfterAllEndsTheMatter) {
  keep("team", "");
  world.hire(1);
  for (int run = 0; run < 3; ++run) world.apply();
  world.target.rewrite = nullptr;
  world.pass(kDay);
  EXPECT_EQ(writes(), 1U);
  EXPECT_EQ(writes(), 0U);
  EXPECT_THAT(problems(last), IsEmpty());
  EXPECT_THAT(world.store->rewrites("seats"), IsEmpty());
}

// A role that the provider did not take is an error, and nobody without theirs is in order.
TEST_F(UntakenTest, PowerThatWasNotGivenIsParkedAsAnError) {
  keep("role", "");
  world.hire(kPeople);
  EXPECT_EQ(writes(), kPeople);
  EXPECT_EQ(writes(), kPeople);
  EXPECT_EQ(writes(), 0U);
  EXPECT_THAT(problems(last),
              AllOf(HasSubstr("error p001: role is not what it must be"), HasSubstr("'agent'")));
  EXPECT_EQ(last.plan.status, TargetStatus::kPartial);
  EXPECT_EQ(last.plan.undecided, kPeople);
  EXPECT_EQ(last.plan.unchanged, 0U);
  EXPECT_EQ(last.plan.accounts, kPeople);
}

TEST_F(UntakenTest, PowerInAnotherFormIsNeverTakenForEqual) {
  keep("role", "super-agent");
  world.hire(1);
  world.apply();
  EXPECT_EQ(writes(), 1U);
  EXPECT_EQ(writes(), 0U);
  EXPECT_EQ(last.plan.status, TargetStatus::kPartial);
}

TEST_F(UntakenTest, PowerThatWasNotTakenAwayStaysVisible) {
  world.hire(kPeople);
  level("admin");
  world.apply();
  keep("role", "admin");
  level("guest");
  for (int run = 0; run < 2; ++run) EXPECT_EQ(writes(), 1U) << problems(last);
  for (int run = 0; run < 2; ++run) {
    EXPECT_EQ(writes(), 0U);
    EXPECT_EQ(last.plan.status, TargetStatus::kPartial);
    EXPECT_THAT(problems(last),
                AllOf(HasSubstr("error p001"), HasSubstr("'guest'"), HasSubstr("'admin'")));
  }
  world.target.account("p001@example.com")->fields.set("role", std::string("guest"));
  EXPECT_EQ(writes(), 0U);
  EXPECT_EQ(last.plan.status, TargetStatus::kInSync) << problems(last);
}

TEST_F(UntakenTest, ParkedPowerKeepsNothingElseFromBeingWritten) {
  keep("role", "");
  world.hire(1);
  for (int run = 0; run < 3; ++run) world.apply();
  world.directory.person("p001").attributes.set("team", {"Beta"});
  EXPECT_EQ(change_of(world.plan(), "p001").fields, std::vector<std::string>{"team"});
  EXPECT_EQ(writes(), 1U);
  EXPECT_THAT(problems(last), HasSubstr("error p001: role"));
}

TEST_F(UntakenTest, AnotherWishIsWrittenAtOnce) {
  keep("role", "");
  world.hire(1);
  for (int run = 0; run < 3; ++run) world.apply();
  level("guest");
  EXPECT_EQ(writes(), 1U);
}

TEST_F(UntakenTest, SomebodyElsesEditOfAParkedAttributeIsDrift) {
  keep("role", "");
  world.hire(1);
  for (int run = 0; run < 3; ++run) world.apply();
  world.target.account("p001@example.com")->fields.set("role", std::string("admin"));
  EXPECT_EQ(change_of(world.plan(), "p001").cause, Cause::kDrift);
}

// Whoever left must lose what they can lose, however often that takes.
TEST_F(UntakenTest, TheRoleOfALeaverIsNeverParked) {
  world.target.can.demotion.set("role", std::string("guest"));
  world.hire(kPeople);
  world.apply();
  world.accept_all();
  keep("role", "agent");
  world.directory.remove("p001");
  for (int run = 0; run < 4; ++run) {
    EXPECT_EQ(writes(), 1U);
    EXPECT_NE(last.plan.status, TargetStatus::kInSync);
  }
}

TEST_F(UntakenTest, TheReadsOfOneRunCountOnce) {
  world.hire(1);
  world.apply();
  world.target.clock = &world.clock;
  world.target.can.consistency = std::chrono::seconds(10);
  world.target.delay_seconds = 1000;
  world.directory.person("p001").attributes.set("team", {"Beta"});
  world.apply();
  ASSERT_THAT(world.store->rewrites("seats"), SizeIs(1));
  EXPECT_EQ(world.store->rewrites("seats")[0].count, 1);
}

TEST_F(UntakenTest, AReadBackThatIsNotWholeCountsNothing) {
  keep("team", "");
  world.hire(kPeople);
  world.target.fail_lists(ListFault::kMissingPage, 1);
  EXPECT_FALSE(world.apply().plan.converged);
  EXPECT_THAT(world.store->rewrites("seats"), IsEmpty());
}

// Nobody can see whether they have it: it is taken away all the same.
TEST_F(UntakenTest, PowerThatWasNeverShownIsTakenAwayWhenItIsNotWantedAnyMore) {
  world.hire(1);
  level("admin");
  keep("role", "agent");
  world.apply();
  world.apply();
  EXPECT_EQ(writes(), 0U) << "parked";
  level("agent");
  for (const std::size_t count : {1U, 0U}) {
    EXPECT_EQ(writes(), count);
    EXPECT_EQ(last.plan.status, TargetStatus::kInSync) << problems(last);
  }
}

// A leaver by another name.
TEST(RewritesTest, ToSetSomebodyInactiveIsNeverParked) {
  Capabilities can;
  can.attributes = {{.name = "active", .is_boolean = true, .entitlement = true}};
  Account desired;
  desired.fields.set("active", false);
  Account account;
  account.fields.set("active", true);
  const Rewrites rewrites({{"E1", "active", "false", "true", 2, 10, false, Cause::kMover}}, can,
                          20);
  const Rewrites::View view = rewrites.view("E1", desired, account);
  EXPECT_FALSE(view.account);
  EXPECT_THAT(view.errors, IsEmpty());
}

// Something of them was written, and yet they have not got what they must have.
TEST_F(UntakenTest, WhoIsTouchedAndNotServedIsNotInSync) {
  world.hire(1);
  level("admin");
  keep("role", "agent");
  world.apply();
  world.apply();
  world.directory.person("p001").attributes.set("team", {"Beta"});
  EXPECT_EQ(writes(), 1U);
  EXPECT_FALSE(last.plan.converged);
  EXPECT_NE(last.plan.status, TargetStatus::kInSync) << problems(last);
}

}  // namespace
}  // namespace usher
