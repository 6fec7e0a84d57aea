#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace usher {

/// `sha256:` and 64 hex digits.
[[nodiscard]] std::string sha256(std::string_view text);

/// A ULID: 48 bits of milliseconds and 80 random bits, sortable by time.
[[nodiscard]] std::string make_ulid(std::chrono::system_clock::time_point now);

/// RFC 3339 in UTC, to the second.
[[nodiscard]] std::string to_rfc3339(std::int64_t seconds);

[[nodiscard]] std::int64_t to_seconds(std::chrono::system_clock::time_point time);

}  // namespace usher
