#include "connectors/timelines/sandbox_teammate.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/sandbox/format.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

// The labels under the switches as they are, looked up once for a whole list.
struct Style {
  explicit Style(const Switches& switches)
      : old_shape(switches.is("teammate_shape", "old")),
        role_tokens(switches.is("role_labels", "token")),
        active(switches.get("active_label")),
        pending(switches.get("pending_label")),
        suspended(switches.get("suspended_label")) {}

  std::string status(UserStatus status) const {
    const auto label = status == UserStatus::kActive      ? active
                       : status == UserStatus::kSuspended ? suspended
                                                          : std::string("Invited");
    return old_shape ? ascii_lower(label) : label;
  }

  bool old_shape;
  bool role_tokens;
  std::string active;
  std::string pending;
  std::string suspended;
};

void append_invitation_status(std::string& out, const User& user, const Style& style) {
  out += R"(,"invitation_status":)";
  if (user.status == UserStatus::kExpired) {
    out += R"("Expired")";
  } else if (user.status == UserStatus::kInvited && !style.pending.empty()) {
    append_json(out, style.pending);
  } else {
    out += "null";
  }
}

void append_account(std::string& out, const WhatsAppAccount& account, const User& user,
                    const TimeZone& zone) {
  const auto digits = account.phone.substr(account.phone.starts_with('+') ? 1 : 0);
  const nlohmann::json item = {{"id", digits + "@s.whatsapp.net"},
                               {"phone", account.phone},
                               {"connected_on", local_time(account.connected_at, zone)},
                               {"status", account.connected ? "active" : "disconnected"},
                               {"owner_name", user.display_name},
                               {"owner_email", user.email},
                               {"account_name", user.display_name}};
  out += item.dump();
}

void append_teammate(std::string& out, const Workspace& workspace, const User& user,
                     const Style& style) {
  out += fmt::format(R"({{"user_id":{},"display_name":)", user.id);
  append_json(out, user.display_name);
  out += R"(,"email":)";
  append_json(out, user.email);
  out += R"(,"role":)";
  append_json(out, style.role_tokens ? role_token(user.role) : role_label(user.role));
  if (!style.old_shape) {
    out += R"(,"team":)";
    append_json(out, workspace.teams.at(user.team));
  }
  out += R"(,"status":)";
  append_json(out, style.status(user.status));
  if (!style.old_shape) {
    append_invitation_status(out, user, style);
  }
  out += fmt::format(R"(,"created_at":"{}","whatsapp_accounts":[)",
                     local_time(user.created_at, workspace.zone));
  for (const auto& account : user.whatsapp) {
    out += &account == &user.whatsapp.front() ? "" : ",";
    append_account(out, account, user, workspace.zone);
  }
  out += "]}";
}

void append_teams(std::string& out, const Workspace& workspace) {
  out += R"("teams":[)";
  for (const auto& title : workspace.teams) {
    out += &title == &workspace.teams.front() ? R"({"title":)" : R"(,{"title":)";
    append_json(out, title);
    out += '}';
  }
  out += "],";
}

template <typename Iterator>
void append_all(std::string& out, const Workspace& workspace, Iterator begin, Iterator end,
                const Style& style) {
  for (auto each = begin; each != end; ++each) {
    out += each == begin ? "" : ",";
    append_teammate(out, workspace, each->second, style);
  }
}

}  // namespace

Response timelines_error(const TimelinesError& error, const Context& context) {
  if (error.status == 401 && context.switches.is("401_body", "empty")) {
    return json_response(401, "");
  }
  nlohmann::json body = {
      {"status", "error"},
      {"message", error.field.empty() ? error.message : "Request validation failed"}};
  if (!error.code.empty() && context.switches.is("error_code", "present")) {
    body["error_code"] = error.code;
  }
  if (!error.field.empty()) {
    body["errors"] = {{{"fields", {error.field}}, {"msg", error.message}}};
  }
  return json_response(error.status, body.dump());
}

Response teammate_response(const Workspace& workspace, const User& user, const Context& context) {
  std::string out = R"({"status":"ok","data":)";
  append_teammate(out, workspace, user, Style(context.switches));
  return json_response(200, out + '}');
}

std::string render_teammates(const Workspace& workspace, const Context& context) {
  const Style style(context.switches);
  const auto& users = workspace.users();
  std::string out;
  out.reserve(users.size() * 256 + 1024);
  out += R"({"status":"ok","data":{)";
  if (!style.old_shape) {
    append_teams(out, workspace);
  }
  out += R"("teammates":[)";
  if (context.switches.is("list_order", "ascending")) {
    append_all(out, workspace, users.begin(), users.end(), style);
  } else {
    append_all(out, workspace, users.rbegin(), users.rend(), style);
  }
  return out + "]}}";
}

}  // namespace usher::sandbox
