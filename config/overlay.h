#pragma once

#include <string>
#include <string_view>

#include "config/reading.h"
#include "config/yaml_node.h"

namespace usher {

/// One mapping laid on another: mappings inside are merged key by key, everything else (texts,
/// lists, secrets) is replaced as a whole. Every key keeps the place where it was written.
[[nodiscard]] YamlNodePtr overlay(const YamlNodePtr& base, const YamlNodePtr& over);

/// The target (or template) with the templates it extends laid under it. Reports templates that do
/// not exist and such as extend each other in a circle.
[[nodiscard]] YamlNodePtr with_templates(const Reading& reading, const YamlNode& root,
                                         const YamlNodePtr& target);

/// The target with the settings of the credential it names laid under it. Reports a credential that
/// does not exist.
[[nodiscard]] YamlNodePtr with_credential(const Reading& reading, const YamlNode& root,
                                          const YamlNodePtr& target);

/// The mapping without one of its keys.
[[nodiscard]] YamlNodePtr without_key(const YamlNodePtr& map, std::string_view key);

/// The section of the file with this name; null when it is absent or no mapping.
[[nodiscard]] const YamlNode* find_section(const YamlNode& root, std::string_view name);

/// The names of a section's entries.
[[nodiscard]] Texts names_in(const YamlNode& root, std::string_view section);

}  // namespace usher
