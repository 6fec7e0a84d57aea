#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace usher::sandbox {

/// How far a workspace's clock is from UTC.
struct TimeZone {
  int offset_minutes = 60;
  bool european_summer_time = true;  ///< an hour more from March to October, by the EU's rule
};

/// `2026-11-05T13:22:10Z`
[[nodiscard]] std::string rfc3339(std::int64_t time);

/// `2026-11-05 14:22:10 +0100`
[[nodiscard]] std::string local_time(std::int64_t time, const TimeZone& zone);

/// `Thu, 05 Nov 2026 13:22:10 GMT`, for the Date and Retry-After headers.
[[nodiscard]] std::string http_date(std::int64_t time);

/// Reads `2026-11-05T13:22:10Z`; nothing when `text` is no such time.
[[nodiscard]] std::optional<std::int64_t> parse_rfc3339(const std::string& text);

/// Appends `text` as a JSON string. Much faster than a document object, which matters for lists
/// of many users.
void append_json(std::string& out, std::string_view text);

}  // namespace usher::sandbox
