#include "daemon/service/notify.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "tests/support/notify_socket.h"
#include "tests/support/temp_dir.h"

namespace usher {
namespace {

class NotifyTest : public ::testing::Test {
 protected:
  NotifyTest() { ::setenv("NOTIFY_SOCKET", (dir_ / "notify").c_str(), 1); }
  ~NotifyTest() override {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
  }

  TempDir dir_;
  NotifySocket systemd_{dir_ / "notify"};
};

TEST_F(NotifyTest, AReloadTellsItsTime) {
  notify_reloading();
  const std::string message = systemd_.wait_for("RELOADING=1");
  EXPECT_NE(message.find("\nMONOTONIC_USEC="), std::string::npos);
}

TEST_F(NotifyTest, TheStatusStaysOneLine) {
  notify_status("3 targets, last run a\nREADY=1");
  EXPECT_EQ(systemd_.wait_for("STATUS=").find('\n'), std::string::npos);
}

TEST_F(NotifyTest, TheWatchdogIsFedTwiceAsOftenAsItAsks) {
  ::setenv("WATCHDOG_USEC", "120000000", 1);
  EXPECT_EQ(watchdog_period(), std::chrono::minutes(1));
}

TEST_F(NotifyTest, WithoutAWatchdogThereIsNoPeriod) {
  EXPECT_EQ(watchdog_period(), std::nullopt);
}

TEST_F(NotifyTest, AWatchdogOfAnotherProcessIsNotOurs) {
  ::setenv("WATCHDOG_USEC", "120000000", 1);
  ::setenv("WATCHDOG_PID", "1", 1);
  EXPECT_EQ(watchdog_period(), std::nullopt);
}

}  // namespace
}  // namespace usher
