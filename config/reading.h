#pragma once

#include <string>

#include "config/problems.h"
#include "config/settings.h"
#include "config/yaml_node.h"

namespace usher {

/// What every part of the reader needs. All of it must outlive the reading.
struct Reading {
  Problems& problems;
  const Catalogue& catalogue;
  Secrets secrets;
  std::string directory;  ///< of the configuration file, absolute: relative paths begin here
};

/// `text` seen from the folder of the configuration file.
[[nodiscard]] std::string absolute_path(const Reading& reading, const std::string& text);

/// Whether a name can be used for a source or target: it appears in commands, metrics and ids.
/// Reports where it cannot.
bool check_name(const Reading& reading, const YamlEntry& entry, std::string_view what);
inline constexpr std::string_view kNamePattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$";

}  // namespace usher
