#include "daemon/store/lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>

#include "daemon/store/error.h"
#include "tests/support/temp_dir.h"

namespace usher {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// Another process that holds the lock until it is killed or told to end.
class Holder {
 public:
  explicit Holder(const std::string& state) {
    EXPECT_EQ(pipe(ready_.data()), 0);
    EXPECT_EQ(pipe(end_.data()), 0);
    pid_ = fork();
    if (pid_ == 0) hold(state);
    char byte = 0;
    EXPECT_EQ(read(ready_[0], &byte, 1), 1);
  }
  ~Holder() { finish(); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  void finish() {
    if (pid_ <= 0) return;
    EXPECT_EQ(write(end_[1], "x", 1), 1);
    waitpid(std::exchange(pid_, 0), nullptr, 0);
  }
  void kill_now() {
    kill(pid_, SIGKILL);
    waitpid(std::exchange(pid_, 0), nullptr, 0);
  }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  [[noreturn]] void hold(const std::string& state) const {
    {
      const StateLock lock(state, ".lock", 0ms);
      char byte = 0;
      if (write(ready_[1], "x", 1) == 1 && read(end_[0], &byte, 1) < 0) _exit(1);
    }
    _exit(0);
  }

  std::array<int, 2> ready_{};
  std::array<int, 2> end_{};
  pid_t pid_ = 0;
};

class StateLockTest : public testing::Test {
 protected:
  std::string refusal(std::chrono::milliseconds wait = 0ms) {
    try {
      const StateLock lock(state_, ".lock", wait);
    } catch (const LockedError& error) {
      return error.what();
    }
    ADD_FAILURE() << "was locked twice";
    return {};
  }

  TempDir dir_;
  std::string state_ = dir_ / "state.db";
};

TEST_F(StateLockTest, ASecondProcessIsToldWhoHoldsIt) {
  const Holder holder(state_);
  EXPECT_THAT(refusal(), HasSubstr("process " + std::to_string(holder.pid())));
  EXPECT_THAT(refusal(60ms), HasSubstr("--lock-wait"));
}

TEST_F(StateLockTest, IsFreeWhenTheOtherHasEnded) {
  Holder holder(state_);
  holder.finish();
  EXPECT_NO_THROW(StateLock(state_, ".lock", 0ms));
}

// never-again 51: a process that was killed leaves nothing behind that somebody must clear away.
TEST_F(StateLockTest, IsFreeWhenTheOtherWasKilled) {
  Holder holder(state_);
  holder.kill_now();
  EXPECT_NO_THROW(StateLock(state_, ".lock", 0ms));
}

TEST_F(StateLockTest, TwoInOneProcessShutEachOtherOutToo) {
  const StateLock first(state_, ".lock", 0ms);
  EXPECT_THAT(refusal(), HasSubstr("another usher"));
  EXPECT_NO_THROW(StateLock(state_, ".daemon", 0ms));
}

TEST_F(StateLockTest, IsNotTakenThroughASymbolicLink) {
  std::filesystem::create_symlink(dir_ / "victim", state_ + ".lock");
  EXPECT_THROW(StateLock(state_, ".lock", 0ms), StoreError);
  EXPECT_FALSE(std::filesystem::exists(dir_ / "victim"));
}

}  // namespace
}  // namespace usher
