#pragma once

#include <set>
#include <string>
#include <vector>

#include "connectors/target.h"
#include "daemon/engine/recover.h"
#include "mapping/link.h"

namespace usher {

struct PlanRequest;

/// What a target holds, what of it is ours, and how far both can be believed.
struct Holdings {
  std::vector<Account>
      accounts;             ///< listed, and linked ones that the list lacked but a look-up saw
  Listing listing;          ///< its receipt judged: a list that cannot be true is incomplete
  std::vector<Link> links;  ///< as stored, with what `resolutions` told beyond
  std::vector<Resolution> resolutions;  ///< of operations an earlier run left open
  std::set<std::string> uncertain;      ///< people of those whose outcome is still unknown
  std::set<std::string> missing;        ///< people whose linked account the target does not show
  std::set<std::string> unproven;       ///< those of them who are not proven gone

  [[nodiscard]] bool complete() const { return listing.receipt.complete(); }
  /// Linked accounts that are active or invited: the base of all limits.
  [[nodiscard]] std::size_t count_owned() const;
};

/// Lists the target, judges the list against the stored links, settles in memory what earlier runs
/// left open, and looks up linked accounts that the list lacks. Only reads. What the list itself
/// complains about goes to `problems`. Throws ConnectorError when the target cannot be read.
[[nodiscard]] Holdings read_holdings(const PlanRequest& request, std::vector<Problem>& problems);

}  // namespace usher
