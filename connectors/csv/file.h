#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>
#include <vector>

namespace usher::csv {

/// A file of people, read once from beginning to end. Read, not mapped: a file that shrinks under
/// a mapping ends the process.
class File {
 public:
  /// Throws ConnectorError when it cannot be opened or is not a regular file.
  explicit File(std::string path);
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  /// The next bytes, valid until the next call; empty at the end. Throws ConnectorError.
  [[nodiscard]] std::string_view read();

  /// After the end: why what was read may not be one state of the file (it grew, was replaced, is
  /// gone); empty: it is.
  [[nodiscard]] std::string find_change() const;

 private:
  const std::string path_;
  int descriptor_ = -1;
  struct stat before_ {};
  std::vector<char> buffer_;
  std::int64_t size_ = 0;  ///< bytes read so far
};

/// What stands at the configured path.
struct Files {
  bool is_directory = false;
  std::string prefix;                ///< with each name: the path to open
  std::vector<std::string> names;    ///< of `*.csv` in name order; of a single file: its own name
  std::vector<std::string> ignored;  ///< that differ from `*.csv` only in case, so may be a mistake
};

/// Throws ConnectorError when there is nothing at `path` or it cannot be looked into.
[[nodiscard]] Files list_files(const std::string& path);

}  // namespace usher::csv
