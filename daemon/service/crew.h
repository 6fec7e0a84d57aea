#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "daemon/service/schedule.h"

namespace usher {

/// How one run of a target went.
struct RunOutcome {
  Ending ending = Ending::kFailed;
  std::string why;     ///< it is not good
  std::string status;  ///< `in_sync`, `held`, …
  std::size_t held = 0;
};

/// The threads that runs happen in, one each. Used by one thread.
class Crew {
 public:
  static constexpr std::size_t kMost =
      8;  ///< more would only wait for each other's disk and limits

  /// `wake` is called, from another thread, when a run has ended.
  explicit Crew(std::function<void()> wake);
  ~Crew();  ///< waits for all runs
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  /// Begins a run of `target`, which must not have one. `run` must not throw.
  void start(const std::string& target, std::function<RunOutcome()> run);

  struct Ended {
    std::string target;
    RunOutcome outcome;
  };
  /// The runs that have ended since the last call.
  [[nodiscard]] std::vector<Ended> collect();

  [[nodiscard]] bool is_idle() const { return threads_.empty(); }
  [[nodiscard]] bool is_full() const { return threads_.size() >= kMost; }

 private:
  const std::function<void()> wake_;
  std::mutex mutex_;
  std::vector<Ended> ended_;                     // guarded by mutex_
  std::map<std::string, std::jthread> threads_;  ///< by target; ends first, so that all can report
};

}  // namespace usher
