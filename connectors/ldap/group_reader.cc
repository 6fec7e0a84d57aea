#include "connectors/ldap/group_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/ldap/connection.h"
#include "connectors/ldap/convert.h"
#include "connectors/ldap/people_reader.h"
#include "connectors/ldap/ranges.h"
#include "connectors/ldap/settings.h"
#include "mapping/text.h"

namespace usher::ldap {
namespace {

constexpr std::string_view kMember = "member";
constexpr std::string_view kUniqueMember = "uniqueMember";
constexpr std::string_view kMemberUid = "memberUid";
constexpr std::string_view kMemberOf = "memberOf";

Texts group_attributes(const Settings& settings) {
  Texts names{settings.group_name};
  if (settings.group_kind == GroupKind::kMember) {
    names.emplace_back(kMember);
    names.emplace_back(kUniqueMember);
  } else if (settings.group_kind == GroupKind::kMemberUid) {
    names.emplace_back(kMemberUid);
  } else if (settings.nested) {
    names.emplace_back(kMemberOf);
  }
  return names;
}

/// Calls `visit` with each value of an attribute, where there is one.
template <typename Visit>
void for_each_value(const Entry& entry, std::string_view name, Visit visit) {
  for (const Attribute& attribute : entry.attributes) {
    if (compare_names(attribute.name, name) != 0) continue;
    for (const std::string& value : attribute.values) visit(value);
  }
}

}  // namespace

void GroupReader::fetch(Connection& connection) {
  if (settings_.group_kind == GroupKind::kMemberOf) check_member_of(connection);
  if (settings_.group_kind != GroupKind::kNone && !settings_.group_base.empty()) {
    fetch_groups(connection);
  }
  link_parents();
  groups_.seal(settings_.nested);
}

void GroupReader::fetch_groups(Connection& connection) {
  const std::string base = escape_for_display(settings_.group_base);
  const SearchOutcome outcome =
      connection.search({.base = settings_.group_base,
                         .filter = settings_.group_filter,
                         .attributes = group_attributes(settings_),
                         .page_size = settings_.page_size},
                        [&](Entry entry) { read_group(connection, std::move(entry)); });
  if (!outcome.ok()) {
    fail(fmt::format("the groups below {} were not all read: {}", base, outcome.reason));
  } else if (groups_.size() == 0) {
    fail(
        fmt::format("no group at all below {} matches {}; check `groups.base`, `groups.filter` "
                    "and the rights of the bind identity",
                    base, escape_for_display(settings_.group_filter)));
  }
}

/// A directory without the attribute, or one that hides it from us, answers as if nobody were in
/// any group.
void GroupReader::check_member_of(Connection& connection) {
  bool found = false;
  const std::string filter = fmt::format("(&{}({}=*))", settings_.filter, kMemberOf);
  connection.search({.base = settings_.base,
                     .filter = filter,
                     .attributes = {"1.1"},
                     .page_size = 1,
                     .max_pages = 1},
                    [&](const Entry&) { found = true; });
  if (!found) {
    fail(
        "nobody has a `memberOf` that we may see; is the overlay on, and may the bind identity "
        "read it?");
  }
}

void GroupReader::read_group(Connection& connection, Entry entry) {
  const std::string dn = escape_for_display(entry.dn);
  const Texts undrained = drain_ranges(entry, fetch_from(connection));
  if (!undrained.empty()) {
    fail(fmt::format("group {}: the server did not hand out all values of `{}`", dn,
                     escape_for_display(undrained.front())));
  }
  const Attribute* name = entry.find(settings_.group_name);
  const auto text = name != nullptr && !name->values.empty()
                        ? value_to_text(settings_.group_name, name->values.front())
                        : std::nullopt;
  if (!text || text->empty()) {
    fail(fmt::format("group {}: has no readable `{}` (`groups.name`)", dn,
                     escape_for_display(settings_.group_name)));
    return;
  }
  const std::string key = normalize_dn(entry.dn);
  read_members(entry, groups_.add(key, *text), key);
}

void GroupReader::read_members(const Entry& entry, std::uint32_t group, const std::string& key) {
  for_each_value(entry, kMember,
                 [&](const std::string& dn) { groups_.add_member(group, normalize_dn(dn)); });
  for_each_value(entry, kUniqueMember, [&](const std::string& dn) {
    groups_.add_member(group, normalize_dn(strip_unique_id(dn)));
  });
  for_each_value(entry, kMemberUid,
                 [&](const std::string& uid) { groups_.add_member(group, fold_key(uid)); });
  for_each_value(entry, kMemberOf,
                 [&](const std::string& dn) { parents_.emplace_back(key, normalize_dn(dn)); });
}

void GroupReader::link_parents() {
  for (const auto& [child, parent] : parents_) {
    if (const auto group = groups_.find(parent)) groups_.add_member(*group, child);
  }
  parents_.clear();
}

Texts GroupReader::groups_of(const Entry& person) {
  Texts names;
  switch (settings_.group_kind) {
    case GroupKind::kNone:
      break;
    case GroupKind::kMember:
      return groups_.of_member(normalize_dn(person.dn));
    case GroupKind::kMemberUid:
      for_each_value(person, "uid", [&](const std::string& uid) {
        const Texts some = groups_.of_member(fold_key(uid));
        names.insert(names.end(), some.begin(), some.end());
      });
      break;
    case GroupKind::kMemberOf: {
      Texts keys;
      for_each_value(person, kMemberOf, [&](const std::string& dn) {
        if (settings_.group_base.empty()) {
          names.push_back(leading_value(dn));
        } else {
          keys.push_back(normalize_dn(dn));
        }
      });
      if (!keys.empty()) return groups_.of_groups(keys);
      break;
    }
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string GroupReader::person_attribute() const {
  if (settings_.group_kind == GroupKind::kMemberUid) return "uid";
  return settings_.group_kind == GroupKind::kMemberOf ? std::string(kMemberOf) : "";
}

void GroupReader::fail(std::string reason) {
  if (reason_.empty()) reason_ = std::move(reason);
}

}  // namespace usher::ldap
