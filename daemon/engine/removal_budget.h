#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace usher {

/// What runs that go on at the same time mean to remove. The removals of a source are limited over
/// all its targets, and the state knows only those that were carried out: two runs that plan side
/// by side would each use up the whole limit. Thread-safe.
class RemovalBudget {
 public:
  using Counts = std::map<std::string, std::size_t>;  ///< by source

  /// Calls `plan`, and nobody else's meanwhile, with what other runs have claimed; it returns what
  /// this one claims. The claim lasts as long as the result, which must not outlive the budget.
  [[nodiscard]] std::shared_ptr<void> claim(
      const std::function<Counts(const Counts& claimed)>& plan);

 private:
  void give_back(const Counts& claimed);

  std::mutex mutex_;
  Counts claimed_;  // guarded by mutex_
};

}  // namespace usher
