#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace usher {

/// A place as editors count it: line and column from 1, columns in characters, not bytes.
struct Place {
  int line = 1;
  int column = 1;
};

/// The text of a configuration file. Everything the reader says about the file refers to it by
/// byte offset; only here an offset becomes a line and a column. Constant after construction.
class SourceText {
 public:
  SourceText(std::string file, std::string text);

  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] std::string_view text() const { return text_; }

  [[nodiscard]] Place place(std::size_t offset) const;

  /// `usher.yaml:41:7`
  [[nodiscard]] std::string where(std::size_t offset) const;

 private:
  std::string file_;
  std::string text_;  ///< without byte order mark
  std::vector<std::size_t> line_starts_;
};

}  // namespace usher
