#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "config/settings.h"
#include "daemon/engine/people.h"

namespace usher {

class Store;

/// One target that a run is about.
struct Chosen {
  const TargetConfig* config = nullptr;
  std::string fault;  ///< not empty: the target cannot be made like this, and why
};

/// The targets that a run is about, families expanded. Moving it keeps what `targets` points to.
struct Selection {
  std::vector<Chosen> targets;       ///< in the order of the configuration
  std::vector<Problem> problems;     ///< values that can be no target, families without any
  std::deque<TargetConfig> members;  ///< of families, made for this run
};

/// Whether people of `source` are needed for the targets `wanted` (empty: all).
[[nodiscard]] bool needs_source(const Config& config, const std::vector<std::string>& wanted,
                                const std::string& source);

/// Chooses among the targets of `config` and, now that the people are known, makes the members of
/// its families: one for each value that somebody has, and one for each target of `known` that
/// nobody's value asks for any more. So a workspace whose last person left is still planned, and
/// the leaver goes; a read that is not complete takes no target away.
///
/// Values that compare alike in a filter are one value, spelled as in `known`, else as the one that
/// comes first in code-point order. `readings` has the sources that are needed; `known` are names
/// of targets that the state or a saved plan knows. `config` must outlive the selection.
[[nodiscard]] Selection select_targets(const Config& config, const std::vector<std::string>& wanted,
                                       const std::map<std::string, SourceReading>& readings,
                                       const std::vector<std::string>& known);

}  // namespace usher
