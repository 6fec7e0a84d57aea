#include "connectors/ldap/probe.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "connectors/ldap/connection.h"
#include "connectors/ldap/convert.h"
#include "connectors/ldap/group_reader.h"
#include "connectors/ldap/people_reader.h"
#include "connectors/ldap/settings.h"
#include "mapping/text.h"

namespace usher::ldap {
namespace {

Finding probe_identity(Connection& connection, const Settings& settings) {
  const auto identity = connection.who_am_i();
  if (!identity) return {true, "connected; the server does not say who we are (RFC 4532)"};
  if (!identity->empty()) {
    return {true, "credential accepted as " + escape_for_display(*identity)};
  }
  return {settings.bind == Bind::kAnonymous, "connected as nobody (anonymous)"};
}

Finding probe_base(Connection& connection, const Settings& settings) {
  const std::string base = escape_for_display(settings.base);
  const SearchOutcome outcome = connection.search(
      {.base = settings.base, .scope = Scope::kBase, .attributes = {"1.1"}}, [](const Entry&) {});
  if (!outcome.ok()) return {false, fmt::format("base {}: {}", base, outcome.reason)};
  if (outcome.entries == 0) return {false, fmt::format("base {}: may not be read", base)};
  return {true, fmt::format("base {} is readable", base)};
}

Finding probe_people(Connection& connection, const Settings& settings, const GroupReader& groups) {
  SearchRequest request = people_request(settings, groups);
  request.max_pages = 1;
  std::uint64_t identified = 0;
  const SearchOutcome outcome = connection.search(request, [&](const Entry& entry) {
    if (!to_person(entry, settings.id, {}).source_id.empty()) ++identified;
  });
  const bool good = outcome.code == 0 && identified > 0 && identified == outcome.entries;
  return {good, fmt::format("first page of people: {} entries, {} with a readable `{}`{}",
                            outcome.entries, identified, escape_for_display(settings.id),
                            outcome.code != 0 ? "; " + outcome.reason : "")};
}

Finding probe_groups(const GroupReader& groups) {
  if (!groups.reason().empty()) return {false, groups.reason()};
  return {true, fmt::format("{} groups read in whole", groups.size())};
}

}  // namespace

std::vector<Finding> probe_directory(const Settings& settings) {
  Connection connection(settings);
  std::vector<Finding> findings;
  try {
    findings.push_back(probe_identity(connection, settings));
    findings.push_back(probe_base(connection, settings));
    GroupReader groups(settings);
    findings.push_back(probe_people(connection, settings, groups));
    if (settings.group_kind != GroupKind::kNone) {
      groups.fetch(connection);
      findings.push_back(probe_groups(groups));
    }
  } catch (const ConnectorError& error) {
    findings.push_back({false, error.what()});
  }
  return findings;
}

}  // namespace usher::ldap
