// Writing memberships: deltas, batches, missing groups and emptied ones.

#include <fmt/format.h>

#include <algorithm>

#include "connectors/error.h"
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
    is_loaded_ = false;  // what is there is to be seen anew
    if (!is_of_this_group) throw;
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
      change_members(*group, each.second.removed, false, steps);
      if (delete_if_emptied(each.first, steps)) deleted.push_back(each.second.name);
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
  make(delta.name, steps);
  if (Group* group = find(folded_name)) return group;
  throw ConnectorError(ErrorKind::kUnknownOutcome,
                       fmt::format("the service answered the creation of group {} with success, "
                                   "but shows no such group",
                                   quote_for_display(delta.name)));
}

void Groups::make(const std::string& name, Steps& steps) {
  const std::string step = fmt::format("create group {}", name);
  steps.intend(step, name);
  std::string id;
  try {
    const Answer answer = client_.create(kGroups, to_group(name, mark_of(name)));
    const Json root = answer.root();
    const bool is_meant = answer.has_resource() && member(root, "displayName").is_text() &&
                          fold_key(member(root, "displayName").as_text()) == fold_key(name);
    if (is_meant) id = member(root, "id").text_or("");
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kConflict) throw;  // somebody else was faster
  }
  if (id.empty()) {
    is_loaded_ = false;
    refresh();
    const Group* group = find(fold_key(name));
    id = group == nullptr ? std::string() : group->id;
  } else {
    by_name_[fold_key(name)] = static_cast<std::uint32_t>(groups_.size());
    groups_.push_back({.id = id, .name = name, .is_ours = true, .is_stale = true});
  }
  steps.done(step, id);
}

/// Only one that we made, and that is found empty when it is looked at once more.
bool Groups::delete_if_emptied(const std::string& folded_name, Steps& steps) {
  if (!settings_.groups.remove || !are_readable()) return false;
  refresh();
  Group* group = find(folded_name);  // reading anew moves groups
  if (group == nullptr || !group->is_ours || group->is_stale) return false;
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
  const std::size_t size = batch_size(ids, adds);
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
  steps.intend(step, group.id);
  group.is_stale = true;
  const Texts batch(ids.begin(), ids.end());
  const bool may_put = profile_.group_put;
  try {
    if (learned_put_ || (!profile_.group_patch && may_put)) {
      put_members(group, batch, adds);
    } else {
      client_.patch(path_of(kGroups, group.id), to_member_patch(batch, adds, profile_))
          .require(group.id);
    }
  } catch (const ConnectorError& error) {
    if (error.kind == ErrorKind::kUnsupported && may_put && !learned_put_) {
      learned_put_ = true;
      put_members(group, batch, adds);
    } else if (adds || compare_names(error.code, "noTarget") != 0 || ids.size() > 1) {
      throw;  // who is in the group no more cannot be taken out of it
    }
  }
  steps.done(step, group.id);
}

void Groups::put_members(const Group& group, const Texts& ids, bool adds) {
  for (int tries = 1;; ++tries) {
    const Answer read = client_.get(path_of(kGroups, group.id));
    try {
      client_
          .put(path_of(kGroups, group.id), to_group_replacement(read.root(), ids, adds),
               profile_.etag ? read.etag : std::string())
          .require(group.id);
      return;
    } catch (const ConnectorError& error) {
      if (error.http_status != 412 || tries == kVersionTries) throw;
    }
  }
}

}  // namespace usher::scim
