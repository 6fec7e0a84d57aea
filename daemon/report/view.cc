#include "daemon/report/view.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/report/layout.h"

namespace usher {
namespace {

std::string shown(const std::optional<Fields>& fields, std::string_view name) {
  const Value* value = fields ? fields->find(name) : nullptr;
  if (value == nullptr) return "(none)";
  std::string text = to_text(*value);
  return text.empty() ? "(empty)" : text;
}

bool has_failed(const Change& change) {
  return change.status == ChangeStatus::kFailed || change.status == ChangeStatus::kUnknown;
}

bool is_shown_under_hold(const Plan& plan, const Change& change) {
  return change.status == ChangeStatus::kHeld && change.hold_class &&
         std::ranges::find(plan.holds, *change.hold_class, &Hold::hold_class) != plan.holds.end();
}

void add_plan(Totals& totals, const Plan& plan) {
  for (const Change& change : plan.changes) {
    ++totals.status[static_cast<std::size_t>(change.status)];
    totals.open_leavers += is_open_leaver(change) ? 1 : 0;
  }
  totals.failed_targets += plan.status == TargetStatus::kFailed ? 1 : 0;
  totals.open_holds +=
      static_cast<std::size_t>(std::ranges::count(plan.holds, HoldStatus::kOpen, &Hold::status));
  totals.accounts += plan.accounts;
  totals.unchanged += plan.unchanged;
  totals.unmanaged += plan.unmanaged_count;
  totals.undecided += plan.undecided;
  totals.conflict += plan.conflict;
  totals.requests += plan.requests;
  totals.mails += plan.mails;
}

void add_problems(Totals& totals, const std::vector<Problem>& problems) {
  totals.errors += count_problems(problems, Severity::kError);
  totals.warnings += count_problems(problems, Severity::kWarning);
}

/// Worst first, as everywhere.
constexpr std::array kStatusOrder{
    ChangeStatus::kFailed,  ChangeStatus::kUnknown, ChangeStatus::kHeld,   ChangeStatus::kSkipped,
    ChangeStatus::kApplied, ChangeStatus::kPlanned, ChangeStatus::kWaiting};

std::string outcome(const Totals& totals) {
  std::vector<std::string> parts;
  if (totals.failed_targets > 0)
    parts.push_back(counted(totals.failed_targets, "target") + " failed");
  if (totals.open_leavers > 0) {
    parts.push_back(totals.open_leavers == 1
                        ? "1 leaver still has access"
                        : counted(totals.open_leavers, "leaver") + " still have access");
  }
  for (const ChangeStatus status : kStatusOrder) {
    if (const std::size_t n = totals.of(status); n > 0) {
      parts.push_back(fmt::format("{} {}", grouped(n), to_string(status)));
    }
  }
  if (totals.undecided > 0) parts.push_back(fmt::format("{} undecided", totals.undecided));
  if (totals.conflict > 0) parts.push_back(counted(totals.conflict, "conflict"));
  return parts.empty() ? "nothing to do" : join(parts, ", ");
}

std::string join_names(const std::vector<std::string>& names) {
  return names.empty() ? "the sources" : join(names, " and ");
}

}  // namespace

std::vector<Difference> differences(const Change& change) {
  std::vector<Difference> list;
  for (const std::string& field : change.fields) {
    list.push_back({field, shown(change.before, field), shown(change.after, field)});
  }
  return list;
}

std::vector<Difference> differences_beside_key(const Change& change) {
  std::vector<Difference> list = differences(change);
  if (has_before(change)) return list;
  std::erase_if(list, [&change](const Difference& d) { return d.after == change.key; });
  return list;
}

bool has_before(const Change& change) {
  return change.before.has_value();
}

std::vector<const Plan*> worst_first(const RunReport& report) {
  std::vector<const Plan*> plans;
  for (const Plan& plan : report.targets) plans.push_back(&plan);
  std::ranges::stable_sort(plans, {}, [](const Plan* plan) { return plan->status; });
  return plans;
}

bool is_open_leaver(const Change& change) {
  return change.action == Action::kManual && change.cause == Cause::kLeaver &&
         change.status != ChangeStatus::kWaiting && change.status != ChangeStatus::kApplied;
}

std::vector<const Change*> open_leavers(const Plan& plan) {
  std::vector<const Change*> list;
  for (const Change& change : plan.changes) {
    if (is_open_leaver(change) && !is_shown_under_hold(plan, change)) list.push_back(&change);
  }
  return list;
}

std::vector<const Change*> held_by(const Plan& plan, const Hold& hold) {
  std::vector<const Change*> list;
  for (const Change& change : plan.changes) {
    if (change.status == ChangeStatus::kHeld && change.hold_class == hold.hold_class) {
      list.push_back(&change);
    }
  }
  return list;
}

std::vector<ChangeGroup> remaining_groups(const Plan& plan) {
  std::vector<ChangeGroup> groups;
  for (const Action action : kActions) {
    ChangeGroup group{action, {}};
    for (const Change& change : plan.changes) {
      if (change.action != action || is_open_leaver(change)) continue;
      if (!is_shown_under_hold(plan, change)) group.changes.push_back(&change);
    }
    if (group.changes.empty()) continue;
    std::stable_partition(group.changes.begin(), group.changes.end(),
                          [](const Change* c) { return has_failed(*c); });
    groups.push_back(std::move(group));
  }
  return groups;
}

std::string name_of(const Unmanaged& account) {
  return account.key.empty() ? account.remote_id
                             : fmt::format("{} ({})", account.key, account.remote_id);
}

std::vector<const Problem*> errors_first(const std::vector<Problem>& problems) {
  std::vector<const Problem*> list;
  for (const Problem& problem : problems) list.push_back(&problem);
  std::ranges::stable_sort(list, {}, [](const Problem* problem) { return problem->severity; });
  return list;
}

std::size_t count_problems(const std::vector<Problem>& problems, Severity severity) {
  return static_cast<std::size_t>(std::ranges::count(problems, severity, &Problem::severity));
}

std::string approve_command(const Hold& hold) {
  return hold.hold_class == HoldClass::kSeats ? std::string()
                                              : "usher apply --approve " + hold.hash;
}

Totals totals_of(const RunReport& report) {
  Totals totals;
  add_problems(totals, report.problems);
  for (const SourceReport& source : report.sources) add_problems(totals, source.problems);
  for (const Plan& plan : report.targets) {
    add_plan(totals, plan);
    add_problems(totals, plan.problems);
  }
  return totals;
}

std::string_view words(TargetStatus status) {
  return status == TargetStatus::kInSync ? "in sync" : to_string(status);
}

std::string_view exit_meaning(const RunReport& report) {
  switch (report.exit_code) {
    case 0:
      if (totals_of(report).of(ChangeStatus::kPlanned) > 0)
        return "nothing is in the way: usher apply carries out what is planned";
      return "done, nothing is left for you to do";
    case 1:
      return "a source or target could not be read, or something unexpected happened";
    case 2:
      return "changes are pending";
    case 3:
      return "the configuration is invalid";
    case 4:
      return "something waits for a human: a hold, or a leaver that only a human can remove";
    case 5:
      return "something failed, is unknown or could not be served; see the problems";
    case 6:
      return "another usher is applying on this state";
    default:
      return "unexpected";
  }
}

std::string outcome(const Plan& plan) {
  if (plan.status == TargetStatus::kFailed && plan.changes.empty())
    return "nothing could be planned";
  return outcome(std::vector<const Plan*>{&plan});
}

std::string outcome(const std::vector<const Plan*>& plans) {
  Totals totals;
  for (const Plan* plan : plans) add_plan(totals, *plan);
  totals.failed_targets = 0;
  return outcome(totals);
}

std::string outcome(const RunReport& report) {
  return outcome(totals_of(report));
}

std::string explain_counts(const Plan& plan) {
  if (plan.status == TargetStatus::kFailed) {
    return "it could not be read or refused us, so every account was left as it is";
  }
  std::string text =
      fmt::format("read {} from {} and {} here", counted(plan.people, "person", "people"),
                  join_names(plan.sources), counted(plan.accounts, "account"));
  std::vector<std::string> parts;
  const auto part = [&parts](std::size_t n, std::string_view what) {
    if (n > 0) parts.push_back(fmt::format("{} {}", grouped(n), what));
  };
  part(plan.out_of_scope,
       plan.out_of_scope == 1 ? "person is outside the scope" : "people are outside the scope");
  part(plan.unchanged, "linked and unchanged");
  part(plan.unmanaged_count, "unmanaged and left alone");
  part(plan.undecided, "undecided");
  part(plan.conflict, "in conflict");
  return parts.empty() ? text : text + ": " + join(parts, ", ");
}

std::string cost(const Plan& plan) {
  if (plan.requests == 0 && plan.mails == 0) return {};
  std::vector<std::string> parts{counted(static_cast<std::uint64_t>(plan.requests), "request"),
                                 counted(static_cast<std::uint64_t>(plan.mails), "mail")};
  if (plan.seats) {
    parts.push_back(fmt::format("seats: {} of {} used and {} needed", plan.seats->used,
                                plan.seats->total, plan.seats_needed));
  }
  if (plan.seconds_estimated > 0) parts.push_back("about " + format_span(plan.seconds_estimated));
  return join(parts, ", ");
}

}  // namespace usher
