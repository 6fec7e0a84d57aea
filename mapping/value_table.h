#pragma once

#include <string>
#include <vector>

namespace usher {

/// A table of texts with a header, as `for_each` of the configuration reads it. Every cell knows
/// its place in the file, counted as editors do.
struct ValueTable {
  struct Cell {
    std::string text;  ///< of the header: a name; of a row: empty where there is no value
    int line = 1;
    int column = 1;
  };
  using Row = std::vector<Cell>;

  /// Something that cannot be read. A row with a fault is not among `rows`.
  struct Fault {
    int line = 0;  ///< 0: the file as a whole
    int column = 0;
    std::string message;  ///< with its cure
  };

  Row header;
  std::vector<Row> rows;  ///< each as long as the header
  std::vector<Fault> faults;
};

/// Reads the table at an absolute path. Never throws: what is wrong is in the faults.
using TableReader = ValueTable (*)(const std::string& path);

}  // namespace usher
