#include "daemon/service/readiness.h"

#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"

namespace usher {
namespace {

using namespace std::chrono_literals;

class ReadinessTest : public ::testing::Test {
 protected:
  ReadinessTest() { readiness_.configure({{"sales", 10min, ""}}); }
  /// Why `sales` is not ready; empty: it is.
  std::string why() {
    const auto unready = readiness_.unready();
    return unready.empty() ? "" : unready.front().why;
  }

  ManualClock clock_;
  Readiness readiness_{clock_};
};

TEST_F(ReadinessTest, ATargetIsNotReadyBeforeItsFirstRun) {
  EXPECT_EQ(why(), "has not run yet");
  readiness_.note("sales", Ending::kGood, "");
  EXPECT_EQ(why(), "");
}

TEST_F(ReadinessTest, AFailedRunSaysWhy) {
  readiness_.note("sales", Ending::kGood, "");
  readiness_.note("sales", Ending::kFailed, "401: the token was refused");
  EXPECT_EQ(why(), "401: the token was refused");
}

TEST_F(ReadinessTest, AFamilyWithAFailingMemberIsNotReady) {
  readiness_.note("sales", Ending::kPartly, "1 of 3 targets failed");
  EXPECT_EQ(why(), "1 of 3 targets failed");
}

TEST_F(ReadinessTest, AGoodRunLastsForThreeIntervals) {
  readiness_.note("sales", Ending::kGood, "");
  clock_.advance(30min);
  EXPECT_EQ(why(), "");
  clock_.advance(1s);
  EXPECT_NE(why().find("1801 s ago"), std::string::npos);
}

// never-again 84
TEST_F(ReadinessTest, ARateLimitNeverMakesATargetUnready) {
  readiness_.note("sales", Ending::kGood, "");
  clock_.advance(25min);
  readiness_.note("sales", Ending::kLimited, "429");
  clock_.advance(25min);
  EXPECT_EQ(why(), "");
}

TEST_F(ReadinessTest, ARateLimitDoesNotMakeAFailingTargetReady) {
  readiness_.note("sales", Ending::kFailed, "401");
  readiness_.note("sales", Ending::kLimited, "429");
  EXPECT_EQ(why(), "401");
}

TEST_F(ReadinessTest, ARunCutShortByTheEndSaysNothing) {
  readiness_.note("sales", Ending::kGood, "");
  readiness_.note("sales", Ending::kStopped, "");
  EXPECT_EQ(why(), "");
}

TEST_F(ReadinessTest, AReloadKeepsWhatIsKnownAndForgetsWhoIsGone) {
  readiness_.note("sales", Ending::kGood, "");
  readiness_.configure({{"sales", 10min, ""}, {"support", 10min, ""}});
  ASSERT_EQ(readiness_.unready().size(), 1U);
  EXPECT_EQ(readiness_.unready().front().target, "support");
  readiness_.configure({{"sales", 10min, ""}});
  readiness_.note("support", Ending::kFailed, "was under way");
  EXPECT_EQ(why(), "");
}

}  // namespace
}  // namespace usher
