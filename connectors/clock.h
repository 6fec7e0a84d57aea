#pragma once

#include <chrono>
#include <memory>
#include <stop_token>

namespace usher {

/// The time, as everything outside the pure core sees it. Tests use a manual one that jumps when
/// somebody sleeps. Calls may come from any thread.
class Clock {
 public:
  virtual ~Clock() = default;

  /// Wall clock, for what is written down and signed.
  [[nodiscard]] virtual std::chrono::system_clock::time_point now() const = 0;

  /// Monotonic clock, for waiting and measuring.
  [[nodiscard]] virtual std::chrono::steady_clock::time_point steady() const = 0;

  /// Sleeps, and returns early (false) when a stop is requested.
  virtual bool sleep_for(std::chrono::nanoseconds duration, std::stop_token stop) = 0;
};

[[nodiscard]] std::unique_ptr<Clock> make_system_clock();

}  // namespace usher
