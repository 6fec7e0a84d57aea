#pragma once

#include <string>
#include <string_view>

namespace usher {

/// Offset of the first byte that is not well-formed UTF-8; npos: all of it is.
[[nodiscard]] std::size_t find_invalid_utf8(std::string_view text);

/// The normal form in which keys compare: NFC with ASCII letters lower-cased. Ill-formed UTF-8 is
/// returned as it is.
[[nodiscard]] std::string fold_key(std::string_view key);

/// Why `key` must never match anything: control or bidirectional characters, ill-formed UTF-8, or
/// a compatibility normal form that gains ASCII letters (a fullwidth `ａ` would pass for an `a`).
/// Empty: the key is fine.
[[nodiscard]] std::string key_problem(std::string_view key);

/// The composed normal form of Unicode (NFC). Ill-formed UTF-8 is returned as it is.
[[nodiscard]] std::string to_nfc(std::string_view text);

/// Unicode case mapping, for the `lower` and `upper` filters.
[[nodiscard]] std::string to_lower(std::string_view text);
[[nodiscard]] std::string to_upper(std::string_view text);

/// ASCII letters only; the case rule of attribute names and protocol tokens.
[[nodiscard]] std::string ascii_lower(std::string_view text);

/// Transliterates to ASCII: decomposes, drops marks, spells out ß æ ø ł and their like, drops
/// what has no ASCII form.
[[nodiscard]] std::string to_ascii(std::string_view text);

[[nodiscard]] std::string_view trim(std::string_view text);

/// Makes a foreign value safe to show: control, escape and bidirectional characters and
/// ill-formed bytes become `\xNN` or `\u{NNNN}`.
[[nodiscard]] std::string escape_for_display(std::string_view text);
/// The same between backticks, for the middle of a sentence.
[[nodiscard]] std::string quote_for_display(std::string_view text);

/// Whether all of `text` fits `pattern`, in which each `*` stands for any text, without regard to
/// letter case.
[[nodiscard]] bool fits(std::string_view pattern, std::string_view text);

/// Number of Unicode code points.
[[nodiscard]] std::size_t count_code_points(std::string_view text);

/// The candidate nearest to `word`, for "did you mean"; empty when none is near.
template <typename Range>
[[nodiscard]] std::string nearest(std::string_view word, const Range& candidates);
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

template <typename Range>
std::string nearest(std::string_view word, const Range& candidates) {
  std::string best;
  std::size_t best_distance = word.size() / 3 + 2;
  for (const auto& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace usher
