#include "connectors/csv/settings.h"

#include <array>
#include <string_view>

#include "mapping/text.h"

namespace usher::csv {
namespace {

constexpr std::array<std::string_view, 4> kDelimiters = {",", ";", "\t", "tab"};
constexpr std::array<std::string_view, 2> kFiles = {"stable", "any"};

char to_delimiter(std::string_view text) {
  return text == "tab" ? '\t' : text.front();
}

}  // namespace

std::vector<SettingSpec> setting_specs() {
  return {
      {.name = "path",
       .kind = SettingKind::kPath,
       .required = true,
       .help = "one CSV file, or a directory whose *.csv files are read in name order"},
      {.name = "delimiter",
       .kind = SettingKind::kChoice,
       .fallback = ",",
       .help = "what stands between two cells: a comma, a semicolon or a tab",
       .choices = kDelimiters},
      {.name = "columns",
       .kind = SettingKind::kTextMap,
       .help = "renames: column name in the header → attribute name"},
      {.name = "id",
       .kind = SettingKind::kText,
       .required = true,
       .help = "column that holds the immutable id; unique and never empty"},
      {.name = "groups.column",
       .kind = SettingKind::kText,
       .help = "column that lists the groups of a person; default: `groups` where there is one"},
      {.name = "groups.separator",
       .kind = SettingKind::kText,
       .fallback = ";",
       .help = "what stands between two groups of one cell"},
      {.name = "files",
       .kind = SettingKind::kChoice,
       .fallback = "stable",
       .help = "stable: a file of the last complete read that is missing makes the read "
               "incomplete; any: files come and go (dated names)",
       .choices = kFiles,
       .decides = false},
  };
}

std::string shown(const Settings& settings, const std::string& path) {
  return escape_for_display(settings.shown_path + path.substr(settings.path.size()));
}

Settings to_settings(const SettingValues& values) {
  Settings settings;
  settings.path = values.text("path");
  settings.shown_path = values.written("path");
  settings.delimiter = to_delimiter(values.text_or("delimiter", ","));
  if (values.has("columns")) {
    for (const auto& [header, attribute] : values.pairs("columns")) {
      settings.columns.set(header, attribute);
    }
  }
  settings.id = values.text("id");
  settings.groups_column = values.text_or("groups.column", "");
  settings.groups_separator = values.text_or("groups.separator", ";");
  return settings;
}

}  // namespace usher::csv
