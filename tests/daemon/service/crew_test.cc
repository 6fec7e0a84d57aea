#include "daemon/service/crew.h"

#include <gtest/gtest.h>

#include <latch>

namespace usher {
namespace {

RunOutcome good() {
  return {Ending::kGood, "", "in_sync", 0};
}

TEST(CrewTest, RunsGoOnAtTheSameTime) {
  std::latch both(2);
  std::latch ended(2);
  Crew crew([&] { ended.count_down(); });
  for (const char* target : {"a", "b"}) {
    crew.start(target, [&] {
      both.arrive_and_wait();  // neither ends before the other has begun
      return good();
    });
  }
  ended.wait();
  EXPECT_EQ(crew.collect().size(), 2U);
  EXPECT_TRUE(crew.is_idle());
}

TEST(CrewTest, IsFullWithEightRunsUntilOneOfThemIsCollected) {
  std::latch go(1);
  std::latch ended(Crew::kMost);
  Crew crew([&] { ended.count_down(); });
  for (std::size_t i = 0; i < Crew::kMost; ++i) {
    EXPECT_FALSE(crew.is_full());
    crew.start(std::to_string(i), [&] {
      go.wait();
      return good();
    });
  }
  EXPECT_TRUE(crew.is_full());
  go.count_down();
  ended.wait();
  EXPECT_EQ(crew.collect().size(), Crew::kMost);
  EXPECT_FALSE(crew.is_full());
}

TEST(CrewTest, HandsOnWhatARunCameTo) {
  std::latch ended(1);
  Crew crew([&] { ended.count_down(); });
  crew.start("sales", [] { return RunOutcome{Ending::kFailed, "401", "failed", 3}; });
  ended.wait();
  const auto runs = crew.collect();
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs.front().target, "sales");
  EXPECT_EQ(runs.front().outcome.ending, Ending::kFailed);
  EXPECT_EQ(runs.front().outcome.why, "401");
}

TEST(CrewTest, ItsEndWaitsForEveryRun) {
  bool has_ended = false;
  {
    Crew crew([] {});
    crew.start("a", [&] {
      has_ended = true;
      return good();
    });
  }
  EXPECT_TRUE(has_ended);
}

}  // namespace
}  // namespace usher
