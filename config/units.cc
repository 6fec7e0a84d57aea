#include "config/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace usher {
namespace {

using Unit = std::pair<std::string_view, std::int64_t>;

constexpr std::int64_t kSecond = 1'000;
constexpr std::array kDurationUnits{Unit{"ms", 1}, Unit{"s", kSecond}, Unit{"m", 60 * kSecond},
                                    Unit{"h", 3'600 * kSecond}, Unit{"d", 86'400 * kSecond}};
constexpr std::array kSizeUnits{Unit{"B", 1}, Unit{"KiB", 1LL << 10}, Unit{"MiB", 1LL << 20},
                                Unit{"GiB", 1LL << 30}};

// With nine digits no product of a number and a unit leaves 64 bits.
constexpr std::size_t kMostDigits = 9;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) -
                                  text.begin());
}

template <typename Units>
std::optional<std::int64_t> parse_quantity(std::string_view text, const Units& units) {
  const std::size_t digits = count_digits(text);
  if (digits == 0 || digits > kMostDigits) return std::nullopt;
  const auto number = parse_integer(text.substr(0, digits));
  for (const auto& [name, factor] : units) {
    if (text.substr(digits) == name) return *number * factor;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
  if (text == "0") return 0;
  return parse_quantity(text, kDurationUnits);
}

std::optional<std::int64_t> parse_size(std::string_view text) {
  return parse_quantity(text, kSizeUnits);
}

std::optional<std::int64_t> parse_percent(std::string_view text) {
  if (text.ends_with('%')) text.remove_suffix(text.ends_with(" %") ? 2 : 1);
  if (text.empty() || text.size() > 3 || count_digits(text) != text.size()) return std::nullopt;
  const auto number = parse_integer(text);
  return *number <= 100 ? number : std::nullopt;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  const std::string_view digits = text.substr(text.starts_with('-') || text.starts_with('+'));
  if (digits.empty() || digits.size() > 18 || count_digits(digits) != digits.size()) {
    return std::nullopt;
  }
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return text.starts_with('-') ? -number : number;
}

std::optional<double> parse_number(std::string_view text) {
  const std::size_t whole = count_digits(text);
  const std::string_view rest = text.substr(whole);
  if (whole == 0 || text.size() > 18) return std::nullopt;
  if (!rest.empty() &&
      (rest[0] != '.' || rest.size() == 1 || count_digits(rest.substr(1)) != rest.size() - 1)) {
    return std::nullopt;
  }
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace usher
