#include "connectors/timelines_partner/sandbox.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "connectors/timelines_partner/sandbox_auth.h"
#include "connectors/timelines_partner/sandbox_operations.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;

constexpr SwitchSpec kSwitches[] = {
    {"auth_error_status", "mixed|401|403|400", "mixed",
     "status of a refused credential; mixed: what each reason suggests"},
    {"foreign_workspace", "404|403", "404", "status for a workspace of somebody else"},
    {"billing_managed_status", "403|404", "403", "status for a workspace that pays by itself"},
    {"max_jwt_window", "number", "360",
     "longest time between nbf and exp that is taken, in seconds"},
    {"status_word", "activated|active", "activated", "status of an active user"},
    {"partner_role", "lower|label|absent", "lower",
     "role of a user: `agent`, `Agent`, or left out"},
    {"suspended_in_users", "yes|no", "yes", "suspended users stay in the list"},
    {"invited_in_users", "yes|no", "yes", "people invited through the Public API are in the list"},
    {"reactivate_on_seat_raise", "yes|no", "no", "more seats bring suspended users back"},
    {"placeholder_name", "text", "Agent", "display name of a placeholder, before its number"},
    {"whatsapp_user_id", "number|text", "number",
     "whether user_id of a WhatsApp account is a number or, as in a sample, a text"},
    {"drop_users_reply", "yes|no", "no", "POST users is carried out and its reply lost, always"},
};

class PartnerApi final : public Api {
 public:
  explicit PartnerApi(std::shared_ptr<Workspaces> workspaces)
      : workspaces_(std::move(workspaces)), model_(workspaces_) {}

  std::string_view name() const override { return "timelines_partner"; }
  std::string_view base_path() const override { return "/partner/api/v1"; }
  std::string_view list_member() const override { return "users"; }
  std::span<const SwitchSpec> switches() const override { return kSwitches; }
  const std::shared_ptr<Model>& model() const override { return model_; }

  Response error(int status, std::string_view message, const Context& context) const override;
  Response handle(const Request& request, const Context& context) override;

 private:
  using Operation = Response (*)(PartnerCall&);
  struct Route {
    std::vector<std::pair<std::string_view, Operation>> operations;  // by method
    std::string workspace_id;
    std::string user_id;
  };
  static Route route(std::string_view path);

  Response run(const Route& route, Operation operation, const Request& request, PartnerCall& call);
  std::optional<Response> enter_workspace(const std::string& workspace_id, PartnerCall& call) const;

  std::shared_ptr<Workspaces> workspaces_;
  std::shared_ptr<Model> model_;
};

PartnerApi::Route PartnerApi::route(std::string_view path) {
  const auto parts = split_path(path);
  const auto count = parts.size();
  const bool has_gap =
      std::any_of(parts.begin(), parts.end(), [](const std::string& part) { return part.empty(); });
  if (count == 0 || parts[0] != "workspaces" || has_gap) {
    return {};
  }
  if (count == 1) {
    return {{{"POST", &create_workspace}}, {}, {}};
  }
  if (count == 2) {
    return {{{"GET", &get_workspace}, {"PATCH", &patch_workspace}}, parts[1], {}};
  }
  if (count == 3 && parts[2] == "users") {
    return {{{"POST", &create_users}}, parts[1], {}};
  }
  if (count == 3 && parts[2] == "api-token") {
    return {{{"GET", &get_token}, {"POST", &rotate_token}}, parts[1], {}};
  }
  if (count == 5 && parts[2] == "users" && parts[4] == "qr") {
    return {{{"POST", &make_qr}}, parts[1], parts[3]};
  }
  if (count == 6 && parts[2] == "users" && parts[4] == "whatsapp" && parts[5] == "disconnect") {
    return {{{"POST", &disconnect}}, parts[1], parts[3]};
  }
  return {};
}

Response PartnerApi::error(int status, std::string_view message, const Context&) const {
  const auto code = status == 429   ? "rate_limit_exceeded"
                    : status == 400 ? "invalid_request"
                    : status == 409 ? "seats_full"
                    : status < 500  ? "permission_denied"
                                    : "internal_error";
  return partner_error(status, code, message);
}

Response PartnerApi::handle(const Request& request, const Context& context) {
  const auto found = route(std::string_view(request.path).substr(base_path().size()));
  if (found.operations.empty()) {  // a trailing slash ends here too
    return html_response(404, "The requested resource was not found on this server.");
  }
  const auto operation =
      std::find_if(found.operations.begin(), found.operations.end(),
                   [&](const auto& each) { return each.first == request.method; });
  if (operation == found.operations.end()) {
    return partner_error(405, "method_not_allowed", "Method not allowed");
  }
  const auto auth = authenticate_partner(request, *workspaces_, context);
  Response response;
  if (auth.partner == nullptr) {
    response = partner_error(auth.status, auth.code, auth.description);
    response.credential = "unknown";
  } else {
    PartnerCall call{*workspaces_, context, *auth.partner};
    response = run(found, operation->second, request, call);
    response.credential = auth.partner->id;
  }
  if (operation->second != &rotate_token) {
    response.headers.emplace_back("X-TL-API-Version", "v1");
  }
  return response;
}

// What is the same for all operations: workspace, user and body are looked at before it begins.
Response PartnerApi::run(const Route& route, Operation operation, const Request& request,
                         PartnerCall& call) {
  if (!route.workspace_id.empty()) {
    if (auto refused = enter_workspace(route.workspace_id, call)) {
      return *std::move(refused);
    }
  }
  if (!route.user_id.empty()) {
    const auto& text = route.user_id;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), call.user_id);
    const bool numeric = wrong == std::errc{} && end == text.data() + text.size();
    if (!numeric || call.workspace->find(call.user_id) == nullptr) {
      return partner_error(404, "user_not_found", "User not found");
    }
  }
  call.body = request.body.empty() ? json::object()
                                   : json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  if (!call.body.is_object()) {
    return invalid_request("The body is not a JSON object");
  }
  return operation(call);
}

std::optional<Response> PartnerApi::enter_workspace(const std::string& workspace_id,
                                                    PartnerCall& call) const {
  call.workspace = workspaces_->find(workspace_id);
  const bool linked = call.partner.workspaces.contains(workspace_id);
  if (call.workspace != nullptr && !linked &&
      call.context.switches.is("foreign_workspace", "403")) {
    return partner_error(403, "workspace_not_owned_by_partner",
                         "Workspace is not owned by this partner");
  }
  if (call.workspace == nullptr || !linked) {
    return partner_error(404, "workspace_not_found", "Workspace not found");
  }
  if (call.workspace->billing_managed) {
    return partner_error(static_cast<int>(call.context.switches.number("billing_managed_status")),
                         "workspace_billing_managed", "Workspace manages its own billing");
  }
  return std::nullopt;
}

}  // namespace

std::unique_ptr<Api> make_timelines_partner_api(std::shared_ptr<Workspaces> workspaces) {
  return std::make_unique<PartnerApi>(std::move(workspaces));
}

}  // namespace usher::sandbox
