#include "daemon/service/liveness.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "connectors/clock.h"

namespace usher {
namespace {

// Whoever counts HTTP answers is not told whose they are, but is called by the run's own thread.
thread_local ActiveRun* run_of_this_thread = nullptr;

}  // namespace

Liveness::Liveness(const Clock& clock) : clock_(clock), beat_(clock.steady()) {}

void Liveness::beat() {
  const std::scoped_lock lock(mutex_);
  beat_ = clock_.steady();
}

std::vector<std::string> Liveness::complaints() const {
  const Time now = clock_.steady();
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> found;
  if (now - beat_ > kLoopPatience) found.emplace_back("the scheduler does not come round any more");
  for (const auto& [target, sign] : runs_) {
    if (now - sign.at <= kPatience) continue;
    found.push_back(fmt::format("the run of {} has made no progress for {} minutes", target,
                                std::chrono::floor<std::chrono::minutes>(now - sign.at).count()));
  }
  return found;
}

bool Liveness::any_writes() const {
  const std::scoped_lock lock(mutex_);
  return std::ranges::any_of(runs_, [](const auto& run) { return run.second.writes; });
}

ActiveRun::ActiveRun(Liveness& liveness, std::string target)
    : liveness_(liveness), target_(std::move(target)) {
  progress(false);
  run_of_this_thread = this;
}

ActiveRun::~ActiveRun() {
  run_of_this_thread = nullptr;
  const std::scoped_lock lock(liveness_.mutex_);
  liveness_.runs_.erase(target_);
}

void ActiveRun::progress(bool writes) {
  writes_ = writes;
  const std::scoped_lock lock(liveness_.mutex_);
  liveness_.runs_[target_] = {liveness_.clock_.steady(), writes};
}

void ActiveRun::note_answer() {
  if (run_of_this_thread != nullptr) run_of_this_thread->progress(run_of_this_thread->writes_);
}

}  // namespace usher
