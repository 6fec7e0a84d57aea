#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace usher {

/// Numbers and units as the file writes them. All of these take the whole text or nothing. The
/// patterns say the same to the JSON Schema.

/// `500ms`, `30s`, `15m`, `12h`, `30d`, and a bare `0`; in milliseconds.
[[nodiscard]] std::optional<std::int64_t> parse_duration(std::string_view text);
inline constexpr std::string_view kDurationPattern = "^(0|[0-9]{1,9}(ms|s|m|h|d))$";
inline constexpr std::string_view kPositiveDurationPattern = "^0{0,8}[1-9][0-9]{0,8}(ms|s|m|h|d)$";
inline constexpr std::string_view kDurationCure =
    "write a whole number and a unit (ms, s, m, h, d), as in 15m";

/// `512B`, `64KiB`, `64MiB`, `1GiB`; in bytes.
[[nodiscard]] std::optional<std::int64_t> parse_size(std::string_view text);
inline constexpr std::string_view kSizePattern = "^[0-9]{1,9}(B|KiB|MiB|GiB)$";
inline constexpr std::string_view kSizeCure =
    "write a whole number and a unit (B, KiB, MiB, GiB), as in 64MiB";

/// `10`, `10%` or `10 %`, from 0 to 100.
[[nodiscard]] std::optional<std::int64_t> parse_percent(std::string_view text);
inline constexpr std::string_view kPercentPattern = "^(100|[0-9]{1,2}) ?%$";
inline constexpr std::string_view kPercentCure = "write a whole number from 0 to 100, as in 10";

/// A whole number of at most 18 digits, perhaps with a sign.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);

/// A number that is not negative, with or without a fraction: `30`, `0.5`.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);

}  // namespace usher
