#include "connectors/scim/groups.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/error.h"
#include "connectors/scim/convert.h"
#include "connectors/scim/group_mark.h"
#include "connectors/scim/pages.h"
#include "mapping/text.h"

namespace usher::scim {
namespace {

/// Ids of users and groups may be the same where they are counted numbers.
bool is_nested_group(const Json& member_of_group) {
  if (compare_names(member(member_of_group, "type").text_or(""), "Group") == 0) return true;
  return member(member_of_group, "$ref").text_or("").find("/Groups/") != std::string::npos;
}

std::string members_query(const Profile& profile, std::string_view group_id) {
  std::string query = "filter=" + encode_segment(equals_filter("groups.value", group_id));
  return profile.projection == Projection::kAny ? "attributes=id&" + query : query;
}

}  // namespace

Groups::Groups(const Settings& settings, Client& client)
    : settings_(settings),
      profile_(settings.profile),
      client_(client),
      pages_(choose_paging(profile_, {})) {}

bool Groups::are_readable() const {
  return profile_.members_readable != MembersReadable::kNo;
}

// --- Reading -------------------------------------------------------------------------------------

std::vector<std::string> Groups::load() {
  is_loaded_ = false;
  groups_.clear();
  by_name_.clear();
  renamed_.clear();
  new_.clear();
  memberships_ = {};
  has_shown_members_ = false;
  silent_.clear();
  reasons_.clear();
  warnings_.clear();
  const bool in_list = profile_.members_readable == MembersReadable::kYes;
  const char* query =
      in_list || profile_.projection == Projection::kNone ? "" : "excludedAttributes=members";
  try {
    Walk walk(client_, kGroups, query, pages_);
    const Receipt receipt =
        walk.run([&](const Json& row, const std::string& id) { take(row, id); });
    reasons_.insert(reasons_.end(), receipt.reasons.begin(), receipt.reasons.end());
    if (in_list) read_silent();
    if (!in_list && are_readable() && !groups_.empty()) {
      if (filter_tells_groups_apart()) {
        for (std::uint32_t i = 0; i < groups_.size(); ++i) read_members_by_filter(i);
      } else {
        reasons_.emplace_back("the service does not follow the filter `groups.value eq`");
      }
    }
  } catch (const ConnectorError& error) {
    if (error.stops_target()) throw;
    reasons_.emplace_back(error.what());
  }
  for (const Group& group : groups_) {
    if (!group.is_silent) continue;
    silent_.emplace(group.id, group.name);
    silent_.emplace(group.name, group.name);
  }
  is_loaded_ = reasons_.empty();
  return reasons_;
}

void Groups::take(const Json& row, const std::string& id) {
  const std::string name = member(row, "displayName").text_or("");
  if (name.empty()) {
    warnings_.push_back(
        fmt::format("group {} has no displayName: it fits no name in `groups.include`, and is left "
                    "alone",
                    quote_for_display(id)));
    return;
  }
  const std::string mark = member(row, "externalId").text_or("");
  if (is_mark(mark) && mark != mark_of(name)) renamed_[fold_key(name_in(mark))] = name;
  if (!matches_any(settings_.groups.include, name)) return;
  const auto number = static_cast<std::uint32_t>(groups_.size());
  if (find(fold_key(name)) != nullptr) {
    reasons_.push_back(
        fmt::format("two groups are called {}: rename one, or take it out of "
                    "`groups.include`",
                    quote_for_display(name)));
    return;
  }
  by_name_[fold_key(name)] = number;
  groups_.push_back({.id = id, .name = name, .is_ours = is_mark(mark)});
  if (profile_.members_readable != MembersReadable::kYes) return;
  read_members(number, member(row, "members"));
}

/// A list that shows nobody in any group may leave members to whoever asks for one.
void Groups::read_silent() {
  if (has_shown_members_) return;
  for (std::uint32_t i = 0; i < groups_.size(); ++i) read_group(i);
}

void Groups::read_group(std::uint32_t number) {
  Group& group = groups_[number];
  try {
    const Answer answer = client_.get(path_of(kGroups, group.id));
    const std::string id = member(answer.root(), "id").as_text();
    if (id != group.id) member(answer.root(), "id").fail("the id asked for");
    read_members(number, member(answer.root(), "members"));
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kNotFound) throw;
    group.is_gone = true;
  }
}

void Groups::read_members(std::uint32_t number, const Json& members) {
  Group& group = groups_[number];
  group.nested.clear();
  group.is_silent = true;
  for (const Json& each : members.elements_or_none()) {
    std::string id = member(each, "value").as_text();
    if (is_nested_group(each)) {
      group.nested.push_back(std::move(id));
    } else {
      memberships_.add(number, id);
      has_shown_members_ = true;
    }
    group.is_silent = false;
  }
  group.is_stale = false;
}

void Groups::begin_comparison() {
  named_otherwise_.clear();
  denied_.clear();
}

void Groups::compare(const Json& user, std::string_view id) {
  const std::string name = member(user, "userName").text_or("");
  if (name != id && !memberships_.groups_of(name).empty()) named_otherwise_ = name;
  if (silent_.empty()) return;
  for (const Json& each : member(user, "groups").elements_or_none()) {
    if (!each.is_object()) return;
    if (compare_names(member(each, "type").text_or(""), "indirect") == 0) continue;
    for (const char* part : {"value", "display"}) {
      const auto at = silent_.find(member(each, part).text_or(""));
      if (at != silent_.end()) denied_ = at->second;
    }
  }
}

std::vector<std::string> Groups::contradictions() const {
  std::vector<std::string> found;
  if (!denied_.empty()) {
    found.push_back(fmt::format(
        "users say that they are in {}, which shows nobody; if members can only be asked "
        "for, set `profile_overrides: {{members_readable: by_user_filter}}`",
        quote_for_display(denied_)));
  }
  if (!named_otherwise_.empty()) {
    found.push_back(
        fmt::format("{} is shown in a group by another name than their id, so that nobody can tell "
                    "who is in it; try `profile_overrides: {{members_readable: by_user_filter}}`",
                    quote_for_display(named_otherwise_)));
  }
  return found;
}

void Groups::read_members_by_filter(std::uint32_t number) {
  Group& group = groups_[number];
  Walk walk(client_, kUsers, members_query(profile_, group.id), pages_);
  try {
    const Receipt receipt =
        walk.run([&](const Json&, const std::string& id) { memberships_.add(number, id); });
    for (const std::string& reason : receipt.reasons) {
      throw ConnectorError(ErrorKind::kTransient,
                           fmt::format("members of {}: {}", quote_for_display(group.name), reason));
    }
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kNotFound) throw;  // some say so when nobody matches
  }
  group.is_silent = false;
  group.is_stale = false;
}

/// A filter that is not followed would put everybody into every group.
bool Groups::filter_tells_groups_apart() {
  bool finds_somebody = false;
  Walk walk(client_, kUsers, members_query(profile_, "usher-no-such-group"), pages_);
  try {
    (void)walk.run([&](const Json&, const std::string&) { finds_somebody = true; });
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kNotFound) throw;
  }
  return !finds_somebody;
}

void Groups::refresh() {
  if (!is_loaded_) {
    if (const auto reasons = load(); !reasons.empty()) {
      throw ConnectorError(ErrorKind::kTransient, "groups could not be read: " + reasons.front());
    }
  }
  for (std::uint32_t i = 0; i < groups_.size(); ++i) {
    if (groups_[i].is_stale && !groups_[i].is_gone && are_readable()) read_again(i);
  }
}

void Groups::read_again(std::uint32_t number) {
  memberships_.clear_group(number);
  if (profile_.members_readable == MembersReadable::kYes) {
    read_group(number);
  } else {
    read_members_by_filter(number);
  }
}

Texts Groups::of(std::string_view user_id) const {
  Texts names;
  for (const std::uint32_t number : memberships_.groups_of(user_id)) {
    names.push_back(groups_[number].name);
  }
  std::ranges::sort(names);
  return names;
}

Texts Groups::names() const {
  Texts names;
  for (const Group& group : groups_) {
    if (!group.is_gone) names.push_back(group.name);
  }
  std::ranges::sort(names);
  return names;
}

Texts Groups::canonical(const Texts& wanted) const {
  Texts names;
  for (const std::string& name : wanted) {
    if (!matches_any(settings_.groups.include, name)) continue;
    const auto known = by_name_.find(fold_key(name));
    names.push_back(known == by_name_.end() ? name : groups_[known->second].name);
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace usher::scim
