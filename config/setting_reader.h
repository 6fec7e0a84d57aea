#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/address.h"
#include "config/reading.h"
#include "mapping/connector_spec.h"

namespace usher {

/// Where a key of a section stands, and what is written there.
struct FoundSetting {
  std::size_t key_offset;
  YamlNodePtr value;
};

/// What one section says: values, with fallbacks filled in, and where each written one stands.
struct SectionValues {
  SettingValues values;
  std::map<std::string, FoundSetting, std::less<>> found;

  [[nodiscard]] const FoundSetting* find(std::string_view name) const;
};

/// How complete a section must be.
enum class Completeness {
  kWhole,  ///< required keys must be there and secrets must resolve
  kPart,   ///< a template or credential: only what is written is checked
};

/// What a section may hold.
struct SectionShape {
  std::string title;       ///< `target 'sales'`
  std::size_t offset = 0;  ///< where something missing is reported
  std::vector<SettingSpec> keys;
  Texts other_keys = {};  ///< keys that somebody else reads
  UrlFamily urls = UrlFamily::kHttp;
  Completeness completeness = Completeness::kWhole;
  SettingCheck check = nullptr;  ///< what else must hold between the settings
};

/// Reads a mapping against a table of settings. Everything wrong with it is reported: unknown keys,
/// wrong types, missing keys, secrets in plain text or that cannot be resolved.
[[nodiscard]] SectionValues read_section(const Reading& reading, const SectionShape& shape,
                                         const YamlNode& node);

}  // namespace usher
