#pragma once

#include <string>
#include <vector>

#include "daemon/engine/planner.h"

namespace usher {

/// Marks as approved what a human has released: changes of the holds that `hashes` name (prefixes
/// will do), then guards anew. Returns the hashes that named no hold.
[[nodiscard]] std::vector<std::string> release_holds(TargetPlan& target, const Policy& policy,
                                                     const std::vector<std::string>& hashes,
                                                     const Store& store);

/// Holds, hash, counts, estimate and status, from the candidates as they are now.
void finish_plan(TargetPlan& target, const Capabilities& can);

}  // namespace usher
