#pragma once

#include <vector>

#include "mapping/problem.h"
#include "mapping/value.h"

namespace usher {
class SettingValues;
}  // namespace usher

namespace usher::csv {

/// What the headers of a source's files say.
struct HeaderCheck {
  Texts attributes;  ///< of all files together, by the names that people will have; no repeats
  std::vector<Problem> problems;  ///< an error: the file cannot be read as it is
};

/// Reads the first record of every file that exists, for `usher check`: a missing id or groups
/// column, names that are there twice or not at all. Cheap, and silent about files that are not
/// there (yet).
[[nodiscard]] HeaderCheck check_headers(const SettingValues& settings);

}  // namespace usher::csv
