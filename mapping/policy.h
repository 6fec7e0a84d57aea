#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mapping/capabilities.h"

namespace usher {

using Days = std::chrono::duration<std::int64_t, std::ratio<86'400>>;

/// A number from the configuration together with where it stands, so that what decides and what is
/// printed can never differ.
template <typename T>
struct Placed {
  T value;
  std::string where;  ///< `usher.yaml:41:7`; of the target where the file is silent
};

enum class Adopt { kAuto, kHold, kNever };
enum class LeaverAction { kKeep, kFlag, kDeactivate, kDelete };
enum class Vanished { kRecreate, kReport };
enum class ExpiredInvitation { kReinvite, kRevoke, kKeep };
enum class Mode { kPlan, kApply };

struct LeaverPolicy {
  LeaverAction action = LeaverAction::kFlag;
  int reads = 1;                  ///< complete reads in a row that must lack the person
  std::chrono::seconds after{0};  ///< since the first of them
  std::optional<std::chrono::seconds> delete_after;  ///< after the deactivation; nothing: never
};

struct InvitationPolicy {
  ExpiredInvitation expired = ExpiredInvitation::kReinvite;
  int max = 3;                             ///< mails per person
  std::chrono::seconds every{7 * 86'400};  ///< at most one mail in this time
};

struct Limits {
  Placed<int> removals_percent{10, {}};
  Placed<int> removals_count{50, {}};
  Placed<int> removals_per_day{100, {}};
  Placed<int> removals_per_week{200, {}};
  Placed<int> updates_percent{40, {}};
  Placed<int> creates_count{1000, {}};
};

/// Everything of a target's configuration that decides about changes.
struct Policy {
  Adopt adopt = Adopt::kAuto;
  LeaverPolicy leavers;
  Vanished vanished = Vanished::kRecreate;
  bool reactivate_always = false;
  InvitationPolicy invitations;
  Texts protected_accounts;  ///< folded keys or remote ids
  bool reuse = false;        ///< released placeholders may be given to somebody else
  std::chrono::seconds reuse_after{7 * 86'400};
  Limits limits;
  /// Digest of the connector's settings that decide what is compared and done: a change of them is
  /// a change of what is wanted.
  std::string settings_hash;
};

}  // namespace usher
