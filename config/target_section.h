#pragma once

#include <vector>

#include "config/reading.h"
#include "config/settings.h"

namespace usher {

/// The `targets` of the file, each with what it inherits. `config` has the sources already. Those
/// that have a problem may be incomplete; it was reported.
[[nodiscard]] std::vector<TargetConfig> read_targets(const Reading& reading, const YamlNode& root,
                                                     const Config& config);

/// Checks `templates` and `credentials`, also those that nobody uses.
void check_shared_sections(const Reading& reading, const YamlNode& root);

}  // namespace usher
