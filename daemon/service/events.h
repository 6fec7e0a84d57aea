#pragma once

#include <chrono>
#include <optional>

namespace usher {

/// What the main loop waits for: a signal, a wake-up from another thread, or the time.
///
/// The signals must be blocked in every thread (`block_signals`), so that they are taken here and
/// nowhere else.
class Events {
 public:
  Events();
  ~Events();
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  /// Returns the next signal, or nothing after a wake-up or when `most` has passed. One thread.
  [[nodiscard]] std::optional<int> wait(std::chrono::milliseconds most);

  /// Ends a wait, or the next one. From any thread.
  void wake();

 private:
  int signals_ = -1;
  int wakeups_ = -1;
};

}  // namespace usher
