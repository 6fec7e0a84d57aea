#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/report/text_style.h"

namespace usher {

/// A table for people: columns aligned by display width, two blanks between them. Cells may hold
/// foreign values; they are escaped here. A column without any content is left out, title and all.
class Table {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };

  explicit Table(std::vector<Column> columns);

  /// One row. Missing cells are empty; more cells than columns are a programming error
  /// (std::invalid_argument).
  void add(std::vector<std::string> cells);

  [[nodiscard]] bool empty() const { return rows_.empty(); }

  /// One line per row, each ending in a newline; no blanks at line ends. Every line is led by
  /// `indent`. Without titles there is no head line.
  [[nodiscard]] std::string render(const TextStyle& style, std::string_view indent = {}) const;

 private:
  [[nodiscard]] std::string line(const std::vector<std::string>& cells) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;  ///< escaped
  std::vector<std::size_t> widths_;             ///< of the widest cell, titles not counted
};

}  // namespace usher
