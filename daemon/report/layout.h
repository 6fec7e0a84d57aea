#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/report/text_style.h"

namespace usher {

/// Columns a terminal needs for `text`: a CJK letter takes two, a combining mark or a colour of
/// `paint` none.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// `text` followed, or led, by blanks up to `width` columns; longer text stays whole.
[[nodiscard]] std::string pad_right(std::string_view text, std::size_t width);
[[nodiscard]] std::string pad_left(std::string_view text, std::size_t width);

/// Breaks `text` at blanks into lines of at most `width` columns; a longer word has a line of its
/// own. Width 0: one line.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t width);

enum class Paint { kBold, kDim, kRed, kYellow, kGreen, kCyan };

/// `text` in that colour where the style has colours, else as it is.
[[nodiscard]] std::string paint(const TextStyle& style, Paint colour, std::string_view text);

/// `1,204`
[[nodiscard]] std::string grouped(std::uint64_t number);

/// `1 change`, `2 changes`, `1,204 people`; the plural is `one` with an s unless given.
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view one,
                                  std::string_view many = {});

/// `2026-01-02T03:04:05Z` for seconds since the epoch; `never` for 0.
[[nodiscard]] std::string format_utc(std::int64_t seconds);

/// `12 s`, `3 min 20 s`, `2 h 5 min`; less than a second is `1 s`.
[[nodiscard]] std::string format_span(double seconds);

/// With a capital first letter, where that is an ASCII one.
[[nodiscard]] std::string capitalised(std::string text);

/// The texts with `separator` between them.
[[nodiscard]] std::string join(const std::vector<std::string>& texts, std::string_view separator);

}  // namespace usher
