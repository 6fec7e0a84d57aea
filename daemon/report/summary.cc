#include "daemon/report/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "daemon/report/layout.h"
#include "daemon/report/view.h"

namespace usher {
namespace {

constexpr std::array kStates{TargetStatus::kFailed, TargetStatus::kPartial, TargetStatus::kHeld,
                             TargetStatus::kChanges, TargetStatus::kInSync};

/// In sync, and nothing was done to get there.
bool is_quiet(const Plan& plan) {
  return plan.status == TargetStatus::kInSync && count(plan, ChangeStatus::kApplied) == 0;
}

/// Members are named `family/member`; no other target has a slash in its name.
std::string_view family_of(const Plan& plan) {
  return std::string_view(plan.target).substr(0, plan.target.find('/'));
}

}  // namespace

bool needs_summary(const RunReport& report) {
  return report.targets.size() > kMostToldSingly;
}

std::size_t FamilySummary::count(TargetStatus status) const {
  return static_cast<std::size_t>(std::ranges::count(targets, status, &Plan::status));
}

TargetStatus FamilySummary::worst() const {
  return std::ranges::min(targets, {}, &Plan::status)->status;
}

std::vector<FamilySummary> summarise(const RunReport& report) {
  std::vector<FamilySummary> families;
  for (const Plan& plan : report.targets) {
    auto at = std::ranges::find(families, family_of(plan), &FamilySummary::name);
    if (at == families.end()) {
      families.push_back({std::string(family_of(plan)), {}});
      at = families.end() - 1;
    }
    at->targets.push_back(&plan);
  }
  std::ranges::stable_sort(families, {}, &FamilySummary::worst);
  return families;
}

std::vector<TargetStatus> states_of(const RunReport& report) {
  std::vector<TargetStatus> states;
  std::ranges::copy_if(kStates, std::back_inserter(states), [&report](TargetStatus status) {
    return std::ranges::find(report.targets, status, &Plan::status) != report.targets.end();
  });
  return states;
}

std::vector<const Plan*> told_in_detail(const RunReport& report) {
  std::vector<const Plan*> plans = worst_first(report);
  if (needs_summary(report)) std::erase_if(plans, [](const Plan* plan) { return is_quiet(*plan); });
  return plans;
}

std::string left_out(const RunReport& report) {
  if (!needs_summary(report)) return {};
  std::size_t quiet = 0;
  std::size_t waiting = 0;
  std::size_t warned = 0;
  for (const Plan& plan : report.targets) {
    if (!is_quiet(plan)) continue;
    ++quiet;
    waiting += plan.changes.empty() ? 0 : 1;
    warned += plan.problems.empty() ? 0 : 1;
  }
  if (quiet == 0) return {};
  std::string text = fmt::format("{} in sync", counted(quiet, "target"));
  if (waiting > 0) text += fmt::format(", {} of them with changes that wait", grouped(waiting));
  if (warned > 0) text += fmt::format(", {} of them with warnings", grouped(warned));
  return text;
}

}  // namespace usher
