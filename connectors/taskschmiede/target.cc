#include "connectors/taskschmiede/target.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/error.h"
#include "connectors/taskschmiede/errors.h"
#include "connectors/taskschmiede/reading.h"
#include "mapping/text.h"

namespace usher::taskschmiede {
TaskschmiedeTarget::TaskschmiedeTarget(Settings settings, HttpContext& http)
    : settings_(std::move(settings)),
      capabilities_(taskschmiede::capabilities(settings_)),
      client_(settings_, http) {}

const Me& TaskschmiedeTarget::me() {
  if (!me_) me_ = client_.fetch_me();
  return *me_;
}

// A login has told it already; a token has not.
std::string TaskschmiedeTarget::my_id() {
  if (my_id_.empty()) my_id_ = client_.user_id();
  if (my_id_.empty()) my_id_ = me().id;
  return my_id_;
}

void TaskschmiedeTarget::learn_members(const MemberList& list) {
  roles_.clear();
  last_owner_.clear();
  std::size_t owners = 0;
  for (const Member& member : list.members) {
    roles_[member.user_id] = member.role;
    if (ascii_lower(member.role) != "owner") continue;
    last_owner_ = ++owners == 1 ? member.user_id : std::string();
  }
}

Listing TaskschmiedeTarget::list(AccountSink& sink) {
  Listing listing;
  listing.receipt.result = "200";
  listing.tenancy =
      fmt::format("taskschmiede {} {}", settings_.http.base_url, settings_.organization);
  const MemberList members = client_.fetch_members();
  learn_members(members);
  ++listing.receipt.pages;
  Reading reading(listing.receipt, sink);
  const std::string me = my_id();
  read_pages(reading, sink);
  reading.close(members, me);
  report_rights(sink);
  return listing;
}

void TaskschmiedeTarget::read_pages(Reading& reading, AccountSink& sink) {
  const auto take = [&](const User& user) {
    if (!reading.take(user)) return;
    const auto role = roles_.find(user.id);
    sink.account(to_account(user, role == roles_.end() ? "" : role->second));
  };
  while (!reading.is_drained()) {
    try {
      reading.close_page(client_.fetch_users(Scope::kOrganization, reading.rows(), {}, take));
    } catch (const ConnectorError& error) {
      if (error.stops_target() || reading.rows() == 0) throw;
      reading.break_off(error.what());
    }
  }
}

void TaskschmiedeTarget::report_rights(AccountSink& sink) {
  if (!me_ || me_->is_admin) return;
  sink.problem({.message = fmt::format(
                    "{} is no master admin of the server: nobody can be created, renamed or "
                    "suspended, only roles and memberships can be changed",
                    escape_for_display(me_->email))});
}

Account TaskschmiedeTarget::to_account(const User& user, const std::string& role) const {
  Account account = taskschmiede::to_account(user, role);
  if (user.id == last_owner_) account.untouchable = "the last owner of the organisation";
  if (user.id == my_id_) account.untouchable = "the account we log in with";
  return account;
}

Lookup TaskschmiedeTarget::find(const AccountRef& ref) {
  try {
    (void)my_id();
    return ref.remote_id.empty() ? find_key(ref.key) : find_id(ref.remote_id);
  } catch (const ConnectorError& error) {
    if (error.stops_target()) throw;
    return {};
  }
}

// Who is shown without organisations is in none, or this server shows none: then the members know.
User TaskschmiedeTarget::fetch_with_membership(const std::string& id) {
  User user = client_.fetch_user(id);
  if (!user.memberships.empty()) return user;
  learn_members(client_.fetch_members());
  const auto role = roles_.find(id);
  if (role != roles_.end()) user.memberships.push_back({settings_.organization, role->second});
  return user;
}

Lookup TaskschmiedeTarget::find_id(const std::string& id) {
  if (!me().is_admin) return find_member(id);
  try {
    const User user = client_.fetch_user(id);
    // In none, or this server does not show any: the members know.
    if (user.memberships.empty()) return find_member(id);
    const auto role = user.role_in(settings_.organization);
    if (!role) return {Presence::kAbsent, {}};
    roles_[id] = *role;
    return {Presence::kPresent, to_account(user, *role)};
  } catch (const ConnectorError& error) {
    if (!says_not_found(error)) throw;
    return {Presence::kAbsent, {}};
  }
}

// From all but a master admin the server hides single users, but not the members.
Lookup TaskschmiedeTarget::find_member(const std::string& id) {
  const MemberList list = client_.fetch_members();
  learn_members(list);
  const auto member = std::ranges::find(list.members, id, &Member::user_id);
  if (member == list.members.end()) {
    return {list.may_be_cut() ? Presence::kUnknown : Presence::kAbsent, {}};
  }
  for (const User& user : client_.search(Scope::kOrganization, member->email)) {
    if (user.id == id) return {Presence::kPresent, to_account(user, member->role)};
  }
  return {};  // two lists that contradict each other
}

// Two accounts with one address are nobody in particular.
Lookup TaskschmiedeTarget::find_key(const std::string& key) {
  const std::vector<User> users = client_.search(Scope::kOrganization, key);
  if (users.empty()) return {Presence::kAbsent, {}};
  return users.size() == 1 ? find_id(users.front().id) : Lookup{};
}

Account TaskschmiedeTarget::canonical(Account desired) const {
  return to_canonical(std::move(desired));
}

const ConnectorKind& kind() {
  static const ConnectorKind kind{
      {.name = "taskschmiede",
       .settings = setting_specs(),
       .capabilities = capabilities({}),
       .check = check_settings},
      [](const SettingValues& values, HttpContext& http) -> std::unique_ptr<Target> {
        return std::make_unique<TaskschmiedeTarget>(read_settings(values), http);
      }};
  return kind;
}

}  // namespace usher::taskschmiede
