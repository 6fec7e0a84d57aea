#pragma once

#include <vector>

#include "config/reading.h"
#include "config/settings.h"

namespace usher {

/// The `sources` of the file. Those that have a problem are left out; it was reported.
[[nodiscard]] std::vector<SourceConfig> read_sources(const Reading& reading, const YamlNode& root);

}  // namespace usher
