#pragma once

#include <string>
#include <string_view>

#include "config/settings.h"

namespace usher {

/// SHA-256, in hex, over what decides which people a read of this source returns, and their ids.
/// Secrets and what only says how to get there are left out.
[[nodiscard]] std::string hash_of(const SourceConfig& source, const SourceSpec& spec);

/// The same over what decides who is wanted in this target, and how: its sources, scope, match, map
/// and leavers. Limits, schedule and secrets are left out.
[[nodiscard]] std::string hash_of(const TargetConfig& target, const Config& config);

/// The same over everything but secrets. Call it last.
[[nodiscard]] std::string hash_of(const Config& config);

}  // namespace usher
