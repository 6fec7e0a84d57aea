// Guards park, they do not block: each looks at the planned changes of one class, and above its
// limit keeps exactly those back. The order matters only in that the first reason found is the one
// that is told.

#include "mapping/guards.h"

#include <fmt/format.h>

#include <algorithm>

namespace usher {
namespace {

constexpr std::size_t kFewOwned = 20;
constexpr std::size_t kRemovalsOfFew = 2;
constexpr int kDefaultRemovalsPercent = 10;
constexpr int kAdoptionProbationDays = 30;

bool is_free(const Candidate& candidate) {
  return candidate.change.status == ChangeStatus::kPlanned && !candidate.approved;
}

bool is_update(const Candidate& candidate) {
  const Change& change = candidate.change;
  const bool changes_fields = change.action == Action::kUpdate ||
                              change.action == Action::kReinvite ||
                              (change.action == Action::kAdopt && !change.fields.empty());
  return changes_fields && change.cause != Cause::kDrift && !candidate.is_repeated &&
         !is_removal(change);
}

bool takes_account_away(const Change& change) {
  return is_removal(change) && !change.lowers_entitlement;
}

void hold(Candidate& candidate, HoldClass hold_class) {
  candidate.change.status = ChangeStatus::kHeld;
  candidate.change.hold_class = hold_class;
}

/// Holds every free candidate that `belongs`, and writes down why if there was any.
template <typename Predicate>
void park(std::vector<Candidate>& candidates, GuardResult& result, HoldClass hold_class,
          const Parking& parking, Predicate belongs) {
  bool any = false;
  for (Candidate& candidate : candidates) {
    if (!is_free(candidate) || !belongs(candidate)) continue;
    hold(candidate, hold_class);
    any = true;
  }
  if (any) result.parked.try_emplace(hold_class, parking);
}

/// A removal needs two complete reads, whoever approved it.
void leave_out_unproven_removals(std::vector<Candidate>& candidates, const GuardFacts& facts,
                                 GuardResult& result) {
  if (facts.source_complete && facts.target_complete) return;
  result.removals_left_out = std::erase_if(
      candidates, [](const Candidate& candidate) { return is_removal(candidate.change); });
}

void hold_moved_house(std::vector<Candidate>& candidates, const GuardFacts& facts,
                      GuardResult& result) {
  if (facts.moved_house.empty()) return;
  park(candidates, result, HoldClass::kConfiguration, {facts.moved_house, facts.where},
       [](const Candidate&) { return true; });
}

void hold_other_people(std::vector<Candidate>& candidates, const GuardFacts& facts,
                       GuardResult& result) {
  park(candidates, result, HoldClass::kUpdates,
       {"key and all names of one id changed at once: perhaps the id was given to somebody else",
        facts.where},
       [](const Candidate& candidate) { return candidate.other_person; });
}

void hold_configuration_removals(std::vector<Candidate>& candidates, const GuardFacts& facts,
                                 GuardResult& result) {
  park(candidates, result, HoldClass::kConfiguration,
       {"removals that a change of the configuration brings about", facts.where},
       [](const Candidate& candidate) {
         return is_removal(candidate.change) && candidate.by_configuration;
       });
}

void hold_young_adoptions(std::vector<Candidate>& candidates, const GuardFacts& facts,
                          GuardResult& result) {
  park(candidates, result, HoldClass::kRemovals,
       {fmt::format("removals within {} d of the account's adoption", kAdoptionProbationDays),
        facts.where},
       [](const Candidate& candidate) {
         return takes_account_away(candidate.change) && candidate.adopted_days_ago &&
                *candidate.adopted_days_ago < kAdoptionProbationDays;
       });
}

void hold_adoptions(std::vector<Candidate>& candidates, const Policy& policy,
                    const GuardFacts& facts, GuardResult& result) {
  const bool all = policy.adopt == Adopt::kHold || facts.match_changed;
  const std::string reason = facts.match_changed ? "`match` has changed since the last run"
                             : policy.adopt == Adopt::kHold
                                 ? "`adopt: hold`"
                                 : "the adoption moves a link or lowers an entitlement";
  park(candidates, result, HoldClass::kAdoptions, {reason, facts.where},
       [&](const Candidate& candidate) {
         const Change& change = candidate.change;
         return is_adoption(change) && (all || change.moves_link || change.lowers_entitlement);
       });
}

void park_removals(std::vector<Candidate>& candidates, GuardResult& result,
                   const Parking& parking) {
  park(candidates, result, HoldClass::kRemovals, parking,
       [](const Candidate& candidate) { return is_removal(candidate.change); });
}

void limit_removals(std::vector<Candidate>& candidates, const Policy& policy,
                    const GuardFacts& facts, GuardResult& result) {
  const Limits& limits = policy.limits;
  const auto planned =
      static_cast<std::size_t>(std::ranges::count_if(candidates, [](const Candidate& candidate) {
        return is_free(candidate) && is_removal(candidate.change);
      }));
  const auto per_run = removal_limit(limits, facts.owned);
  const auto per_day = static_cast<std::size_t>(limits.removals_per_day.value);
  const auto per_week = static_cast<std::size_t>(limits.removals_per_week.value);

  if (planned > per_run) {
    const auto percent = static_cast<std::size_t>(limits.removals_percent.value);
    const auto count = static_cast<std::size_t>(limits.removals_count.value);
    const std::size_t of_owned = facts.owned * percent / 100;
    if (per_run == count && count < of_owned) {
      park_removals(candidates, result,
                    {fmt::format("{} a run", count), limits.removals_count.where});
    } else if (per_run == of_owned) {
      park_removals(candidates, result,
                    {fmt::format("{} % of {} = {}", percent, facts.owned, of_owned),
                     limits.removals_percent.where});
    } else {
      park_removals(candidates, result,
                    {fmt::format("{} while fewer than {} are owned ({} are)", per_run, kFewOwned,
                                 facts.owned),
                     limits.removals_percent.where});
    }
  } else if (planned + facts.removals_last_day > per_day) {
    park_removals(candidates, result,
                  {fmt::format("{} in 24 h, {} done", per_day, facts.removals_last_day),
                   limits.removals_per_day.where});
  } else if (planned + facts.removals_last_week > per_week) {
    park_removals(candidates, result,
                  {fmt::format("{} in 7 d, {} done", per_week, facts.removals_last_week),
                   limits.removals_per_week.where});
  }
}

void limit_updates(std::vector<Candidate>& candidates, const Policy& policy,
                   const GuardFacts& facts, GuardResult& result) {
  const auto& percent = policy.limits.updates_percent;
  const std::size_t of_owned = facts.owned * static_cast<std::size_t>(percent.value) / 100;
  // Where nearly nobody is owned yet a percentage rounds down to a target that can never change.
  const std::size_t allowed = percent.value == 0 ? 0 : std::max<std::size_t>(1, of_owned);
  const auto planned = std::ranges::count_if(candidates, [](const Candidate& candidate) {
    return is_free(candidate) && is_update(candidate);
  });
  if (static_cast<std::size_t>(planned) <= allowed) return;
  park(candidates, result, HoldClass::kUpdates,
       {fmt::format("{} % of {} = {}", percent.value, facts.owned, allowed), percent.where},
       is_update);
}

void limit_creates(std::vector<Candidate>& candidates, const Policy& policy,
                   const GuardFacts& facts, GuardResult& result) {
  const auto& limit = policy.limits.creates_count;
  const auto is_create = [](const Candidate& candidate) { return is_creation(candidate.change); };
  const auto planned = std::ranges::count_if(candidates, [&](const Candidate& candidate) {
    return is_free(candidate) && is_create(candidate);
  });
  const bool applies = !facts.seats || limit.value != Limits{}.creates_count.value;
  if (!applies || planned <= limit.value) return;
  park(candidates, result, HoldClass::kCreates, {fmt::format("{} a run", limit.value), limit.where},
       is_create);
}

/// The first creations take the free seats, in the plan's order; the rest waits for seats.
void limit_seats(std::vector<Candidate>& candidates, const GuardFacts& facts, GuardResult& result) {
  if (!facts.seats) return;
  std::int64_t free = facts.seats->free();
  for (Candidate& candidate : candidates) {
    const Change& change = candidate.change;
    const bool takes_seat = change.action == Action::kCreate || change.action == Action::kInvite;
    if (change.status != ChangeStatus::kPlanned || !takes_seat || free-- > 0) continue;
    hold(candidate, HoldClass::kSeats);
    result.parked.try_emplace(
        HoldClass::kSeats,
        Parking{fmt::format("{} of {} seats are free", facts.seats->free(), facts.seats->total),
                facts.where});
  }
}

/// Who waits for a key that somebody else gives up waits in that one's hold, too.
void hold_followers(std::vector<Candidate>& candidates) {
  const auto leader_of = [&](const Candidate& follower) {
    return std::ranges::find_if(candidates, [&](const Candidate& candidate) {
      return candidate.change.source_id == follower.waits_for &&
             candidate.change.status == ChangeStatus::kHeld;
    });
  };
  for (bool any = true; any;) {
    any = false;
    for (Candidate& candidate : candidates) {
      if (candidate.waits_for.empty() || candidate.change.status != ChangeStatus::kPlanned)
        continue;
      const auto leader = leader_of(candidate);
      if (leader == candidates.end()) continue;
      hold(candidate, *leader->change.hold_class);
      any = true;
    }
  }
}

}  // namespace

GuardResult guard(std::vector<Candidate>& candidates, const Policy& policy,
                  const GuardFacts& facts) {
  GuardResult result;
  leave_out_unproven_removals(candidates, facts, result);
  // From here on every removal is proven by two complete reads.
  hold_moved_house(candidates, facts, result);
  hold_other_people(candidates, facts, result);
  hold_configuration_removals(candidates, facts, result);
  hold_young_adoptions(candidates, facts, result);
  hold_adoptions(candidates, policy, facts, result);
  // From here on what is left was brought about by people; now their number counts.
  limit_removals(candidates, policy, facts, result);
  limit_updates(candidates, policy, facts, result);
  limit_creates(candidates, policy, facts, result);
  limit_seats(candidates, facts, result);
  hold_followers(candidates);
  return result;
}

void park_removals_of(const std::string& source, std::vector<Candidate>& candidates,
                      GuardResult& result, const Parking& parking) {
  park(candidates, result, HoldClass::kRemovals, parking, [&](const Candidate& candidate) {
    return candidate.source == source && is_removal(candidate.change);
  });
}

std::size_t count_planned_removals(std::span<const Candidate> candidates,
                                   const std::string& source) {
  return static_cast<std::size_t>(
      std::ranges::count_if(candidates, [&](const Candidate& candidate) {
        return candidate.source == source && is_free(candidate) && is_removal(candidate.change);
      }));
}

std::size_t removal_limit(const Limits& limits, std::size_t owned) {
  const auto percent = static_cast<std::size_t>(limits.removals_percent.value);
  const auto count = static_cast<std::size_t>(limits.removals_count.value);
  const bool is_few = owned < kFewOwned && limits.removals_percent.value == kDefaultRemovalsPercent;
  return std::min(count, is_few ? kRemovalsOfFew : owned * percent / 100);
}

}  // namespace usher
