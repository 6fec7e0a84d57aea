#include <charconv>
#include <chrono>
#include <system_error>

#include "mapping/filter_node.h"

namespace usher {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Reads a text from the front; each `take_` leaves it where it was when it finds something else.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// All digits at the front.
  std::string_view take_digits() {
    std::size_t count = 0;
    while (count < rest_.size() && is_digit(rest_[count])) ++count;
    const std::string_view digits = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return digits;
  }

  /// Exactly `count` digits, as a number.
  std::optional<unsigned> take_number(std::size_t count) {
    unsigned number = 0;
    if (rest_.size() < count) return std::nullopt;
    for (const char c : rest_.substr(0, count)) {
      if (!is_digit(c)) return std::nullopt;
      number = number * 10 + static_cast<unsigned>(c - '0');
    }
    rest_.remove_prefix(count);
    return number;
  }

 private:
  std::string_view rest_;
};

bool is_json_number(std::string_view text) {
  Scanner scanner(text);
  scanner.take('-');
  const std::string_view whole = scanner.take_digits();
  if (whole.empty() || (whole.size() > 1 && whole.front() == '0')) return false;
  if (scanner.take('.') && scanner.take_digits().empty()) return false;
  if (scanner.take('e') || scanner.take('E')) {
    if (!scanner.take('+')) scanner.take('-');
    if (scanner.take_digits().empty()) return false;
  }
  return scanner.at_end();
}

template <typename Number>
std::optional<Number> convert(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stop == end ? std::optional(number) : std::nullopt;
}

std::optional<std::int64_t> take_date(Scanner& scanner) {
  const auto year = scanner.take_number(4);
  if (!year || !scanner.take('-')) return std::nullopt;
  const auto month = scanner.take_number(2);
  if (!month || !scanner.take('-')) return std::nullopt;
  const auto day = scanner.take_number(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * std::int64_t{86'400};
}

std::optional<std::int64_t> take_time_of_day(Scanner& scanner) {
  const auto hour = scanner.take_number(2);
  if (!hour || *hour > 23 || !scanner.take(':')) return std::nullopt;
  const auto minute = scanner.take_number(2);
  if (!minute || *minute > 59 || !scanner.take(':')) return std::nullopt;
  const auto second = scanner.take_number(2);
  if (!second || *second > 60) return std::nullopt;
  return std::int64_t{*hour} * 3'600 + std::int64_t{*minute} * 60 + std::int64_t{*second};
}

/// The fraction after the point in nanoseconds; finer digits are cut off.
std::int64_t nanoseconds_of(std::string_view digits) {
  std::int64_t nanoseconds = 0;
  for (std::size_t i = 0; i < 9; ++i) {
    nanoseconds = nanoseconds * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  }
  return nanoseconds;
}

/// Seconds east of UTC.
std::optional<std::int64_t> take_zone(Scanner& scanner) {
  if (scanner.at_end() || scanner.take('Z')) return 0;
  const bool west = scanner.take('-');
  if (!west && !scanner.take('+')) return std::nullopt;
  const auto hours = scanner.take_number(2);
  if (!hours || *hours > 14 || !scanner.take(':')) return std::nullopt;
  const auto minutes = scanner.take_number(2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const std::int64_t offset = std::int64_t{*hours} * 3'600 + std::int64_t{*minutes} * 60;
  return west ? -offset : offset;
}

}  // namespace

std::optional<FilterNumber> parse_filter_number(std::string_view text) {
  if (!is_json_number(text)) return std::nullopt;
  const auto approximate = convert<double>(text);
  if (!approximate) return std::nullopt;  // beyond the range of a double
  return FilterNumber{*approximate, convert<std::int64_t>(text)};
}

std::optional<FilterInstant> parse_filter_instant(std::string_view text) {
  Scanner scanner(text);
  const auto date = take_date(scanner);
  if (!date || !scanner.take('T')) return std::nullopt;
  const auto time = take_time_of_day(scanner);
  if (!time) return std::nullopt;
  FilterInstant instant{*date + *time, 0};
  if (scanner.take('.')) {
    const std::string_view fraction = scanner.take_digits();
    if (fraction.empty()) return std::nullopt;
    instant.nanoseconds = nanoseconds_of(fraction);
  }
  const auto zone = take_zone(scanner);
  if (!zone || !scanner.at_end()) return std::nullopt;
  instant.seconds -= *zone;
  return instant;
}

}  // namespace usher
