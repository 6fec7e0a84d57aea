// The other people's part: accepting invitations, letting them expire, changing things by hand;
// and showing everything.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/sandbox/json_reader.h"
#include "connectors/sandbox/workspaces.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

nlohmann::json user_json(const Workspace& workspace, const User& user) {
  auto phones = nlohmann::json::array();
  for (const auto& account : user.whatsapp) {
    phones.push_back({{"phone", account.phone}, {"connected", account.connected}});
  }
  return {{"user_id", user.id},
          {"email", user.email},
          {"display_name", user.display_name},
          {"role", role_token(user.role)},
          {"team", workspace.teams.at(user.team)},
          {"status", status_word(user.status)},
          {"created_at", rfc3339(user.created_at)},
          {"whatsapp", std::move(phones)}};
}

nlohmann::json workspace_json(const Workspace& workspace, bool with_users, const Context& context) {
  nlohmann::json result = {
      {"id", workspace.id},
      {"display_name", workspace.display_name},
      {"seats",
       {{"total", workspace.seats_total},
        {"used", workspace.seats_used(context.switches.on("pending_uses_seat"))}}},
      {"teams", workspace.teams},
      {"mails", workspace.mails},
      {"api_calls", workspace.api_calls.used},
      {"user_count", workspace.users().size()}};
  if (with_users) {
    auto users = nlohmann::json::array();
    for (const auto& [user_id, user] : workspace.users()) {
      users.push_back(user_json(workspace, user));
    }
    result["users"] = std::move(users);
  }
  return result;
}

// Which workspace a control request means. With only one there is no need to say.
Workspace& chosen(Workspaces& model, std::map<std::string, Workspace, std::less<>>& all,
                  JsonReader& body) {
  const auto workspace_id = body.text("workspace");
  if (workspace_id.empty() && all.size() == 1) {
    return all.begin()->second;
  }
  auto* found = model.find(workspace_id);
  if (found == nullptr) {
    throw BadRequest(workspace_id.empty() ? "say which workspace is meant: {\"workspace\": …}"
                                          : fmt::format("there is no workspace `{}`",
                                                        escape_for_display(workspace_id)));
  }
  return *found;
}

const User& chosen_user(const Workspaces& model, const Workspace& workspace, JsonReader& body) {
  const auto user_id = body.integer("user_id", 0, 1, std::int64_t{1} << 53);
  const auto email = body.text("email");
  const auto* found = user_id != 0 ? workspace.find(user_id) : model.member(workspace, email);
  if (found == nullptr) {
    throw BadRequest(
        fmt::format("nobody in workspace `{}` has this user_id or email; say {{\"email\": …}} or "
                    "{{\"user_id\": …}}",
                    workspace.id));
  }
  return *found;
}

bool is_open(const User& user) {
  return user.status == UserStatus::kInvited || user.status == UserStatus::kExpired;
}

// Turns one open invitation, or with "all": true every one, into `status`.
std::int64_t settle_invitations(const Workspaces& model, Workspace& workspace, JsonReader& body,
                                UserStatus from, UserStatus to) {
  std::vector<std::int64_t> concerned;
  if (body.flag("all")) {
    for (const auto& [user_id, user] : workspace.users()) {
      if (user.status == from) {
        concerned.push_back(user_id);
      }
    }
  } else {
    const auto& user = chosen_user(model, workspace, body);
    if (!is_open(user)) {
      throw BadRequest(
          fmt::format("user {} is {}, not invited", user.id, status_word(user.status)));
    }
    concerned.push_back(user.id);
  }
  for (const auto user_id : concerned) {
    workspace.update(user_id, [&](User& user) { user.status = to; });
  }
  return static_cast<std::int64_t>(concerned.size());
}

}  // namespace

nlohmann::json Workspaces::state(std::string_view query, const Context& context) const {
  const auto only = query_value(query, "workspace");
  const bool with_users = query_value(query, "users") != "no";
  auto list = nlohmann::json::array();
  for (const auto& [workspace_id, workspace] : workspaces_) {
    if (only.empty() || only == workspace_id) {
      list.push_back(workspace_json(workspace, with_users, context));
    }
  }
  return {{"workspaces", std::move(list)}};
}

std::optional<nlohmann::json> Workspaces::act(std::string_view verb, const nlohmann::json& body,
                                              const Context& context) {
  if (verb != "accept" && verb != "expire" && verb != "edit") {
    return std::nullopt;
  }
  std::vector<std::string> problems;
  JsonReader reader(body, "", problems);
  if (verb == "edit") {
    reader.know({"workspace", "user_id", "email", "add", "seats", "teams", "delete", "role",
                 "status", "team", "display_name", "whatsapp"});
  } else {
    reader.know({"workspace", "user_id", "email", "all"});
  }
  reader.finish();
  require_no_problems(problems, verb);
  auto& workspace = chosen(*this, workspaces_, reader);
  std::int64_t changed = 1;
  if (verb == "edit") {
    edit(workspace, reader, context);
  } else {
    const auto to = verb == "accept" ? UserStatus::kActive : UserStatus::kExpired;
    changed = settle_invitations(*this, workspace, reader, UserStatus::kInvited, to);
  }
  require_no_problems(problems, verb);
  return nlohmann::json{{"workspace", workspace.id}, {"changed", changed}};
}

// With `add` a stranger appears; with `seats` or `teams` the workspace changes; else one user does.
void Workspaces::edit(Workspace& workspace, JsonReader& body, const Context& context) {
  if (body.has("add")) {
    body.object("add", [&](JsonReader& user) { load_user(workspace, user); });
  } else if (body.has("seats") || body.has("teams")) {
    workspace.seats_total = body.integer("seats", workspace.seats_total, 0, 100'000'000);
    for (const auto& title : body.texts("teams")) {
      if (workspace.team(title) == workspace.teams.size()) {
        workspace.teams.push_back(title);
      }
    }
    workspace.touch();
  } else {
    const auto& user = chosen_user(*this, workspace, body);
    if (body.flag("delete")) {
      remove(workspace, user.id);
    } else {
      edit_user(workspace, user, body);
    }
  }
  workspace.updated_at = context.now;
}

void Workspaces::edit_user(Workspace& workspace, const User& user, JsonReader& body) {
  const auto role =
      static_cast<Role>(body.choice("role", kRoleTokens, static_cast<std::size_t>(user.role)));
  const auto status = static_cast<UserStatus>(
      body.choice("status", kStatusWords, static_cast<std::size_t>(user.status)));
  const auto title = body.text("team", workspace.teams.at(user.team));
  const auto team = workspace.team(title);
  if (team == workspace.teams.size()) {
    body.problem("team", fmt::format("`{}` is none of the workspace's teams: {}",
                                     escape_for_display(title), fmt::join(workspace.teams, ", ")));
    return;
  }
  const auto name = body.text("display_name", user.display_name);
  const auto phones = body.texts("whatsapp");
  workspace.update(user.id, [&](User& changed) {
    changed.role = role;
    changed.status = status;
    changed.team = team;
    changed.display_name = name;
    for (const auto& phone : phones) {
      changed.whatsapp.push_back({.id = next_number(), .phone = phone, .connected_at = 0});
    }
  });
}

}  // namespace usher::sandbox
