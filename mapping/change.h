#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/value.h"

namespace usher {

/// In the order in which a plan carries them out: first what sends nothing, then what takes away
/// and so frees seats and keys, then what changes, then what adds; tasks for humans come last.
enum class Action {
  kAdopt,
  kRevoke,
  kDeactivate,
  kDelete,
  kUpdate,
  kReactivate,
  kReinvite,
  kAssign,
  kCreate,
  kInvite,
  kManual,
};
inline constexpr std::array kActions{Action::kAdopt,    Action::kRevoke, Action::kDeactivate,
                                     Action::kDelete,   Action::kUpdate, Action::kReactivate,
                                     Action::kReinvite, Action::kAssign, Action::kCreate,
                                     Action::kInvite,   Action::kManual};

enum class Cause { kJoiner, kMover, kLeaver, kDrift, kConfiguration };

enum class ChangeStatus { kPlanned, kHeld, kWaiting, kApplied, kFailed, kSkipped, kUnknown };
inline constexpr std::array kChangeStatuses{
    ChangeStatus::kPlanned, ChangeStatus::kHeld,    ChangeStatus::kWaiting, ChangeStatus::kApplied,
    ChangeStatus::kFailed,  ChangeStatus::kSkipped, ChangeStatus::kUnknown};

/// The classes in which guards hold changes back. `kSeats` is never approved: its changes go when
/// seats are free.
enum class HoldClass { kRemovals, kUpdates, kCreates, kAdoptions, kConfiguration, kSeats };

[[nodiscard]] std::string_view to_string(Action action);
[[nodiscard]] std::string_view to_string(Cause cause);
[[nodiscard]] std::string_view to_string(ChangeStatus status);
[[nodiscard]] std::string_view to_string(HoldClass hold_class);
[[nodiscard]] std::optional<Action> parse_action(std::string_view text);
[[nodiscard]] std::optional<Cause> parse_cause(std::string_view text);
[[nodiscard]] std::optional<HoldClass> parse_hold_class(std::string_view text);

/// One planned operation for one person in one target.
struct Change {
  Action action = Action::kUpdate;
  Cause cause = Cause::kMover;
  std::string source_id;
  std::string remote_id;  ///< empty: the account does not exist yet
  std::string key;
  std::vector<std::string> fields;  ///< names of the attributes that differ, sorted
  std::optional<Fields> before;     ///< what the target has; nothing for a new account
  std::optional<Fields> after;      ///< what it should have; nothing for a removal
  std::string reason;  ///< one sentence a human can act on; for `manual` the instructions
  ChangeStatus status = ChangeStatus::kPlanned;
  int attempt = 0;    ///< how often it has failed before
  std::string error;  ///< why it failed, was skipped or is unknown

  bool needs_lookup = false;        ///< precondition *absent by look-up*: the list was not complete
  bool lowers_entitlement = false;  ///< counts as a removal for receipts, absence and limits
  bool sends_mail = false;
  bool moves_link = false;  ///< an adopt that takes the link away from a proven gone account
  int requests = 1;         ///< what apply sends for it, look-up and read-back included
  std::optional<HoldClass> hold_class;  ///< set while status is `held`
};

/// Whether carrying the change out takes access away: deactivate, delete, revoke, and anything
/// that lowers an entitlement.
[[nodiscard]] bool is_removal(const Change& change);

/// Whether a 200 is no proof that the change was carried out: the account is looked at again.
[[nodiscard]] bool is_read_back(const Change& change);

/// Whether the change brings a new account into being: create, invite, assign.
[[nodiscard]] bool is_creation(const Change& change);

/// Whether the change takes over an account that was there before usher knew it: an adopt, or the
/// reinvite of somebody who has no link yet (of those who have one, no cause is `joiner`).
[[nodiscard]] bool is_adoption(const Change& change);

/// Whether nothing is owned any more once the change was carried out. An expired invitation that
/// policy withdraws (cause drift) leaves its link, so that the person is not invited again.
[[nodiscard]] bool ends_link(const Change& change);

/// Whether the change sends anything at all (an adopt without fields and a manual one do not).
[[nodiscard]] bool sends(const Change& change);

/// The text that identifies a change between two plans: action, source_id, remote_id, key, and
/// for updates each `field=after`. Equal lines mean the same change.
[[nodiscard]] std::string identity_line(const Change& change);

}  // namespace usher
