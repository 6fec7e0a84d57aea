#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace usher {

class Clock;

/// Knows whether the service gets on with its work: the main loop comes round, and every run under
/// way reports progress. Feeds the watchdog and /healthz. Thread-safe.
class Liveness {
 public:
  /// No step of a run takes longer: requests and waits for a limit end within minutes.
  static constexpr std::chrono::minutes kPatience{10};
  /// The main loop comes round every few seconds.
  static constexpr std::chrono::minutes kLoopPatience{1};

  explicit Liveness(const Clock& clock);  ///< must outlive this object

  /// The main loop came round.
  void beat();

  /// Why nothing more is believed to get on: one line a reason. Empty: all is well.
  [[nodiscard]] std::vector<std::string> complaints() const;

  /// Whether a run is in the middle of sending changes or reading them back.
  [[nodiscard]] bool any_writes() const;

 private:
  friend class ActiveRun;
  using Time = std::chrono::steady_clock::time_point;
  struct Sign {
    Time at;
    bool writes = false;
  };

  const Clock& clock_;
  mutable std::mutex mutex_;
  // Guarded by mutex_:
  Time beat_;
  std::map<std::string, Sign> runs_;  ///< by target
};

/// A run of `target` for as long as this object lives; belongs to the thread that made it.
class ActiveRun {
 public:
  ActiveRun(Liveness& liveness, std::string target);
  ~ActiveRun();
  ActiveRun(const ActiveRun&) = delete;
  ActiveRun& operator=(const ActiveRun&) = delete;

  /// The run got on. `writes`: what it does now changes the target, or reads back what did.
  void progress(bool writes);

  /// The run of this thread, if there is one, got on: it had an answer from somebody.
  static void note_answer();

 private:
  Liveness& liveness_;
  const std::string target_;
  bool writes_ = false;
};

}  // namespace usher
