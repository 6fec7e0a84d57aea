#pragma once

#include <vector>

#include "mapping/connector_spec.h"
#include "mapping/setting.h"

namespace usher {

/// The tables of all keys that are not a connector's or a source's own. The parser and the JSON
/// Schema are made from the same ones.

/// Of the file itself; `credentials`, `templates`, `sources` and `targets` are sections of their
/// own.
[[nodiscard]] const std::vector<SettingSpec>& root_keys();
[[nodiscard]] const Texts& root_sections();

/// Of every source.
[[nodiscard]] const std::vector<SettingSpec>& common_source_keys();

/// Of every target; `map` is read by itself.
[[nodiscard]] const std::vector<SettingSpec>& common_target_keys();

/// Of `for_each` in a target.
[[nodiscard]] const std::vector<SettingSpec>& for_each_keys();

/// All keys of a source of this type.
[[nodiscard]] std::vector<SettingSpec> source_keys(const SourceSpec& type);

/// All keys of a target of this connector.
[[nodiscard]] std::vector<SettingSpec> target_keys(const ConnectorSpec& connector);

/// The keys that at least one connector understands: for credentials. Of two connectors that use
/// one name differently the first counts.
[[nodiscard]] std::vector<SettingSpec> connector_keys(const std::vector<ConnectorSpec>& connectors);

/// All keys that a target of some connector may have: for templates that leave the connector open.
[[nodiscard]] std::vector<SettingSpec> any_target_keys(
    const std::vector<ConnectorSpec>& connectors);

}  // namespace usher
