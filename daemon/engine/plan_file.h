#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "config/settings.h"
#include "mapping/plan.h"

namespace usher {

/// A saved plan that cannot be used: unreadable, older than 24 h, or made under another
/// configuration.
class PlanFileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What `plan --save` wrote down: the changes that were planned, by target.
struct SavedPlan {
  std::int64_t saved_at = 0;
  std::string config_hash;
  std::map<std::string, std::vector<Change>> targets;
};

inline constexpr std::int64_t kSavedPlanLife = 86'400;

/// Writes the planned changes of `plans`; the file is written beside, renamed, and 0600.
void save_plan(const std::string& path, const std::vector<Plan>& plans, const Config& config,
               std::int64_t now);

/// Reads a plan and refuses it when it is too old or the configuration has changed since.
[[nodiscard]] SavedPlan load_plan(const std::string& path, const Config& config, std::int64_t now);

}  // namespace usher
