#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "mapping/value.h"

namespace usher::ldap {

/// Who is in which group, for any number of people: 24 bytes per membership, names kept once.
/// Members and groups are told apart by a 128-bit hash of their key under a seed that changes with
/// every process, so nobody can choose a DN that collides with another.
class Groups {
 public:
  Groups();

  /// Adds a group; `key` is its normalised DN (empty: nothing refers to it).
  std::uint32_t add(std::string_view key, std::string name);

  /// The group with this key; nothing when it was not added.
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view key) const;

  /// `key`, the normalised DN or login name of a person or of a group, is a member of `group`.
  void add_member(std::uint32_t group, std::string_view key);

  /// After the last member. With `nested`, members of a group inside a group are members of both.
  void seal(bool nested);

  /// Names of the groups that list `key` as a member, in code-point order. After `seal`.
  [[nodiscard]] Texts of_member(std::string_view key);

  /// Names of the groups with these keys, and of those that they are inside of; keys of groups
  /// that were never added are passed over. After `seal`.
  [[nodiscard]] Texts of_groups(const Texts& keys);

  [[nodiscard]] std::size_t size() const { return names_.size(); }

 private:
  struct Hash {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend bool operator==(const Hash&, const Hash&) = default;
    friend auto operator<=>(const Hash&, const Hash&) = default;
  };
  struct HashOfHash {
    std::size_t operator()(const Hash& hash) const { return hash.low; }
  };
  struct Membership {
    Hash member;
    std::uint32_t group = 0;
    friend auto operator<=>(const Membership&, const Membership&) = default;
  };

  [[nodiscard]] Hash hash(std::string_view key) const;
  void collect(std::vector<std::uint32_t> groups, Texts& names);

  const std::uint64_t seed_;
  Texts names_;                                                 ///< by group
  std::unordered_map<Hash, std::uint32_t, HashOfHash> by_key_;  ///< group by the hash of its key
  std::vector<Membership> memberships_;                         ///< sorted once sealed
  std::vector<std::vector<std::uint32_t>> parents_;             ///< by group: the groups around it
  std::vector<std::uint64_t> visited_;                          ///< by group: the last walk
  std::uint64_t walk_ = 0;
};

}  // namespace usher::ldap
