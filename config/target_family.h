#pragma once

#include "config/reading.h"
#include "config/settings.h"
#include "config/yaml_node.h"

namespace usher {

/// Reads a target that has `for_each`. Of a table every row becomes a target of `config`; of an
/// attribute, whose values are people's, the target becomes one of its families.
///
/// `entry` has what it inherits from templates. What is wrong with every member is reported where
/// it stands in the configuration; what is wrong with one row, in its table.
void read_family(const Reading& reading, const YamlNode& root, const YamlEntry& entry,
                 Config& config);

}  // namespace usher
