#include "daemon/engine/removal_budget.h"

namespace usher {

std::shared_ptr<void> RemovalBudget::claim(
    const std::function<Counts(const Counts& claimed)>& plan) {
  const std::scoped_lock lock(mutex_);
  const Counts mine = plan(claimed_);
  for (const auto& [source, count] : mine) claimed_[source] += count;
  return {nullptr, [this, mine](void*) { give_back(mine); }};
}

void RemovalBudget::give_back(const Counts& claimed) {
  const std::scoped_lock lock(mutex_);
  for (const auto& [source, count] : claimed) claimed_[source] -= count;
}

}  // namespace usher
