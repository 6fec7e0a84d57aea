#pragma once

#include <array>
#include <string>
#include <vector>

#include "mapping/plan.h"

namespace usher {

// What all formats for people tell from a report, in the same words. Pure; pointers lead into the
// report they were made from. Texts may hold foreign values: each format escapes them its own way.

/// One attribute of a change. `before` and `after` read `(none)` where there is no value and
/// `(empty)` where it is cleared.
struct Difference {
  std::string name;
  std::string before;
  std::string after;
};

/// The attributes in `change.fields`; those of a new account have nothing before.
[[nodiscard]] std::vector<Difference> differences(const Change& change);

/// The same without what only repeats the key of a new account, which is shown anyway.
[[nodiscard]] std::vector<Difference> differences_beside_key(const Change& change);

/// Whether `differences` shows values before: a new account has none.
[[nodiscard]] bool has_before(const Change& change);

/// The targets, worst status first, else in the order of the report.
[[nodiscard]] std::vector<const Plan*> worst_first(const RunReport& report);

/// A leaver whose access only a human can take away, and who still has it.
[[nodiscard]] bool is_open_leaver(const Change& change);
[[nodiscard]] std::vector<const Change*> open_leavers(const Plan& plan);

/// The changes that `hold` keeps back.
[[nodiscard]] std::vector<const Change*> held_by(const Plan& plan, const Hold& hold);

struct ChangeGroup {
  Action action;
  std::vector<const Change*> changes;  ///< failed and unknown ones first
};

/// All changes by action, in the order in which a plan carries them out, without those that a hold
/// of the plan or `open_leavers` already shows.
[[nodiscard]] std::vector<ChangeGroup> remaining_groups(const Plan& plan);

/// `olga@example.com (410)`, or the remote id alone.
[[nodiscard]] std::string name_of(const Unmanaged& account);

/// The problems, errors first.
[[nodiscard]] std::vector<const Problem*> errors_first(const std::vector<Problem>& problems);
[[nodiscard]] std::size_t count_problems(const std::vector<Problem>& problems, Severity severity);

/// The command that releases exactly this hold; empty where nobody can (seats).
[[nodiscard]] std::string approve_command(const Hold& hold);

/// What the whole report adds up to. Manual leavers count in `status` as well.
struct Totals {
  std::array<std::size_t, kChangeStatuses.size()> status{};
  std::size_t failed_targets = 0;
  std::size_t open_holds = 0;
  std::size_t open_leavers = 0;
  std::size_t accounts = 0;
  std::size_t unchanged = 0;
  std::size_t unmanaged = 0;
  std::size_t undecided = 0;
  std::size_t conflict = 0;
  std::size_t errors = 0;  ///< problems of targets, sources and the run
  std::size_t warnings = 0;
  int requests = 0;
  int mails = 0;

  [[nodiscard]] std::size_t of(ChangeStatus wanted) const {
    return status[static_cast<std::size_t>(wanted)];
  }
};
[[nodiscard]] Totals totals_of(const RunReport& report);

/// `in sync`, `changes`, … as people write them.
[[nodiscard]] std::string_view words(TargetStatus status);

/// What the report's exit code means for whoever reads it.
[[nodiscard]] std::string_view exit_meaning(const RunReport& report);

/// `30 held, 3 planned, 1 leaver still has access`; `nothing to do` when there is nothing.
[[nodiscard]] std::string outcome(const Plan& plan);
[[nodiscard]] std::string outcome(const std::vector<const Plan*>& plans);
[[nodiscard]] std::string outcome(const RunReport& report);

/// What was read and left out, and so why a target has the changes it has, or none at all.
[[nodiscard]] std::string explain_counts(const Plan& plan);

/// Requests, mails, seats and time of a plan: `3 requests, 2 mails, seats: 180 of 200 used and 2
/// needed, about 1 s`. Empty when nothing would be sent.
[[nodiscard]] std::string cost(const Plan& plan);

}  // namespace usher
