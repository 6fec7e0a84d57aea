#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "mapping/problem.h"
#include "mapping/value.h"

namespace usher::csv {

struct Record;
struct Settings;

/// Which cell of a row becomes which attribute.
struct Column {
  std::string attribute;
  std::size_t index = 0;
};

/// What the first record of a file says about the rows below it.
struct Header {
  Texts names;                        ///< as they stand in the file, in its order
  std::vector<Column> columns;        ///< that become attributes, sorted by attribute name
  std::optional<std::size_t> id;      ///< index of the id's cell; the file is unusable without
  std::optional<std::size_t> groups;  ///< index of the cell with the groups
  Texts unread;  ///< attributes that the configuration counts on and this file cannot tell:
                 ///< their column is missing or there twice
  std::vector<Problem> problems;  ///< an error makes the file unusable, a warning does not

  /// The first error; null when rows can be read.
  [[nodiscard]] const Problem* error() const;
};

/// Reads the header of `file` (its name for messages). Pure; finds all problems at once.
[[nodiscard]] Header to_header(const Record& record, const Settings& settings,
                               const std::string& file);

/// `people/hr.csv:12:5`
[[nodiscard]] std::string to_where(const std::string& file, const Record& record,
                                   std::size_t offset);

}  // namespace usher::csv
