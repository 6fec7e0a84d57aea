#include "connectors/taskschmiede/sandbox_members.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/sandbox/format.h"

namespace usher::sandbox::taskschmiede {
namespace {

using nlohmann::ordered_json;

constexpr std::int64_t kMostMembers = 1000;

std::string membership_text(const Organization& organization, const User& user) {
  const auto role = user.roles.find(organization.id);
  return dump({{"organization_id", organization.id},
               {"user_id", user.id},
               {"resource_id", user.resource_id},
               {"role", role == user.roles.end() ? "" : role->second}});
}

bool manages(const User& me, const Organization& organization) {
  const auto role = me.roles.find(organization.id);
  return me.is_admin ||
         (role != me.roles.end() && (role->second == "owner" || role->second == "admin"));
}

/// What the three operations on a membership look up first.
struct Target {
  Organization* organization = nullptr;
  User* user = nullptr;
  Outcome wrong = {};
};

Target find_target(Call& call) {
  Target target;
  const std::string organization_id = text(call, "org_id");
  const std::string user_id = text(call, "user_id");
  if (organization_id.empty() || user_id.empty()) {
    target.wrong = fail("invalid_input", "org_id and user_id are required");
    return target;
  }
  target.organization = call.server.find_organization(organization_id);
  target.user = call.server.find(user_id);
  if (target.organization == nullptr) {
    target.wrong = fail("invalid_input", "organization not found");
  } else if (!manages(call.me, *target.organization)) {
    target.wrong = fail("not_found", "Organization not found");
  } else if (target.user == nullptr) {
    target.wrong = fail("not_found", "User not found");
  }
  return target;
}

bool is_last_owner(const Call& call, const Organization& organization, const User& user) {
  if (call.context.switches.is("taskschmiede_last_owner", "open")) return false;
  const Server::Page all = call.server.list({.organization = organization.id,
                                             .status = {},
                                             .user_type = {},
                                             .search = {},
                                             .limit = 1'000'000'000});
  return user.roles.at(organization.id) == "owner" &&
         std::ranges::count_if(all.users, [&](const User* each) {
           return each->roles.at(organization.id) == "owner";
         }) == 1;
}

}  // namespace

Outcome list_members(Call& call) {
  const Organization* organization = call.server.find_organization(text(call, "org_id"));
  const bool may =
      call.me.is_admin || (organization != nullptr && call.me.roles.contains(organization->id));
  if (!may) return fail("not_found", "Organization not found");
  if (organization == nullptr) return {R"({"members":[],"total":0})"};
  const Server::Page page = call.server.list({.organization = organization->id,
                                              .status = {},
                                              .user_type = {},
                                              .search = {},
                                              .limit = kMostMembers - 1});
  // The fake does not keep members without an account; the first entry shows what they look like.
  std::string value = R"({"members":[{"resource_id":"res_0000000000000000","role":"member"})";
  for (const User* user : page.users) {
    value += R"(,{"user_id":)";
    append_json(value, user->id);
    append_member(value, "name", user->name);
    append_member(value, "email", user->email);
    append_member(value, "role", user->roles.at(organization->id));
    append_member(value, "resource_id", user->resource_id);
    value += '}';
  }
  return {value + fmt::format(R"(],"total":{}}})", page.users.size() + 1)};
}

Outcome add_member(Call& call) {
  Target target = find_target(call);
  if (target.wrong.failed()) return target.wrong;
  if (target.user->resource_id.empty()) {
    return fail("invalid_input", "User has no linked resource");
  }
  if (target.user->roles.contains(target.organization->id)) {
    return fail(documents(call.context) ? "already_member" : "invalid_input",
                "resource already in organization");
  }
  const std::string role = text(call, "role");
  call.server.join(*target.user, *target.organization, role.empty() ? "member" : role);
  return {membership_text(*target.organization, *target.user)};
}

Outcome set_role(Call& call) {
  Target target = find_target(call);
  if (target.wrong.failed()) return target.wrong;
  const std::string role = text(call, "role");
  if (role.empty()) {
    return fail("invalid_input", "organization_id, user_id, and role are required");
  }
  const auto held = target.user->roles.find(target.organization->id);
  if (held == target.user->roles.end()) {
    return fail("not_found", "User is not a member of this organization");
  }
  if (role != "owner" && is_last_owner(call, *target.organization, *target.user)) {
    return fail("invalid_input", "cannot demote the last owner");
  }
  held->second = role;  // not looked at
  return {membership_text(*target.organization, *target.user)};
}

Outcome remove_member(Call& call) {
  Target target = find_target(call);
  if (target.wrong.failed()) return target.wrong;
  if (!target.user->roles.contains(target.organization->id)) {
    return fail("not_found", "User is not a member of this organization");
  }
  if (is_last_owner(call, *target.organization, *target.user)) {
    return fail("invalid_input", "cannot remove the last owner");
  }
  call.server.leave(*target.user, *target.organization);
  return {dump({{"organization_id", target.organization->id},
                {"user_id", target.user->id},
                {"removed", true}})};
}

}  // namespace usher::sandbox::taskschmiede
