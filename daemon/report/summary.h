#pragma once

#include <array>
#include <string>
#include <vector>

#include "mapping/plan.h"

namespace usher {

// A run of hundreds of targets, told so that a human can read it: how many of each family are in
// which state, then only those that are not in sync. JSON and CSV tell everything all the same.

/// Up to so many targets are told one by one.
inline constexpr std::size_t kMostToldSingly = 12;

[[nodiscard]] bool needs_summary(const RunReport& report);

/// The members of one family; or one target that belongs to none.
struct FamilySummary {
  std::string name;
  std::vector<const Plan*> targets;

  [[nodiscard]] std::size_t count(TargetStatus status) const;
  [[nodiscard]] TargetStatus worst() const;
};

/// The families, the one with the worst target first, else in the order of the report.
[[nodiscard]] std::vector<FamilySummary> summarise(const RunReport& report);

/// The states that some target of the report is in, worst first: the columns of the summary.
[[nodiscard]] std::vector<TargetStatus> states_of(const RunReport& report);

/// The targets to be told in detail, worst first: all of them, or with a summary those that are not
/// quiet.
[[nodiscard]] std::vector<const Plan*> told_in_detail(const RunReport& report);

/// `487 targets are in sync`, and what is to be known of them; empty where none is left out.
[[nodiscard]] std::string left_out(const RunReport& report);

}  // namespace usher
