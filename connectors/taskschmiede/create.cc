// From a person to a member of the organisation.
//
// A membership needs a user, a resource of its own, and the link between the two:
//
//   user ──► resource ──► link ──► member(role)
//
// By MCP one request makes all four, with the role `member`; by REST each is one. What is there is
// looked at before each step, so a chain that was cut anywhere goes on where it stopped, and so
// does one that somebody else began: a user who is in other organisations only, or in none any
// more. They are looked for on the whole server, because to the server another spelling of an
// address is another person: it would answer with a second user, not with a conflict.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/error.h"
#include "connectors/taskschmiede/errors.h"
#include "connectors/taskschmiede/target.h"
#include "mapping/text.h"

namespace usher::taskschmiede {
namespace {

constexpr std::string_view kCreate = "create";
constexpr std::string_view kResource = "resource";
constexpr std::string_view kLink = "link";
constexpr std::string_view kMember = "member";

/// What of the change an account that was there before does not show yet.
Change difference(const Change& change, const User& user) {
  Change rest = change;
  rest.remote_id = user.id;
  rest.fields.clear();
  const Account seen = to_account(user, {});
  Account wanted;
  wanted.fields = change.after.value_or(Fields{});
  for (const auto& [name, value] : to_canonical(std::move(wanted)).fields) {
    const Value* found = seen.fields.find(name);
    const bool is_ours = compare_names(name, "role") != 0 && compare_names(name, "email") != 0;
    if (is_ours && (found == nullptr || *found != value)) rest.fields.push_back(name);
  }
  return rest;
}

}  // namespace

Applied TaskschmiedeTarget::create(const Change& change, Steps& steps) {
  const NewUser wanted = to_new_user(change);
  bool is_new = false;
  const User user = find_or_create(wanted, steps, is_new);
  const auto role = user.role_in(settings_.organization);
  if (!role) {
    add_to_organization(user, wanted.role, steps);
  } else if (*role != wanted.role) {
    Change promotion = change;
    promotion.remote_id = user.id;
    send_role(promotion, wanted.role, steps);
  }
  roles_[user.id] = wanted.role;
  if (is_new) return {user.id, std::nullopt, {}};
  const std::string left = bring_in_line(user, change, steps);
  return {user.id, std::nullopt,
          "was on the server already and became a member" + (left.empty() ? "" : "; " + left)};
}

User TaskschmiedeTarget::find_or_create(const NewUser& wanted, Steps& steps, bool& is_new) {
  std::optional<User> user = find_address(wanted.email);
  if (!user) {
    steps.intend(kCreate, wanted.email);
    try {
      User created = client_.create_user(wanted);
      steps.done(kCreate, created.id);
      is_new = true;
      return created;
    } catch (const ConnectorError& error) {
      if (error.kind != ErrorKind::kConflict) throw;
      user = find_address(wanted.email);  // somebody was faster
      if (!user) throw;
    }
  }
  if (user->role_in(settings_.organization) && !steps.is_done(kCreate) && !steps.is_done(kMember)) {
    throw ConnectorError(
        ErrorKind::kConflict,
        fmt::format("{} is a member of the organisation already", escape_for_display(wanted.email)),
        "already_member");
  }
  return *std::move(user);
}

/// Whoever has this address, in whatever spelling.
std::optional<User> TaskschmiedeTarget::find_address(const std::string& email) {
  const std::vector<User> users = search_widely(email);
  if (users.empty()) return std::nullopt;
  if (users.size() == 1) return fetch_with_membership(users.front().id);
  throw ConnectorError(
      ErrorKind::kConflict,
      fmt::format("{} users have the address {} in different spellings ({} as {}, {} "
                  "as {}, …), and usher cannot tell which one is meant: give all but one another "
                  "address",
                  users.size(), escape_for_display(email), escape_for_display(users[0].id),
                  escape_for_display(users[0].email), escape_for_display(users[1].id),
                  escape_for_display(users[1].email)));
}

// The organisation alone is better than nobody: its members would get a second user otherwise.
std::vector<User> TaskschmiedeTarget::search_widely(const std::string& email) {
  try {
    if (sees_server_) return client_.search(Scope::kServer, email);
  } catch (const ConnectorError& error) {
    if (!is_closed(error)) throw;
    sees_server_ = false;
  }
  return client_.search(Scope::kOrganization, email);
}

void TaskschmiedeTarget::add_to_organization(const User& user, const std::string& role,
                                             Steps& steps) {
  if (user.resource_id.empty()) {
    steps.intend(kResource, user.id);
    const std::string resource = client_.create_resource(user.name);
    steps.done(kResource, user.id);
    steps.intend(kLink, resource);
    client_.link_resource(user.id, resource);
    steps.done(kLink, user.id);
  }
  steps.intend(kMember, user.id);
  try {
    client_.add_member(user.id, role);
  } catch (const ConnectorError& error) {
    // The answer to a first attempt was lost; which role it set is looked at by the next read.
    if (error.code != "already_member") throw;
  }
  steps.done(kMember, user.id);
}

// A user without any organisation who is suspended looks like somebody whom we deactivated. The
// status of others is not ours to change.
std::string TaskschmiedeTarget::bring_in_line(const User& user, const Change& change,
                                              Steps& steps) {
  const bool is_ours = settings_.always_suspend || user.memberships.empty();
  if (user.status == "suspended" && is_ours) activate(user.id, steps);
  return send_fields(difference(change, user), steps);
}

}  // namespace usher::taskschmiede
