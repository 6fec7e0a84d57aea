// Changing and ending memberships.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/error.h"
#include "connectors/taskschmiede/errors.h"
#include "connectors/taskschmiede/target.h"
#include "mapping/text.h"

namespace usher::taskschmiede {
namespace {

constexpr std::string_view kUpdate = "update";
constexpr const char* kExternalId = "external_id";
constexpr std::string_view kRole = "role";
constexpr std::string_view kActivate = "activate";
constexpr std::string_view kSuspend = "suspend";
constexpr std::string_view kRemove = "remove";

const Fields& wanted_of(const Change& change) {
  static const Fields nothing;
  return change.after ? *change.after : nothing;
}

bool changes_role(const Change& change) {
  return contains_name(change.fields, kRole);
}

}  // namespace

std::vector<Applied> TaskschmiedeTarget::apply(std::span<const Change> changes, Steps& steps) {
  std::vector<Applied> applied;
  for (const Change& change : changes) applied.push_back(apply_one(change, steps));
  return applied;
}

Applied TaskschmiedeTarget::apply_one(const Change& change, Steps& steps) {
  switch (change.action) {
    case Action::kCreate:
      return create(change, steps);
    case Action::kAdopt:
    case Action::kUpdate:
      return update(change, steps);
    case Action::kReactivate:
      return reactivate(change, steps);
    case Action::kDeactivate:
      return deactivate(change, steps);
    default:
      throw ConnectorError(
          ErrorKind::kUnsupported,
          fmt::format("Taskschmiede's API cannot {} anybody", to_string(change.action)));
  }
}

Applied TaskschmiedeTarget::update(const Change& change, Steps& steps) {
  check_not_me(change);
  // What would be refused must not leave half of the change behind.
  const std::string role = changes_role(change) ? to_role(wanted_of(change)) : std::string();
  if (!role.empty() && role != "owner") check_not_last_owner(change);
  Applied applied{change.remote_id, std::nullopt, send_fields(change, steps)};
  if (!role.empty()) send_role(change, role, steps);
  return applied;
}

/// Returns what of it could not be written, for the report; empty: nothing.
std::string TaskschmiedeTarget::send_fields(const Change& change, Steps& steps) {
  const Fields& wanted = wanted_of(change);
  if (to_patch(change.fields, wanted, {}).empty()) return {};  // or is refused here
  check_may_write();
  // The metadata to merge into; and who left the organisation meanwhile is not ours to change.
  const User user = fetch_with_membership(change.remote_id);
  if (!user.role_in(settings_.organization)) {
    throw ConnectorError(ErrorKind::kNotFound,
                         fmt::format("not sent: {} is no member of the organisation any more",
                                     escape_for_display(user.email)));
  }
  nlohmann::ordered_json patch = to_patch(change.fields, wanted, user.metadata);
  std::optional<std::string> external_id;  // where it goes apart
  if (settings_.door == Door::kMcp && patch.contains(kExternalId)) {
    external_id = patch[kExternalId].get<std::string>();
    patch.erase(kExternalId);
  }
  if (!patch.empty()) send_update(change.remote_id, patch, steps);
  return external_id ? send_external_id(change.remote_id, *external_id, steps) : std::string();
}

void TaskschmiedeTarget::send_update(const std::string& id, const nlohmann::ordered_json& patch,
                                     Steps& steps) {
  if (steps.is_done(kUpdate)) return;
  steps.intend(kUpdate, id);
  client_.update_user(id, patch);
  steps.done(kUpdate, id);
}

// Where REST is closed the rest of the change must come true all the same, and who is adopted must
// get their link: without it nobody would remove them when they leave.
std::string TaskschmiedeTarget::send_external_id(const std::string& id,
                                                 const std::string& external_id, Steps& steps) {
  if (steps.is_done(kExternalId)) return {};
  steps.intend(kExternalId, id);
  try {
    client_.set_external_id(id, external_id);
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kUnsupported) throw;
    return fmt::format("external_id was not written: {}", error.what());
  }
  steps.done(kExternalId, id);
  return {};
}

void TaskschmiedeTarget::send_role(const Change& change, const std::string& role, Steps& steps) {
  if (steps.is_done(kRole)) return;
  steps.intend(kRole, role);
  client_.set_role(change.remote_id, role);
  steps.done(kRole, change.remote_id);
  roles_[change.remote_id] = role;
}

// Whoever was deactivated by us lost the membership too.
Applied TaskschmiedeTarget::reactivate(const Change& change, Steps& steps) {
  check_not_me(change);
  check_may_write();
  std::string role = to_role(wanted_of(change));
  if (role.empty()) role = "member";
  const User user = fetch_with_membership(change.remote_id);
  if (user.status != "active") activate(user.id, steps);
  if (!user.role_in(settings_.organization)) add_to_organization(user, role, steps);
  return update(change, steps);
}

void TaskschmiedeTarget::activate(const std::string& id, Steps& steps) {
  steps.intend(kActivate, id);
  client_.update_user(id, {{"status", "active"}});
  steps.done(kActivate, id);
}

Applied TaskschmiedeTarget::deactivate(const Change& change, Steps& steps) {
  check_not_me(change);
  check_not_last_owner(change);
  Applied applied{change.remote_id, std::nullopt, {}};
  // First, so that a leaver whose removal fails can do nothing with the membership.
  applied.note = suspend_where_due(change.remote_id, steps);
  if (!send_removal(change.remote_id, steps)) applied.note += "; was no member any more";
  return applied;
}

/// Returns what became of the account, for the report.
std::string TaskschmiedeTarget::suspend_where_due(const std::string& id, Steps& steps) {
  if (!me().is_admin) return "only a master admin can suspend the account too";
  User user;
  try {
    user = client_.fetch_user(id);
  } catch (const ConnectorError& error) {
    if (!says_not_found(error)) throw;
    return "the account is gone";
  }
  // Where our own organisation is not shown, nothing is known about others either.
  const bool is_shown = user.role_in(settings_.organization).has_value();
  const bool is_last = is_shown && user.memberships.size() == 1;
  if (!is_last && !settings_.always_suspend) {
    return is_shown ? "the account stays active for its other organisations"
                    : "the account stays active: the server does not show where else it is used";
  }
  if (user.status == "suspended") return "the account was suspended already";
  steps.intend(kSuspend, id);
  client_.update_user(id, {{"status", "suspended"}});
  steps.done(kSuspend, id);
  return "the account was suspended too";
}

/// False when there was nothing to remove. `not_found` does not prove that: the server also says it
/// to those who may not remove anybody.
bool TaskschmiedeTarget::send_removal(const std::string& id, Steps& steps) {
  if (steps.is_done(kRemove)) return true;
  steps.intend(kRemove, id);
  bool was_member = true;
  try {
    client_.remove_member(id);
  } catch (const ConnectorError& error) {
    if (error.kind != ErrorKind::kNotFound) throw;
    const MemberList list = client_.fetch_members();
    const bool is_member = std::ranges::count(list.members, id, &Member::user_id) > 0;
    if (!is_member && list.may_be_cut()) throw;  // who knows
    if (is_member) {
      throw ConnectorError(ErrorKind::kForbidden,
                           fmt::format("{}. Only an owner or admin of the organisation may remove "
                                       "its members: give that role to the account we log in with",
                                       error.what()),
                           error.code, error.http_status);
    }
    was_member = false;
  }
  steps.done(kRemove, id);
  roles_.erase(id);
  return was_member;
}

void TaskschmiedeTarget::check_may_write() {
  if (me().is_admin) return;
  throw ConnectorError(ErrorKind::kForbidden,
                       fmt::format("not sent: {} is no master admin, and only those may change "
                                   "other people's name, e-mail, status and metadata",
                                   escape_for_display(me().email)));
}

void TaskschmiedeTarget::check_not_me(const Change& change) {
  if (change.remote_id != my_id()) return;
  throw ConnectorError(ErrorKind::kRejected,
                       "not sent: this is the account we log in with; let somebody else change it, "
                       "or list it under `protected`");
}

// The documentation promises that the server refuses this. It does not (seen with 0.5.4).
void TaskschmiedeTarget::check_not_last_owner(const Change& change) {
  const auto role = roles_.find(change.remote_id);
  if (role != roles_.end() && ascii_lower(role->second) != "owner") return;
  learn_members(client_.fetch_members());
  if (change.remote_id != last_owner_) return;
  throw ConnectorError(ErrorKind::kRejected,
                       fmt::format("not sent: {} is the last owner of the organisation; make "
                                   "somebody else an owner first",
                                   escape_for_display(change.key)));
}

}  // namespace usher::taskschmiede
