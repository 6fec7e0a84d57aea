#pragma once

#include <vector>

#include "config/reading.h"
#include "config/setting_reader.h"
#include "mapping/capabilities.h"
#include "mapping/mapper.h"

namespace usher {

/// The `map` of a target, compiled. `capabilities` is null where the connector is not known (a
/// template): then attribute names are not checked.
[[nodiscard]] std::vector<AttributeMapping> read_map(const Reading& reading, const YamlNode& map,
                                                     const Capabilities* capabilities);

/// Reports attributes that the connector requires and `mappings` lacks, at `offset`.
void check_required_attributes(const Reading& reading, std::size_t offset,
                               const std::vector<AttributeMapping>& mappings,
                               const Capabilities& capabilities);

/// Compiles a filter; nothing when it cannot be read, which is reported where it goes wrong.
[[nodiscard]] std::optional<Filter> compile_filter(const Reading& reading, std::string_view key,
                                                   const YamlNode& node);

}  // namespace usher
