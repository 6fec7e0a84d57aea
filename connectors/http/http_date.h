#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace usher {

/// A date in any of the three forms of RFC 9110 5.6.7. Poco's parser takes nearly every text for a
/// date, `soon` included.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_http_date(
    std::string_view text);

}  // namespace usher
