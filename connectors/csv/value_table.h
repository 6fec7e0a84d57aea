#pragma once

#include <string>

#include "mapping/value_table.h"

namespace usher::csv {

/// Reads a CSV file with a header (RFC 4180, UTF-8, fields separated by commas) that says nothing
/// about people: the table of a `for_each`. Blanks around names and values are cut off. Never
/// throws: what is wrong with the file is in the table's faults.
[[nodiscard]] ValueTable load_value_table(const std::string& path);

/// The same for a text at hand. Pure.
[[nodiscard]] ValueTable parse_value_table(std::string_view text);

}  // namespace usher::csv
