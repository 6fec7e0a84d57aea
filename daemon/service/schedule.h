#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace usher {

/// How a run ended, as far as the schedule and health are concerned; worse ones come later.
enum class Ending {
  kGood,     ///< source and target could be read; what it found is another matter
  kPartly,   ///< some members of a family failed: no reason to run the others less often
  kLimited,  ///< the provider asked for silence: neither good nor a failure
  kStopped,  ///< cut short by the end of the service
  kFailed,   ///< could not read its source or target, or was refused
};

/// When one target wants to run; or one family, whose members run together.
struct Timing {
  std::string target;
  std::chrono::seconds every{900};
  std::string revision;  ///< differs when the target's configuration does
};

/// Says which target is due. A target first runs at once, then every `every` with up to a tenth
/// more, so that a thousand of them spread out; never twice at the same time. One that fails is
/// tried at twice, four times, at most eight times its interval, until it succeeds.
///
/// Knows neither clock nor threads: times are handed in, runs are somebody else's. One thread.
class Schedule {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Jitter = std::function<double()>;  ///< from 0 up to, but not including, 1

  explicit Schedule(Jitter jitter);
  ~Schedule();
  Schedule(const Schedule&) = delete;
  Schedule& operator=(const Schedule&) = delete;

  /// What is to be run from now on. Targets that are new, that were failing, or whose revision
  /// changed are due at once (or as soon as their present run is over); the others keep their
  /// time, unless a shorter `every` brings it nearer. A run of a target that is gone is forgotten
  /// when it ends.
  void configure(const std::vector<Timing>& timings, Time now);

  /// Of the targets that are due, the one that has been for longest; it counts as running.
  [[nodiscard]] std::optional<std::string> start_next(Time now);

  /// Its run, begun by `start_next`, has ended.
  void finish(const std::string& target, Ending ending);

  /// When the next target becomes due, now or later; nothing when all are running.
  [[nodiscard]] std::optional<Time> next_due() const;

 private:
  struct Entry;
  [[nodiscard]] Entry* find(const std::string& target);
  [[nodiscard]] Time next_after(const Entry& entry) const;

  Jitter jitter_;
  std::vector<Entry> entries_;  ///< in the order of the configuration
};

}  // namespace usher
