#pragma once

#include <optional>
#include <string>

#include "config/reading.h"
#include "config/setting_reader.h"
#include "config/settings.h"
#include "config/yaml_node.h"

namespace usher {

/// Reads the `targets` of the file, each with what it inherits, into `config`, which has the
/// sources already. Those that have a problem may be incomplete; it was reported.
void read_targets(const Reading& reading, const YamlNode& root, Config& config);

/// A target, or template, as it is to be read.
struct TargetNode {
  const YamlNode& root;  ///< of the file
  std::string title;     ///< `target 'sales'`
  std::string name;
  std::size_t offset = 0;  ///< of the name
  YamlNodePtr node;        ///< with everything inherited; variables have their values
  Completeness completeness = Completeness::kWhole;
};

/// Reads one target but for its hash. Nothing where so little is known of it that no target can be
/// made; that was reported, and so was everything else that is wrong.
[[nodiscard]] std::optional<TargetConfig> read_target(const Reading& reading,
                                                      const TargetNode& what);

/// Checks `templates` and `credentials`, also those that nobody uses.
void check_shared_sections(const Reading& reading, const YamlNode& root);

}  // namespace usher
