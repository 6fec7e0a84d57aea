#include "mapping/plan.h"

#include <algorithm>
#include <tuple>

namespace usher {
namespace {

/// A change that would take the person's whole access away.
bool is_departure(const Change& change) {
  return !change.after;
}

/// Planned and nothing for a human: usher itself still has to do it.
bool sends_or_links(const Change& change) {
  return change.status == ChangeStatus::kPlanned && change.action != Action::kManual;
}

}  // namespace

std::string_view to_string(HoldStatus status) {
  switch (status) {
    case HoldStatus::kOpen:
      return "open";
    case HoldStatus::kApproved:
      return "approved";
    case HoldStatus::kRejected:
      return "rejected";
    case HoldStatus::kExpired:
      return "expired";
  }
  return "open";
}

std::string_view to_string(TargetStatus status) {
  switch (status) {
    case TargetStatus::kFailed:
      return "failed";
    case TargetStatus::kPartial:
      return "partial";
    case TargetStatus::kHeld:
      return "held";
    case TargetStatus::kChanges:
      return "changes";
    case TargetStatus::kInSync:
      return "in_sync";
  }
  return "failed";
}

TargetStatus status_of(const Plan& plan) {
  const auto has = [&](auto predicate) { return std::ranges::any_of(plan.changes, predicate); };
  if (plan.failed) return TargetStatus::kFailed;

  const bool has_error = std::ranges::any_of(
      plan.problems, [](const Problem& problem) { return problem.severity == Severity::kError; });
  const bool has_casualty = has([](const Change& change) {
    return change.status == ChangeStatus::kFailed || change.status == ChangeStatus::kSkipped ||
           change.status == ChangeStatus::kUnknown;
  });
  if (!plan.receipt.complete() || !plan.source_complete || !plan.converged || has_error ||
      has_casualty) {
    return TargetStatus::kPartial;
  }
  const bool has_manual_leaver = has([](const Change& change) {
    return change.action == Action::kManual && is_departure(change) &&
           change.status == ChangeStatus::kPlanned;
  });
  const bool has_hold =
      has([](const Change& change) { return change.status == ChangeStatus::kHeld; });
  if (has_hold || has_manual_leaver) return TargetStatus::kHeld;

  return has([](const Change& change) { return sends_or_links(change); }) ? TargetStatus::kChanges
                                                                          : TargetStatus::kInSync;
}

bool plan_order(const Change& a, const Change& b) {
  return std::tie(a.action, a.key, a.source_id, a.remote_id) <
         std::tie(b.action, b.key, b.source_id, b.remote_id);
}

std::size_t count(const Plan& plan, Action action) {
  return static_cast<std::size_t>(std::ranges::count(plan.changes, action, &Change::action));
}

std::size_t count(const Plan& plan, ChangeStatus status) {
  return static_cast<std::size_t>(std::ranges::count(plan.changes, status, &Change::status));
}

}  // namespace usher
