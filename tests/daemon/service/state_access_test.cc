#include "daemon/service/state_access.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <functional>

#include "daemon/service/log.h"
#include "daemon/store/lock.h"
#include "daemon/store/store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_dir.h"

namespace usher {
namespace {

using namespace std::chrono_literals;

/// Does something whenever somebody waits.
class BusyClock : public ManualClock {
 public:
  bool sleep_for(std::chrono::nanoseconds duration, std::stop_token stop) override {
    if (on_sleep) on_sleep();
    return ManualClock::sleep_for(duration, stop);
  }
  std::function<void()> on_sleep;
};

class StateAccessTest : public ::testing::Test {
 protected:
  StateAccessTest() { Store::create(path_); }
  bool others_may_enter() const {
    try {
      const StateLock lock(path_, ".lock", 0ms);
      return true;
    } catch (const LockedError&) {
      return false;
    }
  }

  TempDir dir_;
  const std::string path_ = dir_ / "state.db";
  BusyClock clock_;
  std::FILE* const said_ = std::tmpfile();
  Log log_{fileno(said_), Prefix::kNone};
  StateAccess access_{path_, clock_, log_};
};

TEST_F(StateAccessTest, RunsShareTheLockAndHaveAConnectionEach) {
  const auto first = access_.enter({});
  const auto second = access_.enter({});
  EXPECT_NE(&first->store(), &second->store());
  EXPECT_TRUE(clock_.sleeps().empty());
}

TEST_F(StateAccessTest, TheLastOneOutOpensTheDoor) {
  auto first = access_.enter({});
  auto second = access_.enter({});
  first.reset();
  EXPECT_FALSE(others_may_enter());
  second.reset();
  EXPECT_TRUE(others_may_enter());
}

TEST_F(StateAccessTest, WaitsForAnotherProcessAndSaysSoOnce) {
  auto apply = std::make_unique<StateLock>(path_, ".lock", 0ms);
  clock_.on_sleep = [&, waits = 0]() mutable {
    if (++waits == 5) apply.reset();
  };
  EXPECT_NE(access_.enter({}), nullptr);
  EXPECT_EQ(clock_.sleeps().size(), 5U);
  std::rewind(said_);
  std::array<char, 4096> text{};
  const std::size_t size = std::fread(text.data(), 1, text.size(), said_);
  const std::string said(text.data(), size);
  EXPECT_NE(said.find("another usher is applying"), std::string::npos) << said;
  EXPECT_EQ(said.find('\n'), said.size() - 1) << said;
}

TEST_F(StateAccessTest, AWaitEndsWithTheService) {
  const StateLock apply(path_, ".lock", 0ms);
  std::stop_source stop;
  clock_.on_sleep = [&] { stop.request_stop(); };
  EXPECT_EQ(access_.enter(stop.get_token()), nullptr);
}

TEST_F(StateAccessTest, RunsThatOverlapWithoutEndLetOthersIn) {
  auto first = access_.enter({});
  clock_.advance(StateAccess::kTurn);
  bool let_in = false;
  clock_.on_sleep = [&] {
    first.reset();
    let_in = let_in || others_may_enter();
  };
  EXPECT_NE(access_.enter({}), nullptr);
  EXPECT_TRUE(let_in);
  EXPECT_GE(clock_.sleeps().size(), 2U);  // the gap is longer than the pause between two looks
}

TEST_F(StateAccessTest, AStateThatIsGoneIsAnErrorAndLeavesNoLockBehind) {
  std::filesystem::remove(path_);
  EXPECT_THROW((void)access_.enter({}), StoreError);
  EXPECT_TRUE(others_may_enter());
}

}  // namespace
}  // namespace usher
