// Killed at any call, started again: the same end as if nothing had happened. The torture suite
// does the same with 500 people and at every call.

#include <gtest/gtest.h>

#include <functional>

#include "tests/e2e/crash.h"

namespace usher::e2e {
namespace {

struct Case {
  const char* name;
  Api api;
  int people;
  const char* how;
};

class CrashTest : public testing::TestWithParam<Case> {};

// never-again 45, 47: what was done before the crash is known after it, what is not known is
// looked up.
TEST_P(CrashTest, AKillAnywhereAndARestartGiveEverybodyExactlyOneAccount) {
  constexpr int kPoints = 12;
  const Case& test = GetParam();
  const int calls = CrashWorld(test.api, test.people).apply_counted().back();
  ASSERT_GT(calls, kPoints);
  for (int point = 0; point < kPoints; ++point) {
    const int number = 1 + point * calls / kPoints;
    SCOPED_TRACE(testing::Message() << "call " << number << " of " << calls);
    CrashWorld crash(test.api, test.people);
    EXPECT_EQ(crash.apply_struck("any:" + std::to_string(number) + ":" + test.how), 128 + 9);
    crash.finish();
  }
}

INSTANTIATE_TEST_SUITE_P(
    , CrashTest,
    testing::Values(Case{"InsteadOfACallOfInvitations", Api::kInvitations, 30, "before"},
                    Case{"HalfwayThroughACallOfInvitations", Api::kInvitations, 30, "half"},
                    Case{"InsteadOfACallOfPlaceholders", Api::kPlaceholders, 30, "before"}),
    [](const auto& test) { return test.param.name; });

constexpr int kFew = 3;

/// Three people with their invitations, then another directory: apply is killed after its first
/// request, in a new world after its second, and so on until one is not killed any more. Returns
/// that number.
int kill_after_every_request(const std::string& people, const std::function<void(World&)>& look) {
  int number = 0;
  int status = 128 + 9;
  while (status == 128 + 9 && ++number < 50) {
    SCOPED_TRACE(testing::Message() << "after request " << number);
    CrashWorld crash(Api::kInvitations, kFew);
    World& world = crash.world();
    world.must(0, {"apply"});
    world.set_people(people);
    status = crash.apply_struck("send:" + std::to_string(number) + ":after");
    look(world);
  }
  return number;
}

// A readdressed invitation is withdrawn and sent again: two requests, and a crash between them.
TEST(ReinviteCrashTest, AKillBetweenItsStepsLeavesOneInvitationToTheNewAddress) {
  const int requests = kill_after_every_request(
      replaced(people_csv(kFew), mail_of(2), "renamed@northwind.example"), [](World& world) {
        for (int start = 0; start < 3; ++start) (void)world.usher({"apply"});
        world.must(0, {"plan", "--detailed-exitcode"});
        EXPECT_EQ(world.sandbox().users("northwind-eu").size(), std::size_t{kFew + 1});
        EXPECT_EQ(world.sandbox().invitations().at("renamed@northwind.example"), 1);
      });
  EXPECT_GT(requests, 5) << "the list takes three requests, the two steps follow";
}

// A removal is read back before it is believed, by this run or by the next.
TEST(RevokeCrashTest, AKillAroundARemovalEndsWithTheAccountGoneAndTheLinkToo) {
  const int requests = kill_after_every_request(without(people_csv(kFew), {2}), [](World& world) {
    world.must(0, {"apply"});
    world.must(0, {"plan", "--detailed-exitcode"});
    EXPECT_EQ(world.sandbox().users("northwind-eu").size(), std::size_t{kFew});
    EXPECT_EQ(world.usher({"state", "check"}).status, 0) << "nothing is unsettled";
  });
  EXPECT_GT(requests, 4);
}

}  // namespace
}  // namespace usher::e2e
