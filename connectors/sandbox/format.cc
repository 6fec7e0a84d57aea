#include "connectors/sandbox/format.h"

#include <fmt/format.h>

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/DateTimeParser.h>

#include <chrono>

namespace usher::sandbox {
namespace {

using std::chrono::sys_days;
using std::chrono::sys_seconds;

sys_seconds to_time(std::int64_t time) {
  return sys_seconds(std::chrono::seconds(time));
}

/// From 01:00 UTC of the last Sunday in March to that in October (directive 2000/84/EC).
bool is_european_summer(sys_seconds time) {
  using namespace std::chrono;
  const auto year = year_month_day(floor<days>(time)).year();
  const sys_seconds begin = sys_days(year / March / Sunday[last]) + 1h;
  const sys_seconds end = sys_days(year / October / Sunday[last]) + 1h;
  return begin <= time && time < end;
}

struct Fields {
  explicit Fields(sys_seconds time)
      : date(std::chrono::floor<std::chrono::days>(time)),
        clock(time - std::chrono::floor<std::chrono::days>(time)) {}
  std::string format(char separator) const {
    return fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       separator, clock.hours().count(), clock.minutes().count(),
                       clock.seconds().count());
  }
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<std::chrono::seconds> clock;
};

}  // namespace

std::string rfc3339(std::int64_t time) {
  return Fields(to_time(time)).format('T') + 'Z';
}

std::string local_time(std::int64_t time, const TimeZone& zone) {
  const bool summer = zone.european_summer_time && is_european_summer(to_time(time));
  const int offset = zone.offset_minutes + (summer ? 60 : 0);
  const int magnitude = offset < 0 ? -offset : offset;
  return fmt::format("{} {}{:02}{:02}", Fields(to_time(time + offset * 60)).format(' '),
                     offset < 0 ? '-' : '+', magnitude / 60, magnitude % 60);
}

std::string http_date(std::int64_t time) {
  return Poco::DateTimeFormatter::format(Poco::Timestamp::fromEpochTime(time),
                                         Poco::DateTimeFormat::HTTP_FORMAT);
}

std::optional<std::int64_t> parse_rfc3339(const std::string& text) {
  int zone = 0;
  Poco::DateTime parsed;
  if (!Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::ISO8601_FORMAT, text, parsed, zone)) {
    return std::nullopt;
  }
  const auto time = parsed.timestamp().epochTime() - zone;
  if (rfc3339(time) != text) {  // Poco is lenient and would read rubbish as some date
    return std::nullopt;
  }
  return time;
}

void append_json(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace usher::sandbox
