#include "connectors/ldap/groups.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <random>
#include <utility>

namespace usher::ldap {
namespace {

std::uint64_t make_seed() {
  std::random_device random;
  return (std::uint64_t{random()} << 32) | random();
}

}  // namespace

Groups::Groups() : seed_(make_seed()) {}

Groups::Hash Groups::hash(std::string_view key) const {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(key.data(), key.size(), seed_);
  return {hash.high64, hash.low64};
}

std::uint32_t Groups::add(std::string_view key, std::string name) {
  const auto group = static_cast<std::uint32_t>(names_.size());
  names_.push_back(std::move(name));
  if (!key.empty()) by_key_.emplace(hash(key), group);
  return group;
}

std::optional<std::uint32_t> Groups::find(std::string_view key) const {
  const auto found = by_key_.find(hash(key));
  return found != by_key_.end() ? std::optional(found->second) : std::nullopt;
}

void Groups::add_member(std::uint32_t group, std::string_view key) {
  memberships_.push_back({hash(key), group});
}

void Groups::seal(bool nested) {
  std::ranges::sort(memberships_);
  visited_.assign(names_.size(), 0);
  parents_.assign(names_.size(), {});
  if (!nested) return;
  for (const Membership& membership : memberships_) {
    const auto child = by_key_.find(membership.member);
    if (child != by_key_.end()) parents_[child->second].push_back(membership.group);
  }
}

Texts Groups::of_member(std::string_view key) {
  const Hash member = hash(key);
  std::vector<std::uint32_t> groups;
  for (auto at = std::ranges::lower_bound(memberships_, member, {}, &Membership::member);
       at != memberships_.end() && at->member == member; ++at) {
    groups.push_back(at->group);
  }
  Texts names;
  collect(std::move(groups), names);
  return names;
}

Texts Groups::of_groups(const Texts& keys) {
  std::vector<std::uint32_t> groups;
  for (const std::string& key : keys) {
    if (const auto group = find(key)) groups.push_back(*group);
  }
  Texts names;
  collect(std::move(groups), names);
  return names;
}

/// Walks from `groups` outwards. Each group is visited once a walk, so cycles end.
void Groups::collect(std::vector<std::uint32_t> groups, Texts& names) {
  ++walk_;
  while (!groups.empty()) {
    const std::uint32_t group = groups.back();
    groups.pop_back();
    if (std::exchange(visited_[group], walk_) == walk_) continue;
    names.push_back(names_[group]);
    groups.insert(groups.end(), parents_[group].begin(), parents_[group].end());
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace usher::ldap
