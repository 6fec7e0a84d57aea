#pragma once

#include <optional>

#include "config/setting_reader.h"

namespace usher {

/// One value as its spec wants it; nothing when a problem was reported.
[[nodiscard]] std::optional<SettingValues::Stored> read_setting_value(const Reading& reading,
                                                                      const SettingSpec& spec,
                                                                      const YamlNode& node,
                                                                      UrlFamily urls,
                                                                      Completeness completeness);

/// The value that a spec falls back to. Throws std::logic_error when the table itself is wrong.
[[nodiscard]] SettingValues::Stored fallback_value(const Reading& reading, const SettingSpec& spec,
                                                   UrlFamily urls);

}  // namespace usher
