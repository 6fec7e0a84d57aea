#include "daemon/report/table.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "daemon/report/layout.h"
#include "mapping/text.h"

namespace usher {

Table::Table(std::vector<Column> columns)
    : columns_(std::move(columns)), widths_(columns_.size(), 0) {}

void Table::add(std::vector<std::string> cells) {
  if (cells.size() > columns_.size()) throw std::invalid_argument("more cells than columns");
  cells.resize(columns_.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = escape_for_display(cells[i]);
    widths_[i] = std::max(widths_[i], display_width(cells[i]));
  }
  rows_.push_back(std::move(cells));
}

std::string Table::line(const std::vector<std::string>& cells) const {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (widths_[i] == 0) continue;
    const std::size_t width = std::max(widths_[i], display_width(columns_[i].title));
    if (!text.empty()) text += "  ";
    text +=
        columns_[i].align == Align::kRight ? pad_left(cells[i], width) : pad_right(cells[i], width);
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::string Table::render(const TextStyle& style, std::string_view indent) const {
  std::string text;
  const bool titled =
      std::ranges::any_of(columns_, [](const Column& c) { return !c.title.empty(); });
  if (titled && !rows_.empty()) {
    std::vector<std::string> titles;
    for (const Column& column : columns_) titles.push_back(column.title);
    text.append(indent).append(paint(style, Paint::kBold, line(titles))).append("\n");
  }
  for (const auto& row : rows_) text.append(indent).append(line(row)).append("\n");
  return text;
}

}  // namespace usher
