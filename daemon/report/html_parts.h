#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mapping/plan.h"

namespace usher {

// Pieces of the page that appear in several places. All escape what they are given.

/// The class of assets/report.css that colours a status.
[[nodiscard]] std::string_view tone_of(TargetStatus status);
[[nodiscard]] std::string_view tone_of(ChangeStatus status);

[[nodiscard]] std::string badge(std::string_view tone, std::string_view text);

/// A table with one row per change. `with_action`: the rows have several actions and must say
/// which.
void append_changes(std::string& html, const Plan& plan, const std::vector<const Change*>& changes,
                    bool with_action);

/// A section with a row for each family of targets: how many are in which state.
void append_summary(std::string& html, const RunReport& report);

/// A card with the problems of a source, a target or the run; nothing when there are none.
void append_problems(std::string& html, std::string_view of, const std::vector<Problem>& problems);

}  // namespace usher
