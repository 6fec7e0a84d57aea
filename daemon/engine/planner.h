#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/settings.h"
#include "connectors/target.h"
#include "daemon/engine/people.h"
#include "daemon/engine/progress.h"
#include "daemon/engine/recover.h"
#include "daemon/store/store.h"
#include "mapping/decide.h"
#include "mapping/guards.h"
#include "mapping/plan.h"

namespace usher {

/// What a link must remember of a person once a change has succeeded.
struct Memo {
  std::string source;
  std::string id_attribute;
  std::string desired_digest;
  std::string person_digest;
  std::string name_digest;
};

/// Why one person is where they are, for `explain`.
struct Reasoning {
  Verdict verdict = Verdict::kNothing;
  std::string note;
  std::string why;  ///< of the standing
  std::optional<Link> link;
  std::optional<Account> account;  ///< that was found
};

/// One target on its way through a run: the plan, and what apply needs beyond it.
struct TargetPlan {
  const TargetConfig* config = nullptr;
  Plan plan;
  std::vector<Candidate> candidates;  ///< before the guards
  GuardFacts facts;
  GuardResult guards;
  std::string tenancy;
  std::vector<Link> links;                     ///< as stored, with what the journal told beyond
  std::map<std::string, Memo> memos;           ///< by source_id
  std::map<std::string, Reasoning> reasoning;  ///< by source_id, filled on request
  std::vector<Resolution> resolutions;         ///< of operations an earlier run left open
  std::map<std::string, Absence>
      absences;                       ///< of this read: what the store should hold from now on
  std::vector<std::string> returned;  ///< source ids whose stored absence is over
  std::vector<std::pair<std::string, Bookkeeping>> bookkeeping;  ///< by source_id
  std::set<std::string> missing;  ///< source ids whose linked account the target does not show
  std::string key_attribute;      ///< of the connector
  std::string match;              ///< joined, for the target's memory
  bool rate_limited = false;      ///< failed, but only because the provider asked for silence

  /// The target could not be read at all.
  void fail(const std::string& why);
};

struct PlanRequest {
  const TargetConfig& config;
  Target& target;
  const std::map<std::string, SourceReading>& sources;  ///< by name; those of the target are there
  const Store& store;
  std::int64_t now = 0;
  /// Why the wall clock is not to be trusted; empty: it is. Asked once, when the list has been
  /// read: the provider's answers may be what tells.
  std::function<std::string()> clock_doubt;
  bool counts_absence = true;  ///< a verification read never counts
  std::optional<std::uint64_t> accepted_count;
  std::string explain;  ///< a source id or key to keep the reasoning of; empty: nobody
  std::set<std::string>
      known_missing;           ///< whose account an earlier list of this run lacked: no news
  ProgressSink progress = {};  ///< of the listing; may be empty
};

/// Lists the target, pairs, decides and guards. Sends nothing but reads. A target that cannot be
/// read comes back with `plan.failed`.
[[nodiscard]] TargetPlan plan_target(const PlanRequest& request);

/// The order in which a plan is shown and carried out; a change whose key another must give up
/// first comes after that one.
void put_in_order(std::vector<Candidate>& candidates);

/// `staff/E1` for a target with several sources, else `E1`.
[[nodiscard]] std::string qualified_id(const TargetConfig& config, const std::string& source,
                                       const std::string& source_id);

}  // namespace usher
