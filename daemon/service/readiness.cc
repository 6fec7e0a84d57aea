#include "daemon/service/readiness.h"

#include <fmt/format.h>

#include <utility>

#include "connectors/clock.h"

namespace usher {

Readiness::Readiness(const Clock& clock) : clock_(clock) {}

void Readiness::configure(const std::vector<Timing>& timings) {
  const std::scoped_lock lock(mutex_);
  std::map<std::string, Last> targets;
  for (const Timing& timing : timings) {
    const auto known = targets_.find(timing.target);
    Last& last = targets[timing.target];
    if (known != targets_.end()) last = std::move(known->second);
    last.every = timing.every;
  }
  targets_ = std::move(targets);
}

void Readiness::note(const std::string& target, Ending ending, const std::string& why) {
  const std::scoped_lock lock(mutex_);
  const auto at = targets_.find(target);
  if (at == targets_.end() || ending == Ending::kStopped) return;
  Last& last = at->second;
  if (ending == Ending::kLimited) {
    if (last.was_good) last.at = clock_.steady();
    return;
  }
  last.at = clock_.steady();
  last.was_good = ending == Ending::kGood;
  last.why = why;
}

std::vector<Unready> Readiness::unready() const {
  const Time now = clock_.steady();
  const std::scoped_lock lock(mutex_);
  std::vector<Unready> found;
  for (const auto& [target, last] : targets_) {
    if (!last.was_good) {
      found.push_back({target, last.why});
    } else if (now - last.at > kIntervals * last.every) {
      found.push_back(
          {target, fmt::format("its last good run ended {} s ago, and it should run every {} s",
                               std::chrono::floor<std::chrono::seconds>(now - last.at).count(),
                               last.every.count())});
    }
  }
  return found;
}

}  // namespace usher
