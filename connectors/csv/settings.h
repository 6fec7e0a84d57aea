#pragma once

#include <string>
#include <vector>

#include "mapping/setting.h"
#include "mapping/value.h"

namespace usher::csv {

/// The settings of one CSV source, as the reader uses them.
struct Settings {
  std::string path;                    ///< a file, or a directory of `*.csv`
  char delimiter = ',';                ///< `,` `;` or tab
  NameMap<std::string> columns;        ///< header name → attribute name
  std::string id;                      ///< attribute that holds the immutable id
  std::string groups_column;           ///< empty: a column named `groups`, where there is one
  std::string groups_separator = ";";  ///< between two group names of one cell
};

/// What the configuration may say about a CSV source.
[[nodiscard]] std::vector<SettingSpec> setting_specs();

[[nodiscard]] Settings to_settings(const SettingValues& values);

}  // namespace usher::csv
