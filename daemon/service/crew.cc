#include "daemon/service/crew.h"

#include <utility>

namespace usher {

Crew::Crew(std::function<void()> wake) : wake_(std::move(wake)) {}
Crew::~Crew() = default;

void Crew::start(const std::string& target, std::function<RunOutcome()> run) {
  threads_.emplace(target, [this, target, run = std::move(run)] {
    RunOutcome outcome = run();
    {
      const std::scoped_lock lock(mutex_);
      ended_.push_back({target, std::move(outcome)});
    }
    wake_();
  });
}

std::vector<Crew::Ended> Crew::collect() {
  std::vector<Ended> ended;
  {
    const std::scoped_lock lock(mutex_);
    ended.swap(ended_);
  }
  for (const Ended& run : ended) threads_.erase(run.target);
  return ended;
}

}  // namespace usher
