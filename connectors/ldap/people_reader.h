#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "connectors/ldap/entry.h"
#include "connectors/ldap/ranges.h"
#include "mapping/receipt.h"

namespace usher {
class PersonSink;
}  // namespace usher

namespace usher::ldap {

class Connection;
class GroupReader;
struct SearchRequest;
struct Settings;

/// One read of a directory: identity, base, groups, then the people, page by page.
///
/// A lost connection is taken up again once. Paging cookies die with their connection, so the
/// people are then searched from the beginning, and those already handed over (known by a 128-bit
/// hash of their DN) are passed over.
class PeopleReader {
 public:
  /// Both must outlive the reader.
  PeopleReader(const Settings& settings, PersonSink& sink) : settings_(settings), sink_(sink) {}

  /// Throws ConnectorError when nothing could be read.
  [[nodiscard]] Receipt read();

 private:
  struct Hash {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend auto operator<=>(const Hash&, const Hash&) = default;
  };

  void attempt();
  void check_identity(Connection& connection) const;
  void check_base(Connection& connection);
  void fetch_people(Connection& connection, GroupReader& groups);
  void read_person(Connection& connection, GroupReader& groups, Entry entry);
  void report_unidentified(const std::string& dn);
  [[nodiscard]] bool is_new(const std::string& dn);

  const Settings& settings_;
  PersonSink& sink_;
  Receipt receipt_;                 ///< of the current attempt
  std::uint64_t handed_over_ = 0;   ///< people of all attempts
  std::uint64_t unidentified_ = 0;  ///< entries of the current attempt without a readable id
  std::vector<Hash> seen_;          ///< entries of this and earlier attempts
  std::size_t seen_before_ = 0;     ///< the first so many of `seen_`: earlier attempts, sorted
};

/// The search for the people: all user attributes, or those of the settings, and what the id and
/// the groups need.
[[nodiscard]] SearchRequest people_request(const Settings& settings, const GroupReader& groups);

/// Follows ranges on `connection`.
[[nodiscard]] FetchAttribute fetch_from(Connection& connection);

}  // namespace usher::ldap
