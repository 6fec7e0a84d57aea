#pragma once

#include <string>
#include <utility>
#include <vector>

#include "connectors/ldap/entry.h"
#include "connectors/ldap/groups.h"

namespace usher {
class PersonSink;
}  // namespace usher

namespace usher::ldap {

class Connection;
struct Settings;

/// Fetches the groups of a directory and says of each person which ones they are in. What cannot
/// be read in whole makes everybody's groups unknown: a membership that was not seen is not proven
/// absent.
class GroupReader {
 public:
  /// `settings` must outlive the reader.
  explicit GroupReader(const Settings& settings) : settings_(settings) {}

  /// Reads all groups, where the settings ask for any. Throws ConnectionLost.
  void fetch(Connection& connection);

  /// Why groups are unknown; empty: they are known.
  [[nodiscard]] const std::string& reason() const { return reason_; }
  [[nodiscard]] std::size_t size() const { return groups_.size(); }

  /// The names of the groups of a person, in code-point order. After `fetch`.
  [[nodiscard]] Texts groups_of(const Entry& person);

  /// The attribute of a person that `groups_of` looks at; empty: none, the DN will do.
  [[nodiscard]] std::string person_attribute() const;

 private:
  void fetch_groups(Connection& connection);
  void check_member_of(Connection& connection);
  void read_group(Connection& connection, Entry entry);
  void read_members(const Entry& entry, std::uint32_t group, const std::string& key);
  void link_parents();
  void fail(std::string reason);

  const Settings& settings_;
  Groups groups_;
  std::vector<std::pair<std::string, std::string>> parents_;  ///< memberOf of groups: child, parent
  std::string reason_;
};

}  // namespace usher::ldap
