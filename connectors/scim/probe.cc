#include "connectors/scim/probe.h"

#include <fmt/format.h>

#include "connectors/error.h"
#include "connectors/scim/target.h"
#include "mapping/text.h"

namespace usher::scim {
namespace {

constexpr const char* kNobody = "usher-probe-nobody-has-this-name@invalid.example";

std::string_view word(const std::optional<bool>& flag) {
  return !flag ? "not said" : *flag ? "yes" : "no";
}

}  // namespace

Probe::Probe(const Settings& settings, Client& client, Users& users, const Advertised& advertised)
    : settings_(settings),
      profile_(settings.profile),
      client_(client),
      users_(users),
      advertised_(advertised) {}

std::vector<Finding> Probe::run() {
  for (const auto look : {&Probe::look_at_discovery, &Probe::look_at_users, &Probe::look_at_filters,
                          &Probe::look_at_one, &Probe::look_at_groups}) {
    try {
      (this->*look)();
    } catch (const ConnectorError& error) {
      warn(error.what());
      if (error.stops_target()) return std::move(findings_);
    }
  }
  say_limits();
  conclude();
  return std::move(findings_);
}

void Probe::look_at_discovery() {
  if (!advertised_.problem.empty()) {
    say(fmt::format("the service says nothing usable of itself, so the profile `{}` counts: {}",
                    profile_.name, advertised_.problem));
    return;
  }
  say(fmt::format("advertised: PATCH {}, filters {}, versions {}, cursors {}, largest page {}",
                  word(advertised_.patch), word(advertised_.filter), word(advertised_.etag),
                  word(advertised_.cursor),
                  advertised_.max_page ? std::to_string(*advertised_.max_page) : "not said"));
  if (advertised_.patch == false && profile_.user_patch) propose("user_patch", "false");
}

void Probe::look_at_users() {
  std::size_t count = 0;
  const Receipt receipt = users_.list([&](const Account& account, const Json&) {
    if (some_id_.empty()) some_id_ = account.remote_id;
    ++count;
  });
  say(fmt::format("credential accepted, {} users on {} pages", count, receipt.pages));
  for (const std::string& reason : receipt.reasons) warn(reason);
  const Answer answer =
      client_.get(fmt::format("{}?startIndex=1&count={}", kUsers, users_.pages().count));
  const Page page = to_page(answer.root());
  if (page.total && *page.total < count) {
    warn(fmt::format("totalResults is {} where {} users are: it is not believed", *page.total,
                     count));
  }
  look_at_pages(page);
}

void Probe::look_at_pages(const Page& page) {
  const auto asked = static_cast<std::size_t>(users_.pages().count);
  const bool has_more = (page.total && *page.total > page.rows.size()) || !page.next_cursor.empty();
  if (has_more && page.rows.size() < asked && !page.rows.empty()) {
    say(fmt::format("pages have {} rows where {} were asked for", page.rows.size(), asked));
    propose("page_size", std::to_string(page.rows.size()));
  }
  const bool is_cursor_only = !page.next_cursor.empty() && !page.by_index;
  if (is_cursor_only && profile_.paging != Paging::kCursor) propose("paging", "cursor");
  say(users_.pages().by_cursor || is_cursor_only ? "lists are read by cursor"
                                                 : "lists are read by startIndex");
}

void Probe::look_at_filters() {
  if (users_.witness().empty()) {
    say("whether filters work cannot be told: there is nobody to look for");
    return;
  }
  bool finds_one = false;
  bool finds_others = false;
  try {
    const Users::Found someone = users_.ask_filter(users_.witness());
    const Users::Found nobody = users_.ask_filter(kNobody);
    finds_one = someone.matches == 1;
    finds_others = someone.others > 0 || nobody.others > 0 || nobody.matches > 0;
  } catch (const ConnectorError& error) {
    if (error.stops_target()) throw;
    say(fmt::format("the filter `userName eq` is refused: {}", error.what()));
  }
  if (finds_one && !finds_others && users_.minds_case()) {
    say("the filter `userName eq` minds letter case, which userNames do not: whom it misses is "
        "looked for in the whole list");
  } else if (finds_one && !finds_others) {
    say("the filter `userName eq` works");
    if (advertised_.filter == false && profile_.filter_advertised) {
      propose("filter_advertised", "false");
    }
  } else if (users_.can_filter()) {
    const char* how =
        finds_others ? "finds others than it is asked for" : "does not find somebody who is there";
    warn(fmt::format("the filter `userName eq` {}: people are looked up in the whole list", how));
    propose("filter_support", "none");
  }
}

void Probe::look_at_one() {
  if (some_id_.empty()) return;
  const Answer answer = client_.get(path_of(kUsers, some_id_));
  if (answer.version().empty() && profile_.etag) propose("etag", "false");
  say(fmt::format("users are changed by {}{}", users_.puts() ? "reading and PUT" : "PATCH",
                  settings_.update ? " (`update`)" : ""));
}

void Probe::look_at_groups() {
  if (!profile_.groups) {
    say(fmt::format("{} has no groups", profile_.title));
    return;
  }
  try {
    const Answer answer = client_.get(fmt::format(
        "{}?{}&count=1{}", kGroups, users_.pages().by_cursor ? "cursor=" : "startIndex=1",
        profile_.projection == Projection::kNone ? "" : "&excludedAttributes=members"));
    const Page page = to_page(answer.root());
    say(page.total ? fmt::format("{} groups", *page.total) : std::string("groups can be read"));
  } catch (const ConnectorError& error) {
    const bool is_none =
        error.kind == ErrorKind::kNotFound || error.kind == ErrorKind::kUnsupported;
    if (!is_none) throw;
    say("the service has no groups");
    propose("groups", "false");
  }
}

void Probe::say_limits() {
  if (profile_.deactivate_means == DeactivateMeans::kDeletes) {
    say("setting somebody inactive deletes the account: usher does not deactivate here");
  }
  if (profile_.delete_means == DeleteMeans::kDeactivates) {
    say("DELETE only deactivates: usher deactivates and deletes nobody");
  }
  if (profile_.delete_means == DeleteMeans::kSuspendsForever) {
    say("DELETE suspends an account for good");
  }
  if (!profile_.updatable.empty()) {
    say(fmt::format("only {} can be changed after the creation: the rest is left to humans",
                    fmt::join(profile_.updatable, ", ")));
  }
  say("whose credential this is cannot be learned: name its holder under `protected`");
}

void Probe::conclude() {
  if (proposals_.empty()) {
    say(fmt::format("the profile `{}` fits what could be seen", profile_.name));
    return;
  }
  std::string overrides;
  for (const auto& [key, value] : proposals_) {
    overrides += fmt::format("{}{}: {}", overrides.empty() ? "" : ", ", key, value);
  }
  say(fmt::format("proposed: profile: {}, profile_overrides: {{ {} }}", profile_.name, overrides));
}

std::vector<Finding> ScimTarget::probe() {
  try {
    learn();
  } catch (const ConnectorError& error) {
    return {{false, error.what()}};
  }
  return Probe(settings_, client_, users_, advertised_).run();
}

}  // namespace usher::scim
