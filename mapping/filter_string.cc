#include <utf8proc.h>

#include <array>

#include "mapping/filter_node.h"
#include "mapping/syntax_error.h"

namespace usher {
namespace {

/// A JSON string (RFC 8259 section 7) in a text that is known to be well-formed UTF-8.
class StringReader {
 public:
  StringReader(std::string_view text, std::size_t at) : text_(text), open_(at), at_(at + 1) {}

  FilterString read() {
    FilterString result;
    while (true) {
      const char c = next();
      if (c == '"') break;
      if (static_cast<unsigned char>(c) < 0x20) {
        throw SyntaxError(
            at_ - 1,
            "a control character inside a text is written as an escape: \\n, \\t, \\u0007");
      }
      if (c == '\\') {
        append_escape(result.text);
      } else {
        result.text += c;
      }
    }
    result.end = at_;
    return result;
  }

 private:
  char next() {
    if (at_ >= text_.size()) {
      throw SyntaxError(open_, "this quote is never closed: end the text with \"");
    }
    return text_[at_++];
  }

  void append_escape(std::string& out) {
    const std::size_t begin = at_ - 1;
    switch (const char c = next()) {
      case '"':
      case '\\':
      case '/':
        out += c;
        return;
      case 'b':
        out += '\b';
        return;
      case 'f':
        out += '\f';
        return;
      case 'n':
        out += '\n';
        return;
      case 'r':
        out += '\r';
        return;
      case 't':
        out += '\t';
        return;
      case 'u':
        append_code_point(out, begin);
        return;
      default:
        throw SyntaxError(begin,
                          "unknown escape: a backslash comes before one of \" \\ / b f n r t u; "
                          "write \\\\ for a backslash");
    }
  }

  /// `\uNNNN`, where characters beyond the basic plane are two surrogates in a row.
  void append_code_point(std::string& out, std::size_t begin) {
    constexpr int kHigh = 0xD800;
    constexpr int kLow = 0xDC00;
    constexpr int kEnd = 0xE000;
    int unit = take_four_digits(begin);
    if (unit >= kLow && unit < kEnd) throw_lone(begin);
    if (unit >= kHigh && unit < kLow) {
      if (next() != '\\' || next() != 'u') throw_lone(begin);
      const int low = take_four_digits(begin);
      if (low < kLow || low >= kEnd) throw_lone(begin);
      unit = 0x10000 + ((unit - kHigh) << 10) + (low - kLow);
    }
    std::array<utf8proc_uint8_t, 4> bytes{};
    const auto size = utf8proc_encode_char(unit, bytes.data());
    out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
  }

  int take_four_digits(std::size_t begin) {
    int unit = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = next();
      const bool letter = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      if (!letter && (c < '0' || c > '9')) {
        throw SyntaxError(begin, "\\u needs four hexadecimal digits");
      }
      unit = unit * 16 + (letter ? (c | 0x20) - 'a' + 10 : c - '0');
    }
    return unit;
  }

  [[noreturn]] static void throw_lone(std::size_t begin) {
    throw SyntaxError(begin, "half a surrogate pair is no character");
  }

  std::string_view text_;
  std::size_t open_;
  std::size_t at_;
};

}  // namespace

FilterString parse_filter_string(std::string_view text, std::size_t at) {
  return StringReader(text, at).read();
}

std::string Filter::quoted_part(std::string_view value) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string part;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      part += '\\';
      part += c;
    } else if (byte < 0x20) {
      part += "\\u00";
      part += kDigits[byte >> 4U];
      part += kDigits[byte & 0xFU];
    } else {
      part += c;
    }
  }
  return part;
}

}  // namespace usher
