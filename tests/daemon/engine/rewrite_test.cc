// Targets that keep another form of what they are sent.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapping/text.h"
#include "tests/daemon/engine/world.h"

namespace usher {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class RewriteTest : public testing::Test {
 protected:
  RewriteTest() {
    world.map("${level}", "${team | default('Alpha')}");
    world.target.rewrite = [](const std::string& field, const Value& value) -> Value {
      return field == "team" ? Value(to_lower(to_text(value))) : value;
    };
    world.hire(3);
  }
  void team(const std::string& name) {
    world.directory.person("p001").attributes.set("team", {name});
  }

  World world;
};

// never-again 29
TEST_F(RewriteTest, IsLearntAndTakenForEqual) {
  const TargetPlan plan = world.apply();
  EXPECT_TRUE(plan.plan.converged) << problems(plan);
  EXPECT_THAT(problems(plan), HasSubstr("team was written as 'Alpha' and is kept as 'alpha'"));
  EXPECT_EQ(summary(world.plan()), "");
}

TEST_F(RewriteTest, ALaterChangeBySomebodyElseIsDriftAllTheSame) {
  world.apply();
  world.target.account("p001@example.com")->fields.set("team", std::string("stolen"));
  EXPECT_EQ(change_of(world.plan(), "p001").fields, std::vector<std::string>{"team"});
}

TEST_F(RewriteTest, ASecondOneWithinADayParksTheAttributeWithAProblem) {
  world.apply();
  team("Beta");
  EXPECT_THAT(problems(world.apply()), HasSubstr("second time within 24 h"));
  team("Gamma");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "");
  EXPECT_THAT(problems(plan), HasSubstr("warning p001: team is left alone"));
  world.pass(kDay);
  EXPECT_EQ(summary(world.plan()), "update p001@example.com");
}

TEST_F(RewriteTest, TwoOnDifferentDaysParkNothing) {
  world.apply();
  world.pass(kDay);
  team("Beta");
  world.apply();
  team("Gamma");
  EXPECT_EQ(summary(world.apply()), "update p001@example.com (applied)");
}

// Somebody else's edit of an attribute that we did not write is theirs, not a rewrite of ours.
TEST_F(RewriteTest, WhatWeDidNotWriteWasNotRewritten) {
  world.target.rewrite = nullptr;
  world.apply();
  world.directory.person("p001").attributes.set("level", {"admin"});
  world.target.after_write = [&] {
    world.target.account("p001@example.com")->fields.set("team", std::string("x"));
  };
  const TargetPlan plan = world.apply();
  EXPECT_FALSE(plan.plan.converged);
  EXPECT_THAT(world.store->rewrites("seats"), IsEmpty());
  world.target.after_write = nullptr;
  EXPECT_EQ(summary(world.apply()), "update p001@example.com (applied)");
}

}  // namespace
}  // namespace usher
