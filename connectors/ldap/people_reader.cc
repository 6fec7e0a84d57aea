#include "connectors/ldap/people_reader.h"

#include <fmt/format.h>
#include <ldap.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "connectors/ldap/connection.h"
#include "connectors/ldap/convert.h"
#include "connectors/ldap/group_reader.h"
#include "connectors/ldap/settings.h"
#include "connectors/source.h"
#include "mapping/text.h"

namespace usher::ldap {
namespace {

constexpr int kAttempts = 2;
constexpr std::uint64_t kMaxShown = 20;  ///< a wrong `id` makes every entry a bad one

}  // namespace

Receipt PeopleReader::read() {
  for (int attempts = 1;; ++attempts) {
    receipt_ = {};
    unidentified_ = 0;
    try {
      attempt();
      break;
    } catch (const ConnectionLost& lost) {
      if (attempts < kAttempts) continue;
      if (handed_over_ == 0) throw;
      receipt_.incomplete(std::string(lost.what()) + ", for the second time in one read");
      break;
    } catch (const ConnectorError& error) {
      // Not a first connection: the people handed over by the lost one stand.
      if (handed_over_ == 0) throw;
      receipt_.incomplete(error.what());
      break;
    }
  }
  receipt_.entries = handed_over_;
  return std::move(receipt_);
}

void PeopleReader::attempt() {
  std::ranges::sort(seen_);
  seen_before_ = seen_.size();

  Connection connection(settings_);
  check_identity(connection);
  check_base(connection);
  GroupReader groups(settings_);
  groups.fetch(connection);
  fetch_people(connection, groups);
  if (!groups.reason().empty()) {
    sink_.problem({.where = escape_for_display(settings_.group_base),
                   .message = groups.reason() + ". Until then the groups of all are unknown"});
  }
}

/// never-again 9: a server may let an unknown identity search, and find nothing.
void PeopleReader::check_identity(Connection& connection) const {
  const auto identity = connection.who_am_i();
  if (settings_.bind == Bind::kAnonymous || !identity || !identity->empty()) return;
  throw ConnectorError(
      ErrorKind::kUnauthorized,
      fmt::format("{}: the bind succeeded, but the server takes us for nobody; check `bind_dn` and "
                  "`bind_password`",
                  escape_for_display(settings_.url)));
}

void PeopleReader::check_base(Connection& connection) {
  const std::string base = escape_for_display(settings_.base);
  const SearchOutcome outcome = connection.search(
      {.base = settings_.base, .scope = Scope::kBase, .attributes = {"1.1"}}, [](const Entry&) {});
  if (outcome.code == LDAP_NO_SUCH_OBJECT || outcome.code == LDAP_INSUFFICIENT_ACCESS ||
      outcome.code == LDAP_INVALID_DN_SYNTAX) {
    throw ConnectorError(
        outcome.code == LDAP_INSUFFICIENT_ACCESS ? ErrorKind::kForbidden : ErrorKind::kNotFound,
        fmt::format("`base: {}`: {}", base, outcome.reason));
  }
  if (!outcome.ok()) {
    receipt_.incomplete(fmt::format("`base: {}`: {}", base, outcome.reason));
  } else if (outcome.entries == 0) {
    receipt_.incomplete(
        fmt::format("`base: {}`: the server says success and shows nothing; the bind identity may "
                    "not read it, or it does not exist",
                    base));
  }
}

void PeopleReader::fetch_people(Connection& connection, GroupReader& groups) {
  const SearchOutcome outcome =
      connection.search(people_request(settings_, groups),
                        [&](Entry entry) { read_person(connection, groups, std::move(entry)); });
  receipt_.pages = outcome.pages;
  receipt_.result = outcome.text;
  if (!outcome.ok()) receipt_.incomplete(outcome.reason);
  if (outcome.references > 0) {
    sink_.problem({.where = escape_for_display(settings_.base),
                   .message = fmt::format(
                       "{} search references to other servers were not followed; people there are "
                       "not read. Give each server a source of its own, or a narrower `base`",
                       outcome.references)});
  }
  if (unidentified_ > kMaxShown) {
    receipt_.incomplete(fmt::format("{} more entries without a readable `{}`",
                                    unidentified_ - kMaxShown, escape_for_display(settings_.id)));
  }
  if (outcome.ok() && outcome.entries == 0) {
    sink_.problem({.where = escape_for_display(settings_.base),
                   .message = fmt::format("no people at all match {}",
                                          escape_for_display(settings_.filter))});
  }
}

void PeopleReader::read_person(Connection& connection, GroupReader& groups, Entry entry) {
  if (!is_new(entry.dn)) return;
  const Texts undrained = drain_ranges(entry, fetch_from(connection));
  Texts names = groups.groups_of(entry);
  const bool unknown =
      !groups.reason().empty() || contains_name(undrained, groups.person_attribute());
  Person person = to_person(entry, settings_.id, undrained);
  if (person.source_id.empty()) return report_unidentified(entry.dn);
  if (settings_.group_kind != GroupKind::kNone) {
    person.has_groups = true;
    person.attributes.erase("groups");
    if (unknown) person.unread.emplace_back("groups");
    if (!names.empty()) person.attributes.set("groups", std::move(names));
  }
  ++handed_over_;
  sink_.person(std::move(person));
}

void PeopleReader::report_unidentified(const std::string& dn) {
  if (++unidentified_ > kMaxShown) return;
  const std::string where = escape_for_display(dn);
  const std::string what = fmt::format("has not exactly one readable `{}` (`id` of the source)",
                                       escape_for_display(settings_.id));
  receipt_.incomplete(where + ": " + what + ", so it may be anybody");
  sink_.problem({.where = where,
                 .message = what + "; nobody is read from this entry and nobody is removed until "
                                   "it is repaired"});
}

bool PeopleReader::is_new(const std::string& dn) {
  const XXH128_hash_t hash = XXH3_128bits(dn.data(), dn.size());
  const Hash key{hash.high64, hash.low64};
  const auto end = seen_.begin() + static_cast<std::ptrdiff_t>(seen_before_);
  if (std::binary_search(seen_.begin(), end, key)) return false;
  seen_.push_back(key);
  return true;
}

SearchRequest people_request(const Settings& settings, const GroupReader& groups) {
  Texts attributes = settings.attributes;
  if (attributes.empty()) attributes.emplace_back("*");
  for (const std::string& needed : {settings.id, groups.person_attribute()}) {
    if (!needed.empty() && !contains_name(attributes, needed)) attributes.push_back(needed);
  }
  return {.base = settings.base,
          .filter = settings.filter,
          .attributes = std::move(attributes),
          .page_size = settings.page_size};
}

FetchAttribute fetch_from(Connection& connection) {
  return [&connection](const std::string& dn, const std::string& description) {
    std::optional<Entry> found;
    const SearchOutcome outcome =
        connection.search({.base = dn, .scope = Scope::kBase, .attributes = {description}},
                          [&](Entry entry) { found = std::move(entry); });
    return outcome.ok() ? found : std::nullopt;
  };
}

}  // namespace usher::ldap
