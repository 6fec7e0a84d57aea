#pragma once

#include <chrono>
#include <mutex>
#include <stop_token>
#include <vector>

#include "connectors/clock.h"

namespace usher {

/// A clock that stands still until somebody sleeps: sleeping takes no time and moves it forward.
/// Thread-safe.
class ManualClock : public Clock {
 public:
  /// Starts at 2026-01-01T00:00:00Z.
  ManualClock() : now_(std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}) {}

  [[nodiscard]] std::chrono::system_clock::time_point now() const override {
    const std::scoped_lock lock(mutex_);
    return now_;
  }

  [[nodiscard]] std::chrono::steady_clock::time_point steady() const override {
    const std::scoped_lock lock(mutex_);
    return steady_;
  }

  bool sleep_for(std::chrono::nanoseconds duration, std::stop_token stop) override {
    if (stop.stop_requested()) return false;
    const std::scoped_lock lock(mutex_);
    sleeps_.push_back(duration);
    move(duration);
    return true;
  }

  void advance(std::chrono::nanoseconds duration) {
    const std::scoped_lock lock(mutex_);
    move(duration);
  }

  /// Sets the wall clock alone, as an administrator or NTP would.
  void set_now(std::chrono::system_clock::time_point now) {
    const std::scoped_lock lock(mutex_);
    now_ = now;
  }

  /// How long everybody slept so far, one entry per sleep.
  [[nodiscard]] std::vector<std::chrono::nanoseconds> sleeps() const {
    const std::scoped_lock lock(mutex_);
    return sleeps_;
  }

 private:
  void move(std::chrono::nanoseconds duration) {
    now_ += std::chrono::duration_cast<std::chrono::system_clock::duration>(duration);
    steady_ += duration;
  }

  mutable std::mutex mutex_;
  std::chrono::system_clock::time_point now_;
  std::chrono::steady_clock::time_point steady_{std::chrono::hours(1)};
  std::vector<std::chrono::nanoseconds> sleeps_;
};

}  // namespace usher
