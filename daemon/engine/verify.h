#pragma once

#include <set>
#include <string>

#include "daemon/engine/apply.h"

namespace usher {

/// Looks again at everybody in `touched`: settles the removals, learns what it does not show as it
/// was written, and marks the plan as not converged where something is left to do. `request` plans
/// anew without counting absences.
void verify(TargetPlan& target, const std::set<std::string>& touched, const PlanRequest& request,
            const ApplyContext& context);

/// Removals that were answered with success but not read back: who knows whether they were done.
void leave_unproven(TargetPlan& target);

}  // namespace usher
