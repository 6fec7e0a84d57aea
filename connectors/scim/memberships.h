#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace usher::scim {

/// Who is in which group, sixteen bytes for each: users by a hash of their id, groups by number.
class Memberships {
 public:
  void add(std::uint32_t group, std::string_view user);
  void clear_group(std::uint32_t group);
  void remove(std::string_view user);
  [[nodiscard]] std::size_t count(std::uint32_t group) const;
  [[nodiscard]] std::vector<std::uint32_t> groups_of(std::string_view user) const;

 private:
  struct Entry {
    std::uint64_t user;
    std::uint32_t group;
    friend auto operator<=>(const Entry&, const Entry&) = default;
  };

  mutable std::vector<Entry> entries_;  ///< in order when `is_sorted_`
  mutable bool is_sorted_ = true;
};

}  // namespace usher::scim
