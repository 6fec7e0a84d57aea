#include "daemon/service/events.h"

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "daemon/service/signals.h"

namespace usher {
namespace {

constexpr std::chrono::minutes kLong{1};

class EventsTest : public ::testing::Test {
 protected:
  EventsTest() { block_signals(); }
  ~EventsTest() override { unblock_signals(); }
};

TEST_F(EventsTest, EverySignalIsTakenOnce) {
  Events events;
  for (const int signal : {SIGHUP, SIGTERM, SIGINT}) {
    std::raise(signal);
    EXPECT_EQ(events.wait(kLong), signal);
  }
  EXPECT_EQ(events.wait(std::chrono::milliseconds(0)), std::nullopt);
}

TEST_F(EventsTest, ASignalFromBeforeIsNotLost) {
  std::raise(SIGTERM);
  Events events;
  EXPECT_EQ(events.wait(kLong), SIGTERM);
}

TEST_F(EventsTest, AnotherThreadEndsTheWait) {
  Events events;
  const std::jthread other([&] { events.wake(); });
  EXPECT_EQ(events.wait(std::chrono::hours(24)), std::nullopt);
}

TEST_F(EventsTest, AWakeUpEndsOneWaitOnly) {
  Events events;
  events.wake();
  events.wake();
  EXPECT_EQ(events.wait(kLong), std::nullopt);
  std::raise(SIGHUP);
  EXPECT_EQ(events.wait(kLong), SIGHUP);
}

}  // namespace
}  // namespace usher
