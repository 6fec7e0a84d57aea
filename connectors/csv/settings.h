#pragma once

#include <string>
#include <vector>

#include "mapping/setting.h"
#include "mapping/value.h"

namespace usher::csv {

/// The settings of one CSV source, as the reader uses them.
struct Settings {
  std::string path;                    ///< a file, or a directory of `*.csv`
  std::string shown_path;              ///< the same as the configuration writes it, for messages
  char delimiter = ',';                ///< `,` `;` or tab
  NameMap<std::string> columns;        ///< header name → attribute name
  std::string id;                      ///< attribute that holds the immutable id
  std::string groups_column;           ///< empty: a column named `groups`, where there is one
  std::string groups_separator = ";";  ///< between two group names of one cell
};

/// What the configuration may say about a CSV source.
[[nodiscard]] std::vector<SettingSpec> setting_specs();

/// `path`, which lies at or below `settings.path`, as people wrote it; safe to show.
[[nodiscard]] std::string shown(const Settings& settings, const std::string& path);

[[nodiscard]] Settings to_settings(const SettingValues& values);

}  // namespace usher::csv
