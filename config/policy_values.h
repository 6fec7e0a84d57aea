#pragma once

#include <string>

#include "config/setting_reader.h"
#include "config/source_text.h"
#include "mapping/policy.h"

namespace usher {

/// The policy that a target's values describe. `where` stands for limits that are not written.
[[nodiscard]] Policy to_policy(const SectionValues& read, const SourceText& text,
                               const std::string& where);

[[nodiscard]] Mode to_mode(const SettingValues& values);

/// A duration of a target. Those count full seconds; parts of one are rounded up.
[[nodiscard]] std::chrono::seconds to_seconds(const SettingValues& values, std::string_view name);

}  // namespace usher
