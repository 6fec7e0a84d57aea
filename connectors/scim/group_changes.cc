// Writing memberships: deltas, batches, missing groups and emptied ones.

#include <fmt/format.h>

#include <algorithm>

#include "connectors/error.h"
#include "connectors/scim/convert.h"
#include "connectors/scim/group_mark.h"
#include "connectors/scim/groups.h"
#include "connectors/scim/pages.h"
#include "connectors/scim/write.h"
#include "mapping/text.h"

namespace usher::scim {
namespace {

constexpr std::size_t kUsualBatch = 100;
constexpr std::size_t kBytesAround = 64;  ///< `{"op":"remove","path":"members[value eq \"…\"]"},`

Texts groups_in(const std::optional<Fields>& fields) {
  return texts_of(fields ? fields->find("groups") : nullptr);
}

bool holds(const Texts& names, const std::string& wanted) {
  return std::ranges::any_of(
      names, [&](const std::string& name) { return fold_key(name) == fold_key(wanted); });
}

/// For each change the groups that went with it.
std::vector<std::string> notes_of(std::span<const Change> changes, const Texts& deleted) {
  std::vector<std::string> notes;
  for (const Change& change : changes) {
    Texts its;
    for (const std::string& name : groups_in(change.before)) {
      if (holds(deleted, name)) its.push_back(quote_for_display(name));
    }
    notes.push_back(
        its.empty() ? std::string()
                    : fmt::format("deleted, for nobody was left in it: {}", fmt::join(its, ", ")));
  }
  return notes;
}

}  // namespace

Groups::Deltas Groups::deltas_of(std::span<const Change> changes) const {
  Deltas deltas;
  const auto note = [&](const std::string& name, const std::string& id, bool adds) {
    if (!matches_any(settings_.groups.include, name)) return;
    Delta& delta = deltas[fold_key(name)];
    if (delta.name.empty()) delta.name = name;
    (adds ? delta.added : delta.removed).push_back(id);
  };
  for (const Change& change : changes) {
    const Texts before = groups_in(change.before);
    const Texts after = groups_in(change.after);
    for (const std::string& name : after) {
      if (!holds(before, name)) note(name, change.remote_id, true);
    }
    for (const std::string& name : before) {
      if (!holds(after, name)) note(name, change.remote_id, false);
    }
  }
  return deltas;
}

/// Does one group's part of the work; what the service refuses is kept for the end.
template <typename Work>
void Groups::attempt(const Delta& delta, const Work& work) {
  try {
    work();
  } catch (const ConnectorError& error) {
    const bool is_of_this_group =
        error.kind == ErrorKind::kRejected || error.kind == ErrorKind::kNotFound ||
        error.kind == ErrorKind::kConflict || error.kind == ErrorKind::kUnsupported;
    if (!is_of_this_group) {
      is_loaded_ = false;  // what is there is to be seen anew
      throw;
    }
    if (Group* group = find(fold_key(delta.name))) group->is_stale = true;
    refusals_.push_back(fmt::format("group {}: {}", quote_for_display(delta.name), error.what()));
  }
}

std::vector<std::string> Groups::apply(std::span<const Change> changes, Steps& steps) {
  refusals_.clear();
  step_ = 0;
  if (!is_loaded_) refresh();
  const Deltas deltas = deltas_of(changes);
  for (const Deltas::value_type& each : deltas) {
    if (each.second.added.empty()) continue;
    attempt(each.second, [&] {
      Group* group = find_or_make(each.first, each.second, steps);
      change_members(*group, each.second.added, true, steps);
    });
  }
  Texts deleted;
  for (const Deltas::value_type& each : deltas) {
    if (each.second.removed.empty()) continue;
    attempt(each.second, [&] {
      Group* group = find(each.first);
      if (group == nullptr) return;  // gone, and its members with it
      const bool empties = holds_nobody_else(*group, each.second.removed);
      if (group->is_gone) return;
      change_members(*group, each.second.removed, false, steps);
      if (empties && delete_if_emptied(each.first, steps)) deleted.push_back(each.second.name);
    });
  }
  if (!refusals_.empty()) {
    throw ConnectorError(ErrorKind::kRejected, fmt::format("{}", fmt::join(refusals_, "; ")));
  }
  return notes_of(changes, deleted);
}

// --- Groups --------------------------------------------------------------------------------------

Groups::Group* Groups::find(const std::string& folded_name) {
  const auto known = by_name_.find(folded_name);
  if (known == by_name_.end() || groups_[known->second].is_gone) return nullptr;
  return &groups_[known->second];
}

Groups::Group* Groups::find_or_make(const std::string& folded_name, const Delta& delta,
                                    Steps& steps) {
  if (Group* group = find(folded_name)) return group;
  if (!settings_.groups.create) {
    throw ConnectorError(ErrorKind::kRejected,
                         "does not exist, and `groups.create` is false: make it there, or set "
                         "`groups.create: true`");
  }
  look_for(delta.name);
  if (find(folded_name) == nullptr) {
    refuse_renamed(delta.name);
    make(delta.name, steps);
    refuse_renamed(delta.name);
  }
  if (Group* group = find(folded_name)) return group;
  throw ConnectorError(ErrorKind::kUnknownOutcome,
                       fmt::format("the service answered the creation of group {} with success, "
                                   "but shows no such group",
                                   quote_for_display(delta.name)));
}

/// A list may leave out what a filter finds. That a service has no such filter is no fault.
void Groups::look_for(const std::string& name) {
  const Texts& names = profile_.group_filter_attributes;
  const bool has_filter = names.empty() || contains_name(names, "displayName");
  if (profile_.filter_support == FilterSupport::kNone || !has_filter) return;
  try {
    const Answer answer = client_.get(fmt::format(
        "{}?filter={}&{}&count={}", kGroups, encode_segment(equals_filter("displayName", name)),
        pages_.by_cursor ? "cursor=" : "startIndex=1", pages_.count));
    for (const Json& row : to_page(answer.root()).rows) {
      const bool is_it = fold_key(member(row, "displayName").text_or("")) == fold_key(name);
      if (is_it && find(fold_key(name)) == nullptr) take(row, member(row, "id").as_text());
    }
  } catch (const ConnectorError& error) {
    if (error.kind == ErrorKind::kUnauthorized) throw;
  }
}

void Groups::refuse_renamed(const std::string& name) const {
  const auto renamed = renamed_.find(fold_key(name));
  if (renamed == renamed_.end()) return;
  throw ConnectorError(
      ErrorKind::kRejected,
      fmt::format("usher made it there, and it is called {} now: give it its name back, or let the "
                  "people's groups say {}",
                  quote_for_display(renamed->second), quote_for_display(renamed->second)));
}

void Groups::make(const std::string& name, Steps& steps) {
  const std::string step = fmt::format("create group {}", name);
  steps.intend(step, name);
  std::string id;
  try {
    const Answer answer = client_.create(kGroups, to_group(name, mark_of(name)));
    if (answer.has_resource()) {
      const std::string shown = member(answer.root(), "displayName").text_or("");
      if (fold_key(shown) == fold_key(name)) {
        id = member(answer.root(), "id").text_or("");
      } else if (!shown.empty()) {
        renamed_[fold_key(name)] = shown;  // the service chose the name
      }
    }
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kConflict) throw;  // somebody else was faster
  }
  if (id.empty() && !renamed_.contains(fold_key(name))) {
    is_loaded_ = false;
    refresh();
    const Group* group = find(fold_key(name));
    id = group == nullptr ? std::string() : group->id;
  } else if (!id.empty()) {
    by_name_[fold_key(name)] = static_cast<std::uint32_t>(groups_.size());
    groups_.push_back({.id = id, .name = name, .is_ours = true, .is_stale = true});
    new_.insert(id);
  }
  steps.done(step, id);
}

/// Whether the group is ours to delete once these users have left: it shows them, and nobody else.
/// A group that shows nobody while somebody is in it hides its members, and may have others.
bool Groups::holds_nobody_else(Group& group, const Texts& ids) {
  if (!settings_.groups.remove || !are_readable() || !group.is_ours) return false;
  const std::uint32_t number = number_of(group);
  read_again(number);
  const auto is_in = [&](const std::string& id) {
    return std::ranges::count(memberships_.groups_of(id), number) > 0;
  };
  const auto leaving = static_cast<std::size_t>(std::ranges::count_if(ids, is_in));
  return leaving > 0 && group.nested.empty() && memberships_.count(number) <= leaving;
}

/// Only one that is found empty when it is looked at once more.
bool Groups::delete_if_emptied(const std::string& folded_name, Steps& steps) {
  refresh();
  Group* group = find(folded_name);  // reading anew moves groups
  if (group == nullptr || group->is_stale || !group->nested.empty()) return false;
  if (memberships_.count(by_name_.at(folded_name)) > 0) return false;
  const std::string step = fmt::format("delete group {}", group->name);
  steps.intend(step, group->id);
  try {
    client_.remove(path_of(kGroups, group->id)).require(group->id);
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kNotFound) throw;
  }
  steps.done(step, group->id);
  group->is_gone = true;
  return true;
}

// --- Members -------------------------------------------------------------------------------------

std::size_t Groups::batch_size(const Texts& ids, bool adds) const {
  const int most = adds ? profile_.member_batch_add : profile_.member_batch_remove;
  const int of_all = profile_.member_batch_total;
  std::size_t size = kUsualBatch;
  if (most > 0) size = std::min(size, static_cast<std::size_t>(most));
  if (of_all > 0) size = std::min(size, static_cast<std::size_t>(of_all));
  if (!adds && profile_.patch_max_ops > 0 && !profile_.member_remove_by_value) {
    size = std::min(size, static_cast<std::size_t>(profile_.patch_max_ops));
  }
  if (profile_.group_patch_max_bytes > 0) {
    std::size_t longest = 0;
    for (const std::string& id : ids) longest = std::max(longest, id.size());
    const auto bytes = static_cast<std::size_t>(profile_.group_patch_max_bytes) / 2;
    size = std::min(size, bytes / (longest + kBytesAround));
  }
  return std::max<std::size_t>(size, 1);
}

void Groups::change_members(Group& group, const Texts& ids, bool adds, Steps& steps) {
  // A PUT is of the whole group: the second would undo the first where reads lag behind.
  const std::size_t size = puts() ? ids.size() : batch_size(ids, adds);
  for (std::size_t at = 0; at < ids.size(); at += size) {
    const std::span<const std::string> batch(ids.data() + at, std::min(size, ids.size() - at));
    try {
      send(group, batch, adds, steps);
    } catch (const ConnectorError& error) {
      if (error.kind != ErrorKind::kRejected || batch.size() == 1) throw;
      change_one_by_one(group, batch, adds, steps);  // one bad id spoils all
    }
  }
}

void Groups::change_one_by_one(Group& group, std::span<const std::string> ids, bool adds,
                               Steps& steps) {
  for (const std::string& id : ids) {
    try {
      send(group, {&id, 1}, adds, steps);
    } catch (const ConnectorError& error) {
      if (error.kind != ErrorKind::kRejected) throw;
      refusals_.push_back(fmt::format("group {}, user {}: {}", quote_for_display(group.name),
                                      escape_for_display(id), error.what()));
    }
  }
}

void Groups::send(Group& group, std::span<const std::string> ids, bool adds, Steps& steps) {
  const std::string step =
      fmt::format("{} members of {} {}", adds ? "add" : "remove", group.name, ++step_);
  if (!adds && !puts()) refuse_nested(group, ids);
  steps.intend(step, group.id);
  const Texts batch(ids.begin(), ids.end());
  try {
    if (puts()) {
      put_members(group, batch, adds);
    } else {
      group.is_stale = true;
      client_.patch(path_of(kGroups, group.id), to_member_patch(batch, adds, profile_))
          .require(group.id);
    }
  } catch (const ConnectorError& error) {
    if (error.kind == ErrorKind::kUnsupported && !puts() && profile_.group_put) {
      throw ConnectorError(
          ErrorKind::kUnsupported,
          fmt::format("{}; a PUT would write the whole membership, and is not tried unasked: if a "
                      "GET of a group shows everybody in it, set "
                      "`profile_overrides: {{group_patch: false}}`",
                      error.what()),
          error.code, error.http_status);
    }
    // Who is in the group no more cannot be taken out of it.
    if (adds || compare_names(error.code, "noTarget") != 0 || ids.size() > 1) throw;
  }
  steps.done(step, group.id);
}

/// `members[value eq "2"]` means the user 2 and the group 2.
void Groups::refuse_nested(const Group& group, std::span<const std::string> ids) {
  for (const std::string& id : ids) {
    if (std::ranges::count(group.nested, id) == 0) continue;
    throw ConnectorError(ErrorKind::kRejected,
                         fmt::format("a group of the same id {} is in it, and would be taken out "
                                     "together with the user: take the user out there",
                                     quote_for_display(id)));
  }
}

/// What a PUT does not name is taken out.
void Groups::require_all_shown(const Group& group, const Json& shown) const {
  const std::uint32_t number = number_of(group);
  std::vector<std::string> known;
  for (const Json& each : member(shown, "members").elements_or_none()) {
    std::string id = member(each, "value").as_text();
    if (std::ranges::count(memberships_.groups_of(id), number) > 0) known.push_back(std::move(id));
  }
  std::ranges::sort(known);
  known.erase(std::unique(known.begin(), known.end()), known.end());
  const bool shows_members =
      are_readable() && denied_.empty() && (has_shown_members_ || new_.contains(group.id));
  const std::size_t wanted = memberships_.count(number);
  if (shows_members && known.size() >= wanted) return;
  throw ConnectorError(
      ErrorKind::kRejected,
      fmt::format("a GET of the group shows {} of {} members that are known, and a PUT would take "
                  "out whom it does not show: nothing was sent",
                  known.size(), shows_members ? std::to_string(wanted) : "unknown"));
}

void Groups::put_members(Group& group, const Texts& ids, bool adds) {
  const std::uint32_t number = number_of(group);
  for (int tries = 1;; ++tries) {
    const Answer read = client_.get(path_of(kGroups, group.id));
    if (member(read.root(), "id").as_text() != group.id) {
      member(read.root(), "id").fail("the id asked for");
    }
    require_all_shown(group, read.root());
    try {
      client_
          .put(path_of(kGroups, group.id), to_group_replacement(read.root(), ids, adds),
               profile_.etag ? read.version() : std::string())
          .require(group.id);
      read_again(number);
      new_.erase(group.id);
      for (const std::string& id : adds ? ids : Texts{}) memberships_.add(number, id);
      return;
    } catch (const ConnectorError& error) {
      if (error.http_status != 412 || tries == kVersionTries) throw;
    }
  }
}

}  // namespace usher::scim
