#include "daemon/engine/recover.h"

#include <algorithm>

#include "connectors/error.h"
#include "mapping/decide.h"
#include "mapping/text.h"

namespace usher {
namespace {

/// Answers from the list where it can, else asks the target for this one account.
class Finder {
 public:
  Finder(Target& target, const std::vector<Account>& accounts, bool list_complete)
      : target_(target), accounts_(accounts), list_complete_(list_complete) {}

  Lookup find(const AccountRef& ref) {
    const auto at = std::ranges::find_if(accounts_, [&](const Account& account) {
      return is_meant(ref, account, target_.capabilities());
    });
    if (at != accounts_.end()) return {Presence::kPresent, *at};
    if (list_complete_) return {Presence::kAbsent, {}};
    if (!target_.capabilities().has_lookup) return {};
    try {
      return target_.find(ref);
    } catch (const ConnectorError&) {
      return {};
    }
  }

 private:
  Target& target_;
  const std::vector<Account>& accounts_;
  bool list_complete_;
};

using Outcome = Resolution::Outcome;

Outcome outcome_of_creation(const Lookup& found) {
  switch (found.presence) {
    case Presence::kPresent:
      return Outcome::kApplied;
    case Presence::kAbsent:
      return Outcome::kFailed;
    case Presence::kUnknown:
      break;
  }
  return Outcome::kUnknown;
}

Outcome outcome_of_removal(const Change& change, const Lookup& found) {
  if (found.presence == Presence::kUnknown) return Outcome::kUnknown;
  if (found.presence == Presence::kAbsent) return Outcome::kApplied;
  const Account& account = found.account;
  const bool is_powerless = account.status == AccountStatus::kInactive || !account.usable;
  return change.action == Action::kDeactivate && is_powerless ? Outcome::kApplied
                                                              : Outcome::kFailed;
}

Outcome outcome_of_update(const Change& change, const Lookup& found, const Capabilities& can) {
  if (found.presence == Presence::kUnknown) return Outcome::kUnknown;
  if (found.presence == Presence::kAbsent || !change.after) return Outcome::kFailed;
  Account desired;
  desired.fields = *change.after;
  return differing_fields(desired, {}, found.account, can).empty() ? Outcome::kApplied
                                                                   : Outcome::kFailed;
}

/// A readdressed invitation: the old one is revoked, then the new address is invited.
void resolve_reinvite(Resolution& resolution, Finder& finder) {
  const Change& change = resolution.operation.change;
  const Lookup renewed = finder.find({"", change.key});
  const Lookup old = finder.find({change.remote_id, ""});
  // One that is still expired is the old one: nothing was sent to it.
  if (renewed.presence == Presence::kPresent &&
      renewed.account.status != AccountStatus::kInviteExpired) {
    resolution.outcome = Outcome::kApplied;
    resolution.remote_id = renewed.account.remote_id;
  } else if (old.presence == Presence::kAbsent && renewed.presence == Presence::kAbsent) {
    resolution.outcome = Outcome::kFailed;
    resolution.drops_link = true;
    resolution.note = "the old invitation was revoked, the new one was not sent";
  } else if (old.presence == Presence::kPresent) {
    resolution.outcome = Outcome::kFailed;
  }
}

void resolve_one(Resolution& resolution, Finder& finder, const Capabilities& can) {
  const Change& change = resolution.operation.change;
  resolution.remote_id = change.remote_id;
  switch (change.action) {
    case Action::kCreate:
    case Action::kInvite: {
      const Lookup found = finder.find(ref_of(change, can));
      resolution.outcome = outcome_of_creation(found);
      resolution.remote_id = found.account.remote_id;
      break;
    }
    case Action::kReinvite:
      resolve_reinvite(resolution, finder);
      break;
    case Action::kRevoke:
    case Action::kDelete:
    case Action::kDeactivate:
      resolution.outcome = outcome_of_removal(change, finder.find({change.remote_id, ""}));
      break;
    case Action::kAssign:
      resolution.outcome = outcome_of_creation(finder.find({change.remote_id, ""}));
      break;
    default:
      resolution.outcome = outcome_of_update(change, finder.find({change.remote_id, ""}), can);
  }
}

/// Absent may only mean *not visible yet* within the provider's consistency window.
void respect_consistency(Resolution& resolution, const Capabilities& can, std::int64_t now) {
  const bool is_fresh = now - resolution.operation.intended_at < can.consistency.count();
  if (is_fresh && resolution.outcome == Outcome::kFailed) resolution.outcome = Outcome::kUnknown;
}

/// A batch of creations whose accounts carry nothing of the person: only the connector can tell.
std::vector<Resolution> resolve_batch(const std::vector<Operation>& batch, Target& target,
                                      std::int64_t now) {
  Unsettled unsettled{{}, batch.front().step, batch.front().context, batch.front().intended_at};
  for (const Operation& operation : batch) unsettled.changes.push_back(operation.change);
  std::vector<Lookup> found(batch.size());
  try {
    found = target.recover(unsettled);
  } catch (const ConnectorError&) {
    // Unreachable is not absent: everything of the batch stays unknown.
  }
  found.resize(batch.size());
  std::vector<Resolution> resolutions;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    resolutions.push_back(
        {batch[i], outcome_of_creation(found[i]), found[i].account.remote_id, false, {}});
    respect_consistency(resolutions.back(), target.capabilities(), now);
  }
  return resolutions;
}

}  // namespace

Link link_begun_by(const Operation& operation) {
  Link link;
  link.target = operation.target;
  link.source_id = operation.change.source_id;
  link.source = operation.source;
  link.key = operation.change.key;
  return link;
}

std::vector<Resolution> resolve(const std::vector<Operation>& operations, Target& target,
                                const std::vector<Account>& accounts, bool list_complete,
                                std::int64_t now) {
  const Capabilities& can = target.capabilities();
  Finder finder(target, accounts, list_complete);
  std::vector<Resolution> resolutions;
  for (std::size_t i = 0; i < operations.size();) {
    std::vector<Operation> batch{operations[i++]};
    while (i < operations.size() && operations[i].batch == batch.front().batch)
      batch.push_back(operations[i++]);
    const Action action = batch.front().change.action;
    if (can.key.empty() && (action == Action::kCreate || action == Action::kInvite)) {
      for (Resolution& resolution : resolve_batch(batch, target, now))
        resolutions.push_back(std::move(resolution));
      continue;
    }
    for (Operation& operation : batch) {
      Resolution resolution{std::move(operation), Outcome::kUnknown, {}, false, {}};
      resolve_one(resolution, finder, can);
      respect_consistency(resolution, can, now);
      resolutions.push_back(std::move(resolution));
    }
  }
  return resolutions;
}

}  // namespace usher
