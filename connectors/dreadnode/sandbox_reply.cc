#include "connectors/dreadnode/sandbox_reply.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/sandbox/format.h"

namespace usher::sandbox::dreadnode {
namespace {

using nlohmann::json;

std::string_view usual_type(int status) {
  switch (status) {
    case 401:
      return "authentication_error";
    case 403:
      return "authorization_error";
    case 404:
      return "not_found_error";
    case 422:
      return "validation_error";
    case 429:
      return "rate_limit_error";
    default:
      return "app_error";
  }
}

json validation_items(const Refusal& refusal, const Switches& switches) {
  if (refusal.field.empty()) return nullptr;
  const bool is_current = switches.is("dreadnode_error_items", "loc");
  return json::array({{{is_current ? "loc" : "location", {"body", refusal.field}},
                       {is_current ? "msg" : "message", refusal.detail},
                       {"type", "value_error"}}});
}

// The names under the switches as they are, looked up once for a whole list.
struct Style {
  explicit Style(const Switches& switches)
      : granted_key(switches.get("dreadnode_granted_key")),
        email_key(switches.get("dreadnode_reply_email")) {}

  std::string granted_key;
  std::string email_key;
};

void append_grant(std::string& out, const Workspace& workspace, std::int64_t number,
                  const Grant& grant, const Style& style) {
  out += fmt::format(R"({{"{}":"{}","id":"{}","permission":)", style.granted_key,
                     rfc3339(grant.granted_at), to_id(IdKind::kGrant, number));
  append_json(out, grant.permission);
  out += fmt::format(R"(,"{}":)", style.email_key);
  append_json(out, grant.user->email);
  out += fmt::format(R"(,"user_id":"{}","workspace_id":"{}"}})",
                     to_id(IdKind::kUser, grant.user->number),
                     to_id(IdKind::kWorkspace, workspace.number));
}

}  // namespace

Response refuse(const Refusal& refusal, const Context& context) {
  const json items = validation_items(refusal, context.switches);
  if (context.switches.is("dreadnode_error", "plain")) {
    return json_response(refusal.status,
                         json{{"detail", items.is_null() ? json(refusal.detail) : items}}.dump());
  }
  json body = {{"code", refusal.status},
               {"detail", items.is_null() ? refusal.detail : "Request validation failed"},
               {"type", refusal.type.empty() ? usual_type(refusal.status) : refusal.type}};
  if (!items.is_null() || context.switches.is("dreadnode_errors_member", "null")) {
    body["errors"] = items;
  }
  return json_response(refusal.status, body.dump());
}

Response no_such_operation(int status) {
  return json_response(status, json{{"detail", reason_phrase(status)}}.dump());
}

Response grant_response(const Workspace& workspace, std::int64_t number, const Context& context) {
  std::string out;
  append_grant(out, workspace, number, workspace.grants.at(number), Style(context.switches));
  return json_response(200, std::move(out));
}

std::string render_grants(const Workspace& workspace, const Context& context) {
  const Style style(context.switches);
  const bool is_bare = context.switches.is("dreadnode_list", "array");
  std::string out = is_bare ? "[" : R"({"users":[)";
  out.reserve(workspace.grants.size() * 280 + 64);
  bool is_first = true;
  for (const auto& [number, grant] : workspace.grants) {
    if (!is_first) out += ',';
    is_first = false;
    append_grant(out, workspace, number, grant, style);
  }
  return out + (is_bare ? "]" : "]}");
}

}  // namespace usher::sandbox::dreadnode
