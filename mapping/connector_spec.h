#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mapping/capabilities.h"
#include "mapping/setting.h"

namespace usher {

/// Settings that are fine one by one but not together.
struct SettingFault {
  std::string setting;  ///< the one to point at; where the file does not have it, at the whole
  std::string message;  ///< what is wrong, with its cure
};

/// Looks at settings together (`bind: simple` without `bind_dn`). Only called when each of them is
/// fine. A secret that could not be resolved is there, but empty: ask `has`.
using SettingCheck = std::vector<SettingFault> (*)(const SettingValues& values);

/// What the configuration must know of a connector: which keys its targets understand and which
/// attributes `map` may name.
struct ConnectorSpec {
  std::string_view name;
  std::vector<SettingSpec> settings;
  Capabilities capabilities;
  SettingCheck check = nullptr;
};

/// The same for a type of source.
struct SourceSpec {
  std::string_view name;
  std::vector<SettingSpec> settings;
  SettingCheck check = nullptr;
};

}  // namespace usher
