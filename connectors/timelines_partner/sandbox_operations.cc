#include "connectors/timelines_partner/sandbox_operations.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "connectors/sandbox/format.h"
#include "connectors/timelines_partner/sandbox_auth.h"
#include "connectors/timelines_partner/sandbox_render.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;

// The body's member as a whole number within the range; nothing, and an error, otherwise.
struct Number {
  std::optional<std::int64_t> value;
  bool wrong = false;
};

Number read_number(const json& body, const char* name, std::int64_t least, std::int64_t most) {
  const auto found = body.find(name);
  if (found == body.end()) {
    return {};
  }
  if (!found->is_number_integer() || *found < least || *found > most) {
    return {.value = std::nullopt, .wrong = true};
  }
  return {.value = found->get<std::int64_t>()};
}

bool is_display_name(const json& value) {
  if (!value.is_string()) {
    return false;
  }
  const auto name = value.get<std::string>();
  return !name.empty() && name.size() <= 100 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// Lower case, letters, digits and dashes, at most 30.
std::string slug_of(const std::string& display_name) {
  return ascii_lower(display_name).substr(0, 30);
}

// The seats are too few: the newest members lose theirs, never the owner.
json suspend_surplus(Workspace& workspace, const Context& context) {
  auto suspended = json::array();
  std::vector<std::int64_t> newest_first;
  for (auto each = workspace.users().rbegin(); each != workspace.users().rend(); ++each) {
    if (each->second.status == UserStatus::kActive && each->second.role != Role::kOwner) {
      newest_first.push_back(each->first);
    }
  }
  for (const auto user_id : newest_first) {
    if (seats_available(workspace, context) >= 0) {
      break;
    }
    workspace.update(user_id, [&](User& user) {
      user.status = UserStatus::kSuspended;
      suspended.push_back(suspended_member(user));
      std::for_each(user.whatsapp.begin(), user.whatsapp.end(),
                    [](WhatsAppAccount& account) { account.connected = false; });
    });
  }
  return suspended;
}

void restore_suspended(Workspace& workspace, const Context& context) {
  std::vector<std::int64_t> suspended;
  for (const auto& [user_id, user] : workspace.users()) {
    if (user.status == UserStatus::kSuspended) {
      suspended.push_back(user_id);
    }
  }
  for (const auto user_id : suspended) {
    if (seats_available(workspace, context) > 0) {
      workspace.update(user_id, [](User& user) { user.status = UserStatus::kActive; });
    }
  }
}

// Takes the user's WhatsApp account away; null when none is connected.
const WhatsAppAccount* cut_off(Workspace& workspace, std::int64_t user_id) {
  const WhatsAppAccount* result = nullptr;
  workspace.update(user_id, [&](User& user) {
    for (auto& account : user.whatsapp) {
      if (account.connected) {
        account.connected = false;
        result = &account;
      }
    }
  });
  return result;
}

}  // namespace

Response invalid_request(std::string_view description) {
  return partner_error(400, "invalid_request", description);
}

Response create_workspace(PartnerCall& call) {
  const auto seats = read_number(call.body, "seats_purchased", 1, 999);
  if (!is_display_name(call.body.value("display_name", json()))) {
    return invalid_request("display_name: 1 to 100 letters, digits and dashes");
  }
  if (seats.wrong) {
    return invalid_request("seats_purchased: 1 to 999");
  }
  const auto display_name = call.body["display_name"].get<std::string>();
  const auto workspace_id = slug_of(display_name);
  if (call.workspaces.find(workspace_id) != nullptr) {
    return partner_error(409, "workspace_creation_failed",
                         fmt::format("Workspace {} exists already", workspace_id));
  }
  auto& workspace = call.workspaces.create(workspace_id, display_name, seats.value.value_or(1),
                                           call.partner.id, call.context.now);
  return json_response(201, workspace_summary(workspace, call.context).dump());
}

Response get_workspace(PartnerCall& call) {
  return json_response(200, render_workspace(call.workspaces, *call.workspace, call.context));
}

Response patch_workspace(PartnerCall& call) {
  auto& workspace = *call.workspace;
  const auto seats = read_number(call.body, "seats_purchased", 1, 999);
  const bool renames = call.body.contains("display_name");
  if (seats.wrong || (renames && !is_display_name(call.body["display_name"]))) {
    return invalid_request(
        "display_name: 1 to 100 letters, digits and dashes; seats_purchased: 1 to 999");
  }
  if (renames) {
    workspace.display_name = call.body["display_name"].get<std::string>();
  }
  workspace.seats_total = seats.value.value_or(workspace.seats_total);
  workspace.updated_at = call.context.now;
  workspace.touch();
  auto suspended = suspend_surplus(workspace, call.context);
  if (call.context.switches.on("reactivate_on_seat_raise")) {
    restore_suspended(workspace, call.context);
  }
  auto result = workspace_summary(workspace, call.context);
  result["suspended_members"] = std::move(suspended);
  return json_response(200, result.dump());
}

// All or none.
Response create_users(PartnerCall& call) {
  auto& workspace = *call.workspace;
  const auto count = read_number(call.body, "count", 1, 99);
  if (!count.value) {
    return invalid_request("count: 1 to 99");
  }
  const auto free = std::max<std::int64_t>(0, seats_available(workspace, call.context));
  if (*count.value > free) {
    return partner_error(409, "seats_full",
                         fmt::format("Workspace {} has {} free seats, {} requested", workspace.id,
                                     free, *count.value));
  }
  auto users = json::array();
  for (std::int64_t i = 0; i < *count.value; ++i) {
    const auto& user = call.workspaces.add_placeholder(
        workspace, call.context.switches.get("placeholder_name"), Role::kAgent, call.context.now);
    users.push_back(user_json(user, call.context));
  }
  auto response = json_response(201, json{{"workspace_id", workspace.id},
                                          {"seats_total", workspace.seats_total},
                                          {"seats_available", free - *count.value},
                                          {"users", std::move(users)}}
                                         .dump());
  response.drop = call.context.switches.on("drop_users_reply");
  return response;
}

Response make_qr(PartnerCall& call) {
  auto& workspace = *call.workspace;
  const auto hours = read_number(call.body, "expires_in_hours", 1, 168);
  if (hours.wrong) {
    return invalid_request("expires_in_hours: 1 to 168");
  }
  if (workspace.find(call.user_id)->status != UserStatus::kActive) {
    return partner_error(409, "user_not_active", "User is not active");
  }
  const bool disconnected = cut_off(workspace, call.user_id) != nullptr;
  const bool revoked = workspace.qr_links.contains(call.user_id);
  const QrLink link{
      fmt::format("https://app.timelines.ai/qr/sandbox-{:012x}", call.workspaces.next_number()),
      call.context.now + hours.value.value_or(24) * 3600};
  workspace.qr_links[call.user_id] = link;
  return json_response(200, json{{"workspace_id", workspace.id},
                                 {"user_id", call.user_id},
                                 {"qr_link", link.url},
                                 {"expires_at", rfc3339(link.expires_at)},
                                 {"whatsapp_disconnected", disconnected},
                                 {"previous_qr_revoked", revoked}}
                                .dump());
}

Response disconnect(PartnerCall& call) {
  json result = {{"workspace_id", call.workspace->id}, {"user_id", call.user_id}};
  const auto* account = cut_off(*call.workspace, call.user_id);
  result["disconnected"] = account != nullptr;
  if (account == nullptr) {
    result["description"] = "no connected account";
  } else {
    result["disconnected_at"] = rfc3339(call.context.now);
    result["whatsapp_account_id"] = account->id;
    result["phone_number"] = account->phone;
  }
  return json_response(200, result.dump());
}

Response get_token(PartnerCall& call) {
  auto& workspace = *call.workspace;
  const auto& token =
      workspace.tokens.empty() ? call.workspaces.rotate_token(workspace) : workspace.tokens.front();
  return json_response(200, json{{"workspace_id", workspace.id}, {"token", token.text}}.dump());
}

Response rotate_token(PartnerCall& call) {
  const auto& token = call.workspaces.rotate_token(*call.workspace);
  return json_response(201, json{{"workspace_id", call.workspace->id},
                                 {"token", token.text},
                                 {"rotated_at", rfc3339(call.context.now)}}
                                .dump());
}

}  // namespace usher::sandbox
