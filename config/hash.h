#pragma once

#include <span>
#include <string>
#include <string_view>

#include "config/settings.h"

namespace usher {

/// SHA-256, in hex, over the settings that decide which people a read of a source returns, or what
/// a target does to accounts. Secrets and what only says how to get there are left out.
[[nodiscard]] std::string hash_of(std::string_view type, const SettingValues& settings,
                                  std::span<const SettingSpec> specs);

/// The same over what decides who is wanted in this target, and what becomes of the others: its
/// sources, scope, match, map, leavers and settings. Limits, schedule and secrets are left out.
[[nodiscard]] std::string hash_of(const TargetConfig& target, const Config& config);

/// The same over everything but secrets. Call it last.
[[nodiscard]] std::string hash_of(const Config& config);

}  // namespace usher
