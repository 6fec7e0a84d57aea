#include "mapping/text.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <numeric>
#include <vector>

namespace usher {
namespace {

struct CodePoint {
  utf8proc_int32_t value;  ///< negative: the byte begins no well-formed sequence
  std::size_t bytes;       ///< 1 for an ill-formed byte
};

/// The code point at the front of a text that is not empty.
CodePoint decode(std::string_view text) {
  utf8proc_int32_t value = -1;
  const auto bytes = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                      static_cast<utf8proc_ssize_t>(text.size()), &value);
  return bytes > 0 ? CodePoint{value, static_cast<std::size_t>(bytes)} : CodePoint{-1, 1};
}

void append(std::string& out, utf8proc_int32_t code_point) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto size = utf8proc_encode_char(code_point, bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

/// Calls `visit(code_point, bytes)` for each code point in turn.
template <typename Visit>
void for_each_code_point(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const CodePoint next = decode(text);
    visit(next.value, text.substr(0, next.bytes));
    text.remove_prefix(next.bytes);
  }
}

/// Length of the run of ASCII at the front; eight bytes at a time, since whole files pass here.
std::size_t ascii_prefix(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080;
  std::size_t at = 0;
  for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof(word));
    if ((word & kHighBits) != 0) break;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at;
}

bool is_ascii(std::string_view text) {
  return ascii_prefix(text) == text.size();
}

bool is_ascii_letter(utf8proc_int32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string normalize(std::string_view text, int options) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                 static_cast<utf8proc_ssize_t>(text.size()), &mapped,
                                 static_cast<utf8proc_option_t>(options | UTF8PROC_STABLE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(mapped, &std::free);
  if (size < 0) return std::string(text);
  return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)};
}

bool is_bidirectional(utf8proc_int32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

bool is_line_separator(utf8proc_int32_t c) {
  return c == 0x2028 || c == 0x2029;
}

bool is_control(utf8proc_int32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

std::string hex_name(utf8proc_int32_t c) {
  std::array<char, 16> name{};
  std::snprintf(name.data(), name.size(), "U+%04X", static_cast<unsigned>(c));
  return name.data();
}

/// Why this one code point has no place in a key; empty: it has.
std::string code_point_problem(utf8proc_int32_t c, std::string_view bytes) {
  if (c < 0) return "it is not well-formed UTF-8";
  if (is_control(c) || is_line_separator(c)) return "it holds the control character " + hex_name(c);
  if (c < 0x80) return {};
  if (is_bidirectional(c)) return "it holds the bidirectional control " + hex_name(c);
  if (utf8proc_category(c) == UTF8PROC_CATEGORY_CF) {
    return "it holds the invisible character " + hex_name(c);
  }
  for (const char plain : normalize(bytes, UTF8PROC_COMPOSE | UTF8PROC_COMPAT)) {
    if (is_ascii_letter(plain)) {
      return "it holds " + hex_name(c) + ", which could pass for the letter " + plain;
    }
  }
  return {};
}

struct Transliteration {
  utf8proc_int32_t from;
  std::string_view to;
};

/// What decomposition leaves whole although there is an accepted ASCII spelling.
constexpr std::array kTransliterations{
    Transliteration{0x00DF, "ss"}, Transliteration{0x1E9E, "SS"}, Transliteration{0x00E6, "ae"},
    Transliteration{0x00C6, "AE"}, Transliteration{0x0153, "oe"}, Transliteration{0x0152, "OE"},
    Transliteration{0x00F8, "o"},  Transliteration{0x00D8, "O"},  Transliteration{0x0142, "l"},
    Transliteration{0x0141, "L"},  Transliteration{0x0111, "d"},  Transliteration{0x0110, "D"},
    Transliteration{0x00F0, "d"},  Transliteration{0x00D0, "D"},  Transliteration{0x00FE, "th"},
    Transliteration{0x00DE, "TH"}, Transliteration{0x0131, "i"},  Transliteration{0x0127, "h"},
    Transliteration{0x0126, "H"},  Transliteration{0x0167, "t"},  Transliteration{0x0166, "T"},
    Transliteration{0x014B, "ng"}, Transliteration{0x014A, "NG"}, Transliteration{0x2010, "-"},
    Transliteration{0x2011, "-"},  Transliteration{0x2013, "-"},  Transliteration{0x2014, "-"},
    Transliteration{0x2018, "'"},  Transliteration{0x2019, "'"},  Transliteration{0x02BC, "'"},
    Transliteration{0x201C, "\""}, Transliteration{0x201D, "\""}, Transliteration{0x2044, "/"}};

std::string_view transliterate(utf8proc_int32_t code_point) {
  for (const auto& [from, to] : kTransliterations) {
    if (from == code_point) return to;
  }
  return {};
}

/// White space as Unicode sees it; a no-break space at the end of a name is a common accident.
constexpr std::array<std::string_view, 25> kSpaces{
    " ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u0085", "\u00a0", "\u1680",
    "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008",
    "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};

/// Most texts begin and end with one; nothing of kSpaces does.
bool is_visible_ascii(char byte) {
  return byte > ' ' && byte < '\x7F';
}

bool is_plain(char c) {
  return c > ' ' && c < 0x7F;
}

std::size_t leading_space(std::string_view text) {
  if (text.empty() || is_plain(text.front())) return 0;
  if (!text.empty() && is_visible_ascii(text.front())) return 0;
  for (const std::string_view space : kSpaces) {
    if (text.starts_with(space)) return space.size();
  }
  return 0;
}

std::size_t trailing_space(std::string_view text) {
  if (text.empty() || is_plain(text.back())) return 0;
  if (!text.empty() && is_visible_ascii(text.back())) return 0;
  for (const std::string_view space : kSpaces) {
    if (text.ends_with(space)) return space.size();
  }
  return 0;
}

void append_byte_escape(std::string& out, unsigned char byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\x";
  out += kDigits[byte >> 4];
  out += kDigits[byte & 0x0F];
}

}  // namespace

std::size_t find_invalid_utf8(std::string_view text) {
  std::size_t at = 0;
  while ((at += ascii_prefix(text.substr(at))) < text.size()) {
    const CodePoint next = decode(text.substr(at));
    if (next.value < 0) return at;
    at += next.bytes;
  }
  return std::string_view::npos;
}

std::string fold_key(std::string_view key) {
  if (is_ascii(key)) return ascii_lower(key);
  if (find_invalid_utf8(key) != std::string_view::npos) return std::string(key);
  // Twice: some letters have a composed form only in lower case (h with a line below).
  return normalize(ascii_lower(normalize(key, UTF8PROC_COMPOSE)), UTF8PROC_COMPOSE);
}

std::string key_problem(std::string_view key) {
  if (is_ascii(key) && std::none_of(key.begin(), key.end(), is_control)) return {};
  std::string problem;
  for_each_code_point(key, [&](utf8proc_int32_t c, std::string_view bytes) {
    if (problem.empty()) problem = code_point_problem(c, bytes);
  });
  return problem;
}

std::string to_nfc(std::string_view text) {
  return is_ascii(text) ? std::string(text) : normalize(text, UTF8PROC_COMPOSE);
}

std::string to_lower(std::string_view text) {
  if (is_ascii(text)) return ascii_lower(text);
  std::string out;
  for_each_code_point(text, [&](utf8proc_int32_t c, std::string_view bytes) {
    c < 0 ? out.append(bytes), void() : append(out, utf8proc_tolower(c));
  });
  return out;
}

std::string to_upper(std::string_view text) {
  constexpr utf8proc_int32_t kSharpS = 0x00DF;
  std::string out;
  for_each_code_point(text, [&](utf8proc_int32_t c, std::string_view bytes) {
    if (c < 0) {
      out.append(bytes);
    } else if (c == kSharpS) {
      out += "SS";
    } else {
      append(out, utf8proc_toupper(c));
    }
  });
  return out;
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string to_ascii(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  std::string out;
  const std::string decomposed = normalize(text, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
  for_each_code_point(decomposed, [&](utf8proc_int32_t c, std::string_view) {
    if (c >= 0 && c < 0x80) {
      out += static_cast<char>(c);
    } else {
      out += transliterate(c);
    }
  });
  return out;
}

std::string_view trim(std::string_view text) {
  while (const std::size_t size = leading_space(text)) text.remove_prefix(size);
  while (const std::size_t size = trailing_space(text)) text.remove_suffix(size);
  return text;
}

std::string escape_for_display(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for_each_code_point(text, [&](utf8proc_int32_t c, std::string_view bytes) {
    if (c < 0 || (c < 0x80 && is_control(c))) {
      append_byte_escape(out, static_cast<unsigned char>(bytes.front()));
    } else if (is_control(c) || is_bidirectional(c) || is_line_separator(c)) {
      out += "\\u{" + hex_name(c).substr(2) + "}";
    } else {
      out += bytes;
    }
  });
  return out;
}

bool fits(std::string_view pattern, std::string_view text) {
  const std::string wanted = fold_key(pattern);
  const std::string actual = fold_key(text);
  // Where the last `*` stands, and how much of the text it has taken so far.
  std::size_t star = std::string::npos, taken = 0, at = 0;
  for (std::size_t i = 0; i < actual.size();) {
    if (at < wanted.size() && wanted[at] == '*') {
      star = at++;
      taken = i;
    } else if (at < wanted.size() && wanted[at] == actual[i]) {
      ++at;
      ++i;
    } else if (star != std::string::npos) {
      at = star + 1;
      i = ++taken;
    } else {
      return false;
    }
  }
  return wanted.find_first_not_of('*', at) == std::string::npos;
}

std::string quote_for_display(std::string_view text) {
  return "`" + escape_for_display(text) + "`";
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

// Optimal string alignment: an exchange of two neighbours counts as one slip. Letter case does not
// count at all, since a wrong case is the likeliest slip of all.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  constexpr std::size_t kLongestWord = 128;  // beyond that nobody mistyped a name
  if (a.size() > kLongestWord || b.size() > kLongestWord) return std::max(a.size(), b.size());
  const std::string left = ascii_lower(a);
  const std::string right = ascii_lower(b);
  std::vector<std::size_t> before_last(right.size() + 1);
  std::vector<std::size_t> last(right.size() + 1);
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(last.begin(), last.end(), 0);
  for (std::size_t i = 1; i <= left.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t changed = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, changed});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[right.size()];
}

}  // namespace usher
