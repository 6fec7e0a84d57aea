#include "connectors/clock.h"

#include <gtest/gtest.h>

#include <thread>

namespace usher {
namespace {

TEST(SystemClockTest, SleepsForAsLongAsItIsTold) {
  const auto clock = make_system_clock();
  const auto begin = clock->steady();
  EXPECT_TRUE(clock->sleep_for(std::chrono::milliseconds(2), {}));
  EXPECT_GE(clock->steady() - begin, std::chrono::milliseconds(2));
}

TEST(SystemClockTest, WakesUpWhenAStopIsRequested) {
  const auto clock = make_system_clock();
  std::stop_source stop;
  std::jthread other([&] { stop.request_stop(); });
  EXPECT_FALSE(clock->sleep_for(std::chrono::nanoseconds::max(), stop.get_token()));
}

}  // namespace
}  // namespace usher
