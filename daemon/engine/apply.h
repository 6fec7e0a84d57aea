#pragma once

#include <set>
#include <stop_token>
#include <string>

#include "daemon/engine/planner.h"
#include "daemon/engine/progress.h"

namespace usher {

class Clock;

struct ApplyContext {
  Store& store;
  Clock& clock;
  std::string run;
  std::stop_token stop;
  ProgressSink progress;  ///< may be empty
};

/// Writes down what a run has seen, apart from any change: resolutions of open operations, counted
/// absences, bookkeeping of links, the target's memory.
void record_observations(const TargetPlan& target, const ApplyContext& context);

/// Carries out every planned change of `target`, in order: intend, send, settle. Removals stay
/// open in the journal until they were read back. The statuses of the changes tell what happened.
/// Returns the source ids of whoever was touched.
[[nodiscard]] std::set<std::string> apply_changes(TargetPlan& target, Target& provider,
                                                  const ApplyContext& context);

}  // namespace usher
