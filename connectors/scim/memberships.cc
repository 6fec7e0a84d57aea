#include "connectors/scim/memberships.h"

#include <algorithm>
#include <compare>
#include <functional>

namespace usher::scim {
namespace {

std::uint64_t hash_of(std::string_view user) {
  return std::hash<std::string_view>{}(user);
}

}  // namespace

void Memberships::add(std::uint32_t group, std::string_view user) {
  entries_.push_back({hash_of(user), group});
  is_sorted_ = false;
}

void Memberships::clear_group(std::uint32_t group) {
  std::erase_if(entries_, [&](const Entry& entry) { return entry.group == group; });
}

void Memberships::remove(std::string_view user) {
  std::erase_if(entries_,
                [hash = hash_of(user)](const Entry& entry) { return entry.user == hash; });
}

std::size_t Memberships::count(std::uint32_t group) const {
  return static_cast<std::size_t>(std::ranges::count(entries_, group, &Entry::group));
}

std::vector<std::uint32_t> Memberships::groups_of(std::string_view user) const {
  if (!is_sorted_) {
    std::ranges::sort(entries_);
    entries_.erase(std::unique(entries_.begin(), entries_.end()), entries_.end());
    is_sorted_ = true;
  }
  std::vector<std::uint32_t> groups;
  const std::uint64_t hash = hash_of(user);
  for (auto at = std::ranges::lower_bound(entries_, Entry{hash, 0});
       at != entries_.end() && at->user == hash; ++at) {
    groups.push_back(at->group);
  }
  return groups;
}

}  // namespace usher::scim
