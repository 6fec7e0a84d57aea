#include "daemon/engine/plan_file.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "daemon/engine/identity.h"
#include "daemon/report/report.h"
#include "daemon/store/change_json.h"

namespace usher {

void save_plan(const std::string& path, const std::vector<Plan>& plans, const Config& config,
               std::int64_t now) {
  nlohmann::json targets = nlohmann::json::object();
  for (const Plan& plan : plans) {
    nlohmann::json changes = nlohmann::json::array();
    for (const Change& change : plan.changes) {
      if (change.status == ChangeStatus::kPlanned) changes.push_back(to_json(change));
    }
    targets[plan.target] = {{"hash", plan.hash}, {"changes", std::move(changes)}};
  }
  const nlohmann::json file = {{"usher_plan", 1},
                               {"saved", to_rfc3339(now)},
                               {"saved_at", now},
                               {"config_hash", config.hash},
                               {"targets", std::move(targets)}};
  write_file(path, file.dump(1) + "\n");
}

SavedPlan load_plan(const std::string& path, const Config& config, std::int64_t now) {
  std::ifstream file(path);
  if (!file)
    throw PlanFileError(
        fmt::format("{}: cannot be read; save one with `usher plan --save {}`", path, path));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  SavedPlan plan;
  try {
    const auto json = nlohmann::json::parse(text);
    if (json.at("usher_plan").get<int>() != 1)
      throw PlanFileError(fmt::format("{}: made by a newer usher", path));
    json.at("saved_at").get_to(plan.saved_at);
    json.at("config_hash").get_to(plan.config_hash);
    for (const auto& [name, target] : json.at("targets").items()) {
      for (const auto& change : target.at("changes"))
        plan.targets[name].push_back(change_from_json(change));
    }
  } catch (const nlohmann::json::exception& error) {
    throw PlanFileError(fmt::format("{}: not a plan that usher saved ({})", path, error.what()));
  }
  if (now - plan.saved_at > kSavedPlanLife) {
    throw PlanFileError(fmt::format("{}: saved at {}, more than 24 h ago; plan again", path,
                                    to_rfc3339(plan.saved_at)));
  }
  if (plan.config_hash != config.hash) {
    throw PlanFileError(
        fmt::format("{}: made under another configuration than {}; plan again", path, config.file));
  }
  return plan;
}

}  // namespace usher
