#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "daemon/engine/pair.h"
#include "daemon/engine/planner.h"

namespace usher {

/// Who is wanted in a target, who is gone, and of whom nobody can say: one claim for each person in
/// scope and each link.
struct Claims {
  std::vector<Claim> claims;
  std::map<std::string, Memo> memos;
  std::map<std::string, Absence>
      absences;                       ///< of everybody proven absent, counted on; with no reads: of
                                      ///< who is unknown and was wanted under another configuration
  std::vector<std::string> returned;  ///< whose stored absence is over
  std::size_t out_of_scope = 0;       ///< usable people whom the scope leaves out
};

/// `uncertain`: people with an operation whose outcome nobody knows yet. `last_hash`: the
/// configuration hash of the target's last run. `clock_doubt`: what `request.clock_doubt` said.
/// Pure but for what it reads from `request.store`.
[[nodiscard]] Claims make_claims(const PlanRequest& request, const std::string& clock_doubt,
                                 const std::vector<Link>& links,
                                 const std::set<std::string>& uncertain,
                                 const std::string& last_hash);

}  // namespace usher
