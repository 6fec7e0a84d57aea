#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mapping/change.h"
#include "mapping/policy.h"
#include "mapping/receipt.h"

namespace usher {

/// A change on its way through the guards, with what they must know about it beyond the plan.
struct Candidate {
  Change change;
  bool approved = false;                ///< a human has released exactly this change
  bool by_configuration = false;        ///< the person was last wanted under another configuration
  bool other_person = false;            ///< key and all names changed at once: perhaps a re-used id
  std::optional<int> adopted_days_ago;  ///< set for accounts that we adopted, not created
  std::string source;                   ///< that supplies the person
  std::string waits_for;     ///< who must give up the key that this change wants; empty: it is free
  bool is_repeated = false;  ///< carried out before without effect: no limit of updates counts it
  bool postponed = false;    ///< not in the saved plan that is carried out: shown, not done
};

/// What guards know about the run. A pure value.
struct GuardFacts {
  bool source_complete = true;
  bool target_complete = true;
  std::size_t owned = 0;  ///< linked accounts, active or invited, at the start of the run
  std::size_t removals_last_day = 0;  ///< carried out, approved ones not counted
  std::size_t removals_last_week = 0;
  std::optional<Seats> seats;
  std::string moved_house;     ///< why links and configuration no longer fit; empty: they do
  bool match_changed = false;  ///< `match` is not what it was when the target last ran
  std::string where;           ///< of the target in the configuration
};

/// Why changes of one class are kept back: the numbers and the setting, for people.
struct Parking {
  std::string limit;    ///< `10 % of 100 = 10`
  std::string setting;  ///< `usher.yaml:41:7`
};

struct GuardResult {
  std::map<HoldClass, Parking> parked;
  std::size_t removals_left_out = 0;  ///< dropped because a read was not complete
};

/// Runs all guards in their order over `candidates`: removals of incomplete reads are taken out,
/// changes above a limit become `held`. Approved changes pass every guard but the first and the
/// seats, and count in no limit.
[[nodiscard]] GuardResult guard(std::vector<Candidate>& candidates, const Policy& policy,
                                const GuardFacts& facts);

/// Holds every planned, unapproved removal of people of `source`; for limits that only the caller
/// can see (the sum over all targets of a source).
void park_removals_of(const std::string& source, std::vector<Candidate>& candidates,
                      GuardResult& result, const Parking& parking);

/// Removals of people of `source` that are planned and were not approved.
[[nodiscard]] std::size_t count_planned_removals(std::span<const Candidate> candidates,
                                                 const std::string& source);

/// How many removals one run may carry out: the smaller of percentage and count, 2 where fewer
/// than 20 accounts are owned and the percentage is the default.
[[nodiscard]] std::size_t removal_limit(const Limits& limits, std::size_t owned);

}  // namespace usher
