#include <cmath>
#include <nlohmann/json.hpp>

#include "daemon/report/formats.h"
#include "daemon/report/json_list.h"
#include "daemon/report/public_json.h"
#include "daemon/report/view.h"

namespace usher {
namespace {

using Json = nlohmann::ordered_json;

/// The documented order of the counts by action, which is not the order of carrying them out.
constexpr std::array kCountedActions{Action::kCreate, Action::kInvite,     Action::kReinvite,
                                     Action::kUpdate, Action::kReactivate, Action::kDeactivate,
                                     Action::kDelete, Action::kRevoke,     Action::kAdopt,
                                     Action::kAssign, Action::kManual};
static_assert(kCountedActions.size() == kActions.size());

Json counts_of(const Plan& plan) {
  Json counts = Json::object();
  for (const Action action : kCountedActions)
    counts[std::string(to_string(action))] = count(plan, action);
  for (const ChangeStatus status : kChangeStatuses) {
    counts[std::string(to_string(status))] = count(plan, status);
  }
  counts["unchanged"] = plan.unchanged;
  counts["unmanaged"] = plan.unmanaged_count;
  counts["undecided"] = plan.undecided;
  counts["conflict"] = plan.conflict;
  return counts;
}

Json seats_of(const Plan& plan) {
  if (!plan.seats) return nullptr;
  return {{"total", plan.seats->total}, {"used", plan.seats->used}, {"needed", plan.seats_needed}};
}

Json hold_json(const Hold& hold) {
  return {{"hash", hold.hash},
          {"class", to_string(hold.hold_class)},
          {"count", hold.count},
          {"limit", hold.limit},
          {"setting", hold.setting},
          {"approve", text_or_null(approve_command(hold))},
          {"status", to_string(hold.status)}};
}

Json unmanaged_json(const Unmanaged& account) {
  return {{"remote_id", account.remote_id}, {"key", account.key}};
}

Json source_json(const SourceReport& source) {
  return {{"name", source.name},
          {"people", source.people},
          {"unknown", source.unknown},
          {"receipt", public_json(source.receipt)},
          {"problems", list_of(source.problems, public_json)}};
}

Json plan_json(const Plan& plan) {
  return {{"name", plan.target},
          {"connector", plan.connector},
          {"status", to_string(plan.status)},
          {"hash", plan.hash},
          {"accounts", plan.accounts},
          {"receipt", public_json(plan.receipt)},
          {"counts", counts_of(plan)},
          {"requests", plan.requests},
          {"mails", plan.mails},
          {"seats", seats_of(plan)},
          {"seconds_estimated", std::round(plan.seconds_estimated * 10) / 10},
          {"holds", list_of(plan.holds, hold_json)},
          {"changes", list_of(plan.changes, public_json)},
          {"unmanaged", list_of(plan.unmanaged, unmanaged_json)},
          {"unmanaged_truncated", plan.unmanaged_truncated},
          {"problems", list_of(plan.problems, public_json)}};
}

}  // namespace

std::string render_json(const RunReport& report) {
  return print_json({{"usher", report.version},
                     {"run", report.run},
                     {"mode", report.mode},
                     {"started", report.started},
                     {"exit_code", report.exit_code},
                     {"problems", list_of(report.problems, public_json)},
                     {"sources", list_of(report.sources, source_json)},
                     {"targets", list_of(report.targets, plan_json)}});
}

}  // namespace usher
