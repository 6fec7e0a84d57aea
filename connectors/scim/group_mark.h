#pragma once

#include <string>
#include <string_view>

namespace usher::scim {

/// The externalId of a group that we made, so that we know it again: only such a group is ever
/// deleted.
inline constexpr std::string_view kMark = "usher:";

[[nodiscard]] inline std::string mark_of(std::string_view name) {
  return std::string(kMark) + std::string(name);
}
[[nodiscard]] inline bool is_mark(std::string_view external_id) {
  return external_id.starts_with(kMark);
}

/// The name that a group was made with.
[[nodiscard]] inline std::string_view name_in(std::string_view mark) {
  return mark.substr(kMark.size());
}

}  // namespace usher::scim
