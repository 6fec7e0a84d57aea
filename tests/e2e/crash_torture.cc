// Killed at every call of a run, one after the other, until the work is done. The n-th start is
// killed at its n-th call, so every call from the first read of the state to the last settled
// operation is struck, those of one operation many times over.

#include <gtest/gtest.h>

#include "tests/e2e/crash.h"

namespace usher::e2e {
namespace {

struct Case {
  const char* name;
  Api api;
  int people;
  const char* calls;
  const char* how;
};

class CrashTorture : public testing::TestWithParam<Case> {};

TEST_P(CrashTorture, AKillAtEveryCallInTurnGivesEverybodyExactlyOneAccount) {
  constexpr int kMostKills = 5000;
  const Case& test = GetParam();
  CrashWorld crash(test.api, test.people);
  int kills = 0;
  int status = 128 + 9;
  while (status != 0 && kills < kMostKills) {
    status = crash.apply_struck(std::string(test.calls) + ":" + std::to_string(++kills) + ":" +
                                test.how);
  }
  EXPECT_LT(kills, kMostKills) << "never done";
  RecordProperty("kills", kills);
  crash.finish();
}

INSTANTIATE_TEST_SUITE_P(
    , CrashTorture,
    testing::Values(Case{"InsteadOfAnyCall", Api::kInvitations, 500, "any", "before"},
                    Case{"HalfwayThroughAnyCall", Api::kInvitations, 500, "any", "half"},
                    Case{"AfterAWrite", Api::kInvitations, 500, "write", "after"},
                    Case{"InsteadOfASync", Api::kInvitations, 500, "sync", "before"},
                    Case{"AfterASend", Api::kInvitations, 500, "send", "after"},
                    Case{"InsteadOfAReceive", Api::kInvitations, 500, "recv", "before"},
                    Case{"InsteadOfAnyCallOfPlaceholders", Api::kPlaceholders, 500, "any",
                         "before"},
                    Case{"AfterASendOfPlaceholders", Api::kPlaceholders, 500, "send", "after"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace usher::e2e
