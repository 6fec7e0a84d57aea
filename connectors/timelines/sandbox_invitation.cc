#include "connectors/timelines/sandbox_invitation.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "connectors/timelines/sandbox_teammate.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;

// What the request asks for; an error instead where it cannot be taken.
struct Invitation {
  std::string email;
  std::string first_name;
  std::string last_name;
  std::optional<Role> role;
  std::optional<std::uint32_t> team;
  std::optional<TimelinesError> error;

  void refuse(std::string field, std::string message) {
    if (!error) {
      error = TimelinesError{400, "validation_error", std::move(message), std::move(field)};
    }
  }
};

// The member's text, checked; empty when it is absent.
std::string read_text(const json& body, const char* name, std::size_t longest, Invitation& result) {
  const auto found = body.find(name);
  if (found == body.end()) {
    return {};
  }
  if (!found->is_string()) {
    result.refuse(name, "not a string");
    return {};
  }
  auto text = found->get<std::string>();
  if (text.find('\0') != std::string::npos) {
    result.refuse(name, "null characters are not allowed");
  }
  if (count_code_points(text) > longest) {
    result.refuse(name, fmt::format("longer than {} characters", longest));
  }
  return text;
}

bool is_address(std::string_view text) {
  const auto at = text.find('@');
  const auto domain = text.substr(std::min(at + 1, text.size()));
  return at != std::string_view::npos && at > 0 && domain.find('@') == std::string_view::npos &&
         domain.find('.') != std::string_view::npos && !domain.starts_with('.') &&
         !domain.ends_with('.') && text.find_first_of(" \t\r\n") == std::string_view::npos;
}

void read_role(const std::string& text, Invitation& result) {
  const auto wanted = ascii_lower(text);
  const auto* begin = std::begin(kRoleTokens) + 1;  // the owner cannot be set
  const auto* found = std::find(begin, std::end(kRoleTokens), wanted);
  if (found == std::end(kRoleTokens)) {
    result.refuse("role", "not a valid role");
  } else {
    result.role = static_cast<Role>(found - std::begin(kRoleTokens));
  }
}

void read_team(const std::string& title, Workspace& workspace, const Context& context,
               Invitation& result) {
  const auto team = workspace.team(title);
  if (team == workspace.teams.size()) {
    if (!context.switches.is("unknown_team", "create")) {
      const bool missing = context.switches.is("unknown_team", "404");
      result.error = TimelinesError{missing ? 404 : 400,
                                    missing ? "not_found" : "validation_error",
                                    fmt::format("Team {} not found", title),
                                    {}};
      return;
    }
    workspace.teams.push_back(title);
    workspace.touch();
  }
  result.team = team;
}

Invitation read_invitation(std::string_view text, Workspace& workspace, const Context& context) {
  Invitation result;
  const auto body = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) {
    result.refuse("", "The body is not a JSON object");
    return result;
  }
  result.email = read_text(body, "email", 254, result);
  result.first_name = read_text(body, "first_name", 150, result);
  result.last_name = read_text(body, "last_name", 150, result);
  const auto role = read_text(body, "role", 150, result);
  const auto team = read_text(body, "team_title", 10'000, result);
  if (result.email.empty()) {
    result.refuse("email", "required");
  } else if (context.switches.on("email_check") && !is_address(result.email)) {
    result.refuse("email", "not a valid email address");
  }
  if (body.contains("role")) {
    read_role(role, result);
  }
  if (!result.error && body.contains("team_title")) {
    read_team(team, workspace, context, result);
  }
  return result;
}

Role default_role(const Context& context) {
  const auto* found = std::find(std::begin(kRoleTokens), std::end(kRoleTokens),
                                context.switches.get("default_role"));
  return static_cast<Role>(found - std::begin(kRoleTokens));
}

TimelinesError refused(std::string message) {
  return {400, "validation_error", std::move(message), {}};
}

// The person is in the workspace already: only role and team change, names do not.
Response update_member(Workspace& workspace, std::int64_t user_id, const Invitation& wanted,
                       const Context& context) {
  const auto& user = *workspace.find(user_id);
  const bool suspended = user.status == UserStatus::kSuspended;
  const bool owner = user.role == Role::kOwner;
  if (owner && context.switches.is("owner_as_target", "refuse")) {
    return timelines_error(refused("The owner cannot be invited"), context);
  }
  if (suspended && context.switches.is("suspended_as_target", "refuse")) {
    return timelines_error(refused("The teammate is suspended"), context);
  }
  const bool open = user.status == UserStatus::kInvited || user.status == UserStatus::kExpired;
  const bool mails = context.switches.is("mail_on_update", "always") ||
                     (open && context.switches.is("mail_on_update", "invited"));
  const bool resets = context.switches.is("omitted_role", "default");
  workspace.update(user_id, [&](User& changed) {
    if (!owner || context.switches.is("owner_as_target", "change")) {
      changed.role = wanted.role.value_or(resets ? default_role(context) : changed.role);
      changed.team = wanted.team.value_or(resets ? 0 : changed.team);
    }
    if (open) {
      changed.status = UserStatus::kInvited;
    } else if (suspended && context.switches.is("suspended_as_target", "reactivate")) {
      changed.status = UserStatus::kActive;
    }
  });
  if (mails) {
    ++workspace.mails[user.email];
  }
  return teammate_response(workspace, user, context);
}

std::optional<TimelinesError> refuse_when_full(const Workspace& workspace, const Context& context) {
  const auto used = workspace.seats_used(context.switches.on("pending_uses_seat"));
  if (used < workspace.seats_total || context.switches.is("invite_when_full", "200")) {
    return std::nullopt;
  }
  if (context.switches.is("invite_when_full", "403")) {
    return TimelinesError{403, "quota_exceeded", "No seats left in this workspace", {}};
  }
  return refused("No seats left in this workspace");
}

Response invite_new(Workspaces& workspaces, Workspace& workspace, const Invitation& wanted,
                    const Context& context) {
  if (const auto full = refuse_when_full(workspace, context)) {
    return timelines_error(*full, context);
  }
  User user;
  user.email = context.switches.is("email_stored", "lower") ? to_lower(wanted.email) : wanted.email;
  user.display_name = std::string(trim(wanted.first_name + ' ' + wanted.last_name));
  if (user.display_name.empty()) {
    user.display_name = user.email;
  }
  user.role = wanted.role.value_or(default_role(context));
  user.team = wanted.team.value_or(0);
  user.status = UserStatus::kInvited;
  user.created_at = context.now;
  ++workspace.mails[user.email];
  return teammate_response(workspace, workspaces.add(workspace, std::move(user)), context);
}

}  // namespace

Response invite(Workspaces& workspaces, Workspace& workspace, std::string_view body,
                const Context& context) {
  const auto wanted = read_invitation(body, workspace, context);
  Response response;
  if (wanted.error) {
    response = timelines_error(*wanted.error, context);
  } else if (const auto* user = workspaces.member(workspace, wanted.email); user != nullptr) {
    response = update_member(workspace, user->id, wanted, context);
  } else {
    response = invite_new(workspaces, workspace, wanted, context);
  }
  response.address = wanted.email;
  return response;
}

}  // namespace usher::sandbox
