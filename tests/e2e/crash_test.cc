// Killed at any call, started again: the same end as if nothing had happened. The torture suite
// does the same with 500 people and at every call.

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace usher::e2e
