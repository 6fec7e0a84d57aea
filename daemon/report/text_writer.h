#pragma once

#include <string>
#include <string_view>

#include "daemon/report/layout.h"
#include "daemon/report/text_style.h"

namespace usher {

/// Puts a text for people together line by line, in one style. Foreign values must be escaped by
/// the caller (`shown`) before colours are added.
class TextWriter {
 public:
  explicit TextWriter(const TextStyle& style) : style_(style) {}

  /// Breaks at the style's width; lines after the first are indented two further.
  void line(std::size_t indent, std::string_view text);

  /// One line, however long: commands that are there to be copied.
  void verbatim(std::size_t indent, std::string_view text);

  /// Several finished lines.
  void lines(std::string_view text) { out_ += text; }

  /// An empty line; never two in a row, nor one at the top.
  void blank();

  [[nodiscard]] std::string colour(Paint paint_as, std::string_view text) const {
    return paint(style_, paint_as, text);
  }
  [[nodiscard]] const TextStyle& style() const { return style_; }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  const TextStyle style_;
  std::string out_;
};

/// A foreign value made safe to show.
[[nodiscard]] std::string shown(std::string_view foreign);

}  // namespace usher
