#include "connectors/attempt.h"

#include <fmt/format.h>

#include <utility>

#include "connectors/error.h"

namespace usher {
namespace {

constexpr int kRedirect = 300;  // the first status that is no success

bool declares(const Capabilities& can, Action action) {
  switch (action) {
    case Action::kCreate:
    case Action::kInvite:
      return action == can.creation;
    case Action::kAdopt:  // one that is sent at all sets right what differs
    case Action::kUpdate:
      return can.can_update;
    case Action::kDeactivate:
      return can.can_deactivate;
    case Action::kReactivate:
      return can.can_reactivate;
    case Action::kDelete:
      return can.can_delete;
    case Action::kRevoke:
      return can.can_revoke;
    case Action::kReinvite:
      return can.can_reinvite;
    case Action::kAssign:
      return can.assigns;
    case Action::kManual:
      return false;
  }
  return false;
}

bool removes(Action action) {
  return action == Action::kDeactivate || action == Action::kDelete || action == Action::kRevoke;
}

Applied understood(const Change& change, const std::function<Applied(const Change&)>& send) {
  try {
    return send(change);
  } catch (const ConnectorError& error) {
    if (error.kind == ErrorKind::kNotFound && removes(change.action))
      return {change.remote_id, std::nullopt, "was already gone"};
    if (error.kind != ErrorKind::kMalformed || error.http_status >= kRedirect) throw;
    throw ConnectorError(ErrorKind::kUnknownOutcome, error.what());
  }
}

}  // namespace

Lookup look_up(const std::function<Lookup()>& look) {
  try {
    return look();
  } catch (const ConnectorError& error) {
    if (error.stops_target()) throw;
    return {error.kind == ErrorKind::kNotFound ? Presence::kAbsent : Presence::kUnknown, {}};
  }
}

std::vector<Finding> find_out(const std::function<std::string()>& look) {
  try {
    return {{true, look()}};
  } catch (const ConnectorError& error) {
    return {{false, error.what()}};
  }
}

Applied confirmed(Account now) {
  std::string id = now.remote_id;
  return {std::move(id), std::move(now), {}};
}

std::vector<Applied> apply_each(std::span<const Change> changes, Steps& steps,
                                const Capabilities& can, std::string_view provider,
                                const std::function<Applied(const Change&)>& send) {
  std::vector<Applied> applied;
  for (const Change& change : changes) {
    const std::string_view step = to_string(change.action);
    if (!declares(can, change.action)) {
      throw ConnectorError(ErrorKind::kUnsupported,
                           fmt::format("{} cannot {} anybody", provider, step));
    }
    steps.intend(step, change.key);
    applied.push_back(understood(change, send));
    steps.done(step, applied.back().remote_id);
  }
  return applied;
}

}  // namespace usher
