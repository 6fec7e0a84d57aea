#pragma once

#include <string>
#include <string_view>

namespace usher {

// The members of a family are targets with the name `family/member`. No other target has a slash
// in its name.

inline constexpr std::size_t kLongestMemberName = 128;  ///< bytes

/// Why `name` cannot be the part behind the slash: it would not be readable, or not be one part.
/// As in `it is empty`; nothing when it can.
[[nodiscard]] std::string member_name_problem(std::string_view name);

[[nodiscard]] std::string member_name(std::string_view family, std::string_view member);

/// `customers` of `customers/acme`; the name itself where it is no member's.
[[nodiscard]] std::string_view family_of(std::string_view target);

}  // namespace usher
