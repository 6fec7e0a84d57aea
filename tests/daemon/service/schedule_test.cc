#include "daemon/service/schedule.h"

#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"

namespace usher {
namespace {

using namespace std::chrono_literals;

/// A schedule on a clock that stands still.
class ScheduleTest : public ::testing::Test {
 protected:
  void configure(const std::vector<Timing>& timings) {
    schedule_.configure(timings, clock_.steady());
  }
  std::optional<std::string> start() { return schedule_.start_next(clock_.steady()); }
  void run(Ending ending) {
    const auto target = start();
    ASSERT_TRUE(target);
    schedule_.finish(*target, ending);
  }
  /// From now until the next target is due.
  std::chrono::nanoseconds wait() { return schedule_.next_due().value() - clock_.steady(); }
  void skip_to_next() { clock_.advance(wait()); }

  ManualClock clock_;
  double jitter_ = 0;
  Schedule schedule_{[this] { return jitter_; }};
};

TEST_F(ScheduleTest, EveryTargetRunsAtStartInTheOrderOfTheConfiguration) {
  configure({{"b", 15min, ""}, {"a", 1h, ""}});
  EXPECT_EQ(start(), "b");
  EXPECT_EQ(start(), "a");
  EXPECT_EQ(start(), std::nullopt);
}

TEST_F(ScheduleTest, ATargetRunsAgainAfterItsInterval) {
  configure({{"a", 15min, ""}});
  run(Ending::kGood);
  clock_.advance(15min - 1ns);
  EXPECT_EQ(start(), std::nullopt);
  clock_.advance(1ns);
  EXPECT_EQ(start(), "a");
}

TEST_F(ScheduleTest, TheIntervalCountsFromTheBeginningOfARun) {
  configure({{"a", 15min, ""}});
  ASSERT_EQ(start(), "a");
  clock_.advance(10min);
  schedule_.finish("a", Ending::kGood);
  EXPECT_EQ(wait(), 5min);
}

TEST_F(ScheduleTest, ARunThatTakesLongerThanItsIntervalIsFollowedByTheNext) {
  configure({{"a", 15min, ""}});
  ASSERT_EQ(start(), "a");
  clock_.advance(20min);
  schedule_.finish("a", Ending::kGood);
  EXPECT_EQ(start(), "a");
}

TEST_F(ScheduleTest, JitterAddsUpToATenth) {
  configure({{"a", 100s, ""}});
  jitter_ = 0.5;
  run(Ending::kGood);
  EXPECT_EQ(wait(), 105s);
  skip_to_next();
  jitter_ = 0.999;
  run(Ending::kGood);
  EXPECT_GT(wait(), 109s);
  EXPECT_LT(wait(), 110s);
}

TEST_F(ScheduleTest, ATargetNeverRunsTwiceAtTheSameTime) {
  configure({{"a", 15min, ""}});
  ASSERT_EQ(start(), "a");
  clock_.advance(10h);
  EXPECT_EQ(start(), std::nullopt);
  EXPECT_EQ(schedule_.next_due(), std::nullopt);
}

TEST_F(ScheduleTest, WhoHasBeenDueForLongestGoesFirst) {
  configure({{"a", 2h, ""}, {"b", 1h, ""}});
  run(Ending::kGood);
  run(Ending::kGood);
  clock_.advance(3h);
  EXPECT_EQ(start(), "b");
}

TEST_F(ScheduleTest, AFailingTargetBacksOffToEightIntervalsAndRecovers) {
  configure({{"a", 10min, ""}});
  for (const auto want : {20min, 40min, 80min, 80min}) {
    run(Ending::kFailed);
    EXPECT_EQ(wait(), want);
    skip_to_next();
  }
  run(Ending::kGood);
  EXPECT_EQ(wait(), 10min);
  skip_to_next();
  run(Ending::kFailed);
  EXPECT_EQ(wait(), 20min);
}

TEST_F(ScheduleTest, AFailingTargetDoesNotHarmTheOthers) {
  configure({{"bad", 10min, ""}, {"good", 10min, ""}});
  run(Ending::kFailed);
  run(Ending::kGood);
  skip_to_next();
  EXPECT_EQ(start(), "good");
  EXPECT_EQ(start(), std::nullopt);
}

TEST_F(ScheduleTest, AFamilyWithAFailingMemberKeepsItsInterval) {
  configure({{"customers", 10min, ""}});
  run(Ending::kPartly);
  EXPECT_EQ(wait(), 10min);
}

// never-again 84
TEST_F(ScheduleTest, ARateLimitIsNoFailureAndMakesNobodyBackOff) {
  configure({{"a", 10min, ""}});
  run(Ending::kLimited);
  EXPECT_EQ(wait(), 10min);
}

TEST_F(ScheduleTest, AReloadLeavesUnchangedTargetsTheirTime) {
  configure({{"a", 10min, "1"}});
  run(Ending::kGood);
  clock_.advance(4min);
  configure({{"a", 10min, "1"}});
  EXPECT_EQ(wait(), 6min);
}

TEST_F(ScheduleTest, AReloadRunsNewChangedAndFailingTargetsAtOnce) {
  configure({{"same", 10min, "1"}, {"changed", 10min, "1"}, {"failing", 10min, "1"}});
  run(Ending::kGood);
  run(Ending::kGood);
  run(Ending::kFailed);
  configure({{"same", 10min, "1"},
             {"changed", 10min, "2"},
             {"failing", 10min, "1"},
             {"new", 10min, "1"}});
  EXPECT_EQ(start(), "changed");
  EXPECT_EQ(start(), "failing");
  EXPECT_EQ(start(), "new");
  EXPECT_EQ(start(), std::nullopt);
}

TEST_F(ScheduleTest, AShorterIntervalTakesEffectAtOnce) {
  configure({{"a", 10h, "1"}});
  run(Ending::kGood);
  configure({{"a", 10min, "1"}});
  EXPECT_EQ(wait(), 10min);
}

TEST_F(ScheduleTest, ATargetThatChangedWhileItRanRunsAgainWhenThatIsOver) {
  configure({{"a", 10min, "1"}});
  ASSERT_EQ(start(), "a");
  configure({{"a", 10min, "2"}});
  EXPECT_EQ(start(), std::nullopt);
  schedule_.finish("a", Ending::kGood);
  EXPECT_EQ(start(), "a");
  schedule_.finish("a", Ending::kGood);
  EXPECT_EQ(start(), std::nullopt);
}

TEST_F(ScheduleTest, ARemovedTargetIsForgottenAlsoWhileItRuns) {
  configure({{"a", 10min, ""}, {"b", 10min, ""}});
  ASSERT_EQ(start(), "a");
  configure({{"b", 10min, ""}});
  schedule_.finish("a", Ending::kGood);
  EXPECT_EQ(start(), "b");
  EXPECT_EQ(start(), std::nullopt);
}

TEST_F(ScheduleTest, ADayOfRunsKeepsItsRate) {
  configure({{"a", 15min, ""}});
  jitter_ = 0.99;
  const auto end = clock_.steady() + 24h;
  int runs = 0;
  for (; clock_.steady() < end; skip_to_next(), ++runs) run(Ending::kGood);
  EXPECT_GE(runs, 87);  // 96 without jitter, at most a tenth fewer with it
  EXPECT_LE(runs, 96);
}

}  // namespace
}  // namespace usher
