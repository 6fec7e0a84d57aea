#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "daemon/service/schedule.h"

namespace usher {

class Clock;

/// A target that is not served as it should be.
struct Unready {
  std::string target;
  std::string why;
};

/// Knows how the last run of every target went. Ready is a target whose last run could read source
/// and target, not longer ago than three of its intervals. A run that the provider's rate limit
/// ended changes nothing about that: to be asked for patience is no failure. Thread-safe.
class Readiness {
 public:
  static constexpr int kIntervals = 3;

  explicit Readiness(const Clock& clock);  ///< must outlive this object

  /// The targets from now on; what is known of those that stay is kept.
  void configure(const std::vector<Timing>& timings);
  /// A run of `target` ended just now; `why` says what went wrong.
  void note(const std::string& target, Ending ending, const std::string& why);

  /// In the order of their names; empty: all are ready.
  [[nodiscard]] std::vector<Unready> unready() const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Last {
    std::chrono::seconds every{0};
    Time at;
    bool was_good = false;
    std::string why = "has not run yet";
  };

  const Clock& clock_;
  mutable std::mutex mutex_;
  // Guarded by mutex_:
  std::map<std::string, Last> targets_;
};

}  // namespace usher
