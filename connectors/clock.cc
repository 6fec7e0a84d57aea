#include "connectors/clock.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace usher {
namespace {

class SystemClock : public Clock {
 public:
  [[nodiscard]] std::chrono::system_clock::time_point now() const override {
    return std::chrono::system_clock::now();
  }

  [[nodiscard]] std::chrono::steady_clock::time_point steady() const override {
    return std::chrono::steady_clock::now();
  }

  bool sleep_for(std::chrono::nanoseconds duration, std::stop_token stop) override {
    // Longer sleeps would overflow the point in time that the wait is turned into.
    const auto bounded = std::min<std::chrono::nanoseconds>(duration, std::chrono::hours(24 * 365));
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, bounded, [] { return false; });
    return !stop.stop_requested();
  }
};

}  // namespace

std::unique_ptr<Clock> make_system_clock() {
  return std::make_unique<SystemClock>();
}

}  // namespace usher
