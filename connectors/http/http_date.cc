#include "connectors/http/http_date.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace usher {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// The parts of a date; spaces, commas and hyphens lie between them in all forms.
std::vector<std::string_view> split(std::string_view text) {
  constexpr std::string_view kBetween = " ,-\t";
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = text.find_first_not_of(kBetween);
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    words.push_back(text.substr(0, text.find_first_of(kBetween)));
    text.remove_prefix(words.back().size());
  }
}

std::optional<unsigned> parse_number(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

std::optional<unsigned> parse_month(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto found = std::ranges::find(kMonths, text);
  if (found == kMonths.end()) return {};
  return static_cast<unsigned>(found - kMonths.begin()) + 1;
}

std::optional<seconds> parse_time(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return {};
  const auto hour = parse_number(text.substr(0, 2));
  const auto minute = parse_number(text.substr(3, 2));
  const auto second = parse_number(text.substr(6, 2));
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return {};
  return hours(*hour) + minutes(*minute) + seconds(*second);
}

}  // namespace

std::optional<std::chrono::system_clock::time_point> parse_http_date(std::string_view text) {
  const auto words = split(text);
  const bool asctime = words.size() == 5;                     // Thu Jan  1 00:00:30 2026
  const bool usual = words.size() == 6 && words[5] == "GMT";  // Thu, 01 Jan 2026 00:00:30 GMT
  if (!asctime && !usual) return {};
  const auto day = parse_number(asctime ? words[2] : words[1]);
  const auto month = parse_month(asctime ? words[1] : words[2]);
  const auto year = parse_number(asctime ? words[4] : words[3]);
  const auto time = parse_time(asctime ? words[3] : words[4]);
  if (!day || !month || !year || !time || *year > 9999) return {};
  const unsigned full_year = *year < 100 ? 2000 + *year : *year;  // RFC 850: Thursday, 01-Jan-26
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(full_year)),
                                         std::chrono::month(*month), std::chrono::day(*day)};
  if (!date.ok()) return {};
  return std::chrono::sys_days(date) + *time;
}

}  // namespace usher
