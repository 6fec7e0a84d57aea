#include "config/source_text.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "mapping/text.h"

namespace usher {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

SourceText::SourceText(std::string file, std::string text)
    : file_(std::move(file)), text_(std::move(text)) {
  if (text_.starts_with(kByteOrderMark)) text_.erase(0, kByteOrderMark.size());
  line_starts_.push_back(0);
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
  }
}

Place SourceText::place(std::size_t offset) const {
  const std::size_t within = std::min(offset, text_.size());
  const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), within);
  const std::size_t start = *(next - 1);
  const auto before = text().substr(start, within - start);
  return {static_cast<int>(next - line_starts_.begin()),
          static_cast<int>(count_code_points(before)) + 1};
}

std::string SourceText::where(std::size_t offset) const {
  const Place at = place(offset);
  return fmt::format("{}:{}:{}", file_, at.line, at.column);
}

}  // namespace usher
