#pragma once

#include <string>

#include "mapping/plan.h"

namespace usher::sample {

/// A change with the parts that every change has.
[[nodiscard]] Change change(Action action, Cause cause, const std::string& number,
                            ChangeStatus status = ChangeStatus::kPlanned);

/// A joiner with an address and a role.
[[nodiscard]] Change invitation(const std::string& number);

/// `role: agent → team_supervisor`
[[nodiscard]] Change promotion(const std::string& number);

/// A leaver whom only a human can remove.
[[nodiscard]] Change manual_leaver(const std::string& number);

/// A plan without changes for 180 people.
[[nodiscard]] Plan quiet_plan(const std::string& target);

/// One run with something of everything: two targets, an incomplete source, holds, a manual leaver,
/// a rename, drift, waiting, problems, unmanaged accounts.
[[nodiscard]] RunReport full_report();

/// The report of one plan.
[[nodiscard]] RunReport report_of(Plan plan);

}  // namespace usher::sample
