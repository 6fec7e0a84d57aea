#include "connectors/timelines/sandbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "connectors/timelines/sandbox_invitation.h"
#include "connectors/timelines/sandbox_teammate.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;

constexpr SwitchSpec kSwitches[] = {
    {"error_code", "present|absent", "present",
     "errors carry a machine code; older deployments send none"},
    {"401_body", "envelope|empty", "envelope", "what a 401 has for a body"},
    {"token_role_check", "yes|no", "yes", "inviting needs a token of an owner or admin"},
    {"quota_status", "403|429", "403", "status of quota_exceeded, once all API calls are used"},
    {"workspace_seats", "present|absent", "present", "GET /workspace tells the seats"},
    {"teammate_shape", "current|old", "current",
     "old: no teams, no team, no invitation_status, status in lower case"},
    {"list_order", "ascending|descending", "ascending", "order of the teammates, by user id"},
    {"role_labels", "display|token", "display",
     "role as `Team supervisor` or as `team_supervisor`"},
    {"active_label", "text", "Active", "status of an active teammate"},
    {"pending_label", "text", "Pending", "invitation_status of an open invitation; empty: null"},
    {"suspended_label", "text", "Suspended", "status of a suspended teammate"},
    {"invite_when_full", "200|403|400", "403", "an invitation when no seat is free"},
    {"unknown_team", "404|400|create", "404", "an invitation into a team that does not exist"},
    {"omitted_role", "keep|default", "default",
     "what a role or team left out does to somebody who is in the workspace already"},
    {"default_role", "admin|team_supervisor|teammate|agent|collaborator", "teammate",
     "role of an invitation that names none"},
    {"owner_as_target", "ignore|change|refuse", "ignore", "an invitation with the Owner's address"},
    {"suspended_as_target", "update|reactivate|refuse", "update",
     "an invitation with the address of a suspended teammate"},
    {"mail_on_update", "invited|always|never", "invited",
     "whether an invitation of somebody who is there already sends a mail again"},
    {"email_check", "yes|no", "yes", "the form of an address is checked"},
    {"email_stored", "as_sent|lower", "as_sent", "letter case in which an address is kept"},
};

class TimelinesApi final : public Api {
 public:
  explicit TimelinesApi(std::shared_ptr<Workspaces> workspaces)
      : workspaces_(std::move(workspaces)), model_(workspaces_) {}

  std::string_view name() const override { return "timelines"; }
  std::string_view base_path() const override { return "/integrations/api"; }
  std::string_view list_member() const override { return "teammates"; }
  std::span<const SwitchSpec> switches() const override { return kSwitches; }
  const std::shared_ptr<Model>& model() const override { return model_; }

  Response error(int status, std::string_view message, const Context& context) const override;
  Response handle(const Request& request, const Context& context) override;

 private:
  struct Route {
    enum class Kind { kNone, kWorkspace, kTeammates, kMe, kInvitations, kInvitation };
    Kind kind = Kind::kNone;
    std::string_view method;
    std::string user_id;
  };
  static Route route(std::string_view path);

  Response dispatch(const Route& route, const Request& request, Workspace& workspace,
                    const Token& token, const Context& context);
  Response get_workspace(const Workspace& workspace, const Context& context) const;
  Response get_teammates(const Workspace& workspace, const Context& context);
  Response get_me(const Workspace& workspace, const Token& token, const Context& context) const;
  Response revoke(Workspace& workspace, const std::string& user_id, const Context& context);

  struct Rendered {
    std::uint64_t workspace_revision = 0;
    std::uint64_t switches_revision = 0;
    Body body;
  };

  std::shared_ptr<Workspaces> workspaces_;
  std::shared_ptr<Model> model_;
  std::unordered_map<std::string, Rendered> lists_;  // by workspace
};

std::string_view code_of_status(int status) {
  switch (status) {
    case 400:
      return "validation_error";
    case 401:
      return "invalid_token";
    case 403:
      return "permission_denied";
    case 404:
      return "not_found";
    case 405:
      return "not_supported";
    case 429:
      return "rate_limit_exceeded";
    default:
      return status >= 500 ? "internal_error" : "";
  }
}

std::string_view bearer_token(const Request& request) {
  const auto header = request.header("Authorization");
  return header.starts_with("Bearer ") ? header.substr(7) : std::string_view{};
}

// Why the token may not do this, as (status, code); code empty: it may.
std::pair<int, std::string_view> refusal(const Workspace& workspace, const Token& token,
                                         bool writes, const Context& context) {
  const auto* member = workspace.find(token.member);
  if (member == nullptr || member->status != UserStatus::kActive) {
    return {403, "member_not_found"};
  }
  if (!token.refusal.empty()) {
    return {403, token.refusal};
  }
  if (workspace.api_calls.used >= workspace.api_calls.total) {
    return {static_cast<int>(context.switches.number("quota_status")), "quota_exceeded"};
  }
  if (writes && member->role > Role::kAdmin && context.switches.on("token_role_check")) {
    return {403, "permission_denied"};
  }
  return {};
}

TimelinesApi::Route TimelinesApi::route(std::string_view path) {
  using Kind = Route::Kind;
  if (path == "/workspace") return {Kind::kWorkspace, "GET", {}};
  if (path == "/workspace/teammates") return {Kind::kTeammates, "GET", {}};
  if (path == "/workspace/teammates/me") return {Kind::kMe, "GET", {}};
  if (path == "/workspace/invitations") return {Kind::kInvitations, "POST", {}};
  const auto parts = split_path(path);
  if (parts.size() == 3 && parts[0] == "workspace" && parts[1] == "invitations" &&
      !parts[2].empty()) {
    return {Kind::kInvitation, "DELETE", parts[2]};
  }
  return {};
}

Response TimelinesApi::error(int status, std::string_view message, const Context& context) const {
  return timelines_error({.status = status,
                          .code = code_of_status(status),
                          .message = std::string(message),
                          .field = {}},
                         context);
}

Response TimelinesApi::handle(const Request& request, const Context& context) {
  const auto found = route(std::string_view(request.path).substr(base_path().size()));
  if (found.kind == Route::Kind::kNone) {  // a trailing slash ends here too
    return html_response(404, "The requested resource was not found on this server.");
  }
  if (request.method != found.method) {
    return error(405, fmt::format("Method {} is not supported", request.method), context);
  }
  if (!request.has_header("Authorization")) {
    return timelines_error({401, "missing_credentials", "Token missing", {}}, context);
  }
  const auto [workspace, token] = workspaces_->find_token(bearer_token(request));
  if (token == nullptr) {
    auto response = timelines_error({401, "invalid_token", "Token is not valid", {}}, context);
    response.credential = "unknown";
    return response;
  }
  const auto credential = token->id;
  auto response = dispatch(found, request, *workspace, *token, context);
  response.credential = credential;
  return response;
}

Response TimelinesApi::dispatch(const Route& route, const Request& request, Workspace& workspace,
                                const Token& token, const Context& context) {
  const auto [status, code] = refusal(workspace, token, request.method != "GET", context);
  if (!code.empty()) {
    return timelines_error({status, code, "This token may not do that", {}}, context);
  }
  ++workspace.api_calls.used;
  switch (route.kind) {
    case Route::Kind::kWorkspace:
      return get_workspace(workspace, context);
    case Route::Kind::kTeammates:
      return get_teammates(workspace, context);
    case Route::Kind::kMe:
      return get_me(workspace, token, context);
    case Route::Kind::kInvitations:
      return invite(*workspaces_, workspace, request.body, context);
    default:
      return revoke(workspace, route.user_id, context);
  }
}

json quota_json(const Quota& quota, const Workspace& workspace, const Context& context) {
  constexpr std::int64_t kMonth = 30 * 24 * 3600;
  const auto begin = context.now - context.now % kMonth;
  return {{"total", quota.total},
          {"used", quota.used},
          {"period_start", local_time(begin, workspace.zone)},
          {"period_end", local_time(begin + kMonth, workspace.zone)}};
}

Response TimelinesApi::get_workspace(const Workspace& workspace, const Context& context) const {
  json data = {{"workspace_id", workspace.id},
               {"display_name", workspace.display_name},
               {"plan", workspace.plan},
               {"messaging_quota", quota_json(workspace.messages, workspace, context)},
               {"api_calls_quota", quota_json(workspace.api_calls, workspace, context)},
               {"non_recurring_quota", {{"remaining_balance", 0}}}};
  if (context.switches.is("workspace_seats", "present")) {
    data["seats"] = workspaces_->seats(workspace, context);
  }
  return json_response(200, json{{"status", "ok"}, {"data", std::move(data)}}.dump());
}

Response TimelinesApi::get_teammates(const Workspace& workspace, const Context& context) {
  auto& rendered = lists_[workspace.id];
  if (!rendered.body || rendered.workspace_revision != workspace.revision() ||
      rendered.switches_revision != context.switches.revision()) {
    rendered = {workspace.revision(), context.switches.revision(),
                std::make_shared<const std::string>(render_teammates(workspace, context))};
  }
  return {.body = rendered.body};
}

Response TimelinesApi::get_me(const Workspace& workspace, const Token& token,
                              const Context& context) const {
  return teammate_response(workspace, *workspace.find(token.member), context);
}

Response TimelinesApi::revoke(Workspace& workspace, const std::string& user_id,
                              const Context& context) {
  std::int64_t number = 0;
  const auto [end, wrong] =
      std::from_chars(user_id.data(), user_id.data() + user_id.size(), number);
  if (wrong != std::errc{} || end != user_id.data() + user_id.size()) {
    return timelines_error({400, "validation_error", "user_id must be a number", "user_id"},
                           context);
  }
  const auto* user = workspace.find(number);
  if (user == nullptr) {
    return error(404, fmt::format("Teammate {} not found", number), context);
  }
  if (user->status != UserStatus::kInvited && user->status != UserStatus::kExpired) {
    // The real API names no code for this.
    return timelines_error(
        {409, "", fmt::format("Teammate {} has already accepted the invitation", number), {}},
        context);
  }
  const auto address = user->email;
  workspaces_->remove(workspace, number);
  auto response = json_response(
      200, json{{"status", "ok"},
                {"message", fmt::format("Invitation for teammate {} was revoked", number)}}
               .dump());
  response.address = address;
  return response;
}

}  // namespace

std::unique_ptr<Api> make_timelines_api(std::shared_ptr<Workspaces> workspaces) {
  return std::make_unique<TimelinesApi>(std::move(workspaces));
}

}  // namespace usher::sandbox
