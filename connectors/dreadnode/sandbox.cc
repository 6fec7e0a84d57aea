#include "connectors/dreadnode/sandbox.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "connectors/dreadnode/sandbox_reply.h"
#include "connectors/dreadnode/sandbox_world.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace dreadnode {
namespace {

using nlohmann::json;

constexpr SwitchSpec kSwitches[] = {
    {"dreadnode_auth", "both|bearer|x_api_key", "both", "which header may carry the API key"},
    {"dreadnode_upgrade_required", "yes|no", "no", "every request is answered with 426"},
    {"dreadnode_error", "payload|plain", "payload",
     "errors as the reference shows them, or a plain `detail`"},
    {"dreadnode_error_items", "loc|location", "loc",
     "what is wrong with a member: as `loc` and `msg`, or as `location` and `message`"},
    {"dreadnode_errors_member", "absent|null", "absent", "`errors` where there are none"},
    {"dreadnode_request_email", "user_email|email", "user_email",
     "what the body of a grant must call the address"},
    {"dreadnode_reply_email", "user_email|email", "user_email", "what replies call it"},
    {"dreadnode_granted_key", "granted_at|created_at", "granted_at",
     "what replies call the time of a grant"},
    {"dreadnode_list", "array|envelope", "array", "the list as it is, or inside an object"},
    {"dreadnode_outsider", "404|422|add", "404",
     "a grant for somebody who is not in the organisation; add: they get in by it"},
    {"dreadnode_second_grant", "409|update|keep", "409",
     "a grant for somebody who has one; keep: 200, and nothing changes"},
    {"dreadnode_conflict_type", "already_exists_error|conflict_error", "already_exists_error",
     "type of such a 409"},
    {"dreadnode_permissions", "known|any", "known",
     "whether a permission other than owner, contributor and reader is refused"},
    {"dreadnode_email_stored", "as_sent|lower", "as_sent",
     "letter case in which the address of a new account is kept"},
    {"dreadnode_grant_mails", "yes|no", "no", "a grant sends a mail"},
    {"dreadnode_removal", "yes|gone", "yes", "gone: a member cannot be removed any more"},
    {"dreadnode_removal_keeps_grants", "yes|no", "no",
     "who was removed from the organisation keeps their grants"},
};

class DreadnodeApi final : public Api {
 public:
  std::string_view name() const override { return "dreadnode"; }
  std::string_view base_path() const override { return "/dreadnode"; }
  std::string_view list_member() const override { return {}; }
  std::span<const SwitchSpec> switches() const override { return kSwitches; }
  const std::shared_ptr<Model>& model() const override { return model_; }

  Response error(int status, std::string_view message, const Context& context) const override {
    return refuse({status, {}, std::string(message)}, context);
  }
  Response handle(const Request& request, const Context& context) override;

 private:
  /// What a path names: a workspace's users, or a member.
  struct Route {
    std::string organization;
    std::string workspace;
    std::string user_id;
  };
  static std::optional<Route> route(std::string_view path);

  Response dispatch(const Route& route, const Request& request, const KeyOwner& owner,
                    const Context& context);
  Response list(const Workspace& workspace, const Context& context);
  Response grant(const std::string& text, Organization& organization, Workspace& workspace,
                 const Context& context);
  Response grant_again(Workspace& workspace, const User& user, const std::string& permission,
                       const Context& context);
  Response remove(Organization& organization, const std::string& user_id, const Context& context);

  struct Rendered {
    std::uint64_t world_revision = 0;
    std::uint64_t switches_revision = 0;
    Body body;
  };

  std::shared_ptr<World> world_ = std::make_shared<World>();
  std::shared_ptr<Model> model_ = world_;
  std::unordered_map<const Workspace*, Rendered> lists_;
};

std::string api_key(const Request& request, const Switches& switches) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view bearer = request.header("Authorization");
  if (bearer.starts_with(kScheme) && !switches.is("dreadnode_auth", "x_api_key")) {
    return std::string(bearer.substr(kScheme.size()));
  }
  return switches.is("dreadnode_auth", "bearer") ? std::string()
                                                 : std::string(request.header("X-API-Key"));
}

bool is_address(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != 0 && at != std::string_view::npos && at + 1 < text.size() &&
         text.find_first_of(" @", at + 1) == std::string_view::npos;
}

// Which member of the body is at fault, and why; an empty reason: none is.
std::pair<std::string, std::string> fault_in(const json& body, const std::string& email_key,
                                             const Switches& switches) {
  if (!body.is_object()) return {"", "Input should be a valid dictionary"};
  for (const std::string& name : {std::string("permission"), email_key}) {
    if (!body.contains(name)) return {name, "Field required"};
    if (!body[name].is_string()) return {name, "Input should be a valid string"};
  }
  if (!is_address(body[email_key].get<std::string>())) {
    return {email_key, "value is not a valid email address"};
  }
  const bool is_known = std::ranges::count(kPermissions, body["permission"].get<std::string>()) > 0;
  if (!is_known && switches.is("dreadnode_permissions", "known")) {
    return {"permission", "Input should be 'owner', 'contributor' or 'reader'"};
  }
  return {};
}

std::optional<DreadnodeApi::Route> DreadnodeApi::route(std::string_view path) {
  const auto parts = split_path(path);
  const bool is_ours =
      parts.size() > 5 && parts[0] == "api" && parts[1] == "v1" && parts[2] == "org";
  if (!is_ours) return std::nullopt;
  if (parts.size() == 7 && parts[4] == "ws" && parts[6] == "users") {
    return Route{parts[3], parts[5], {}};
  }
  if (parts.size() == 6 && parts[4] == "members" && !parts[5].empty()) {
    return Route{parts[3], {}, parts[5]};
  }
  return std::nullopt;
}

Response DreadnodeApi::handle(const Request& request, const Context& context) {
  const auto found = route(std::string_view(request.path).substr(base_path().size()));
  if (!found) return no_such_operation(404);
  const bool is_member = !found->user_id.empty();
  if (is_member && context.switches.is("dreadnode_removal", "gone")) return no_such_operation(404);
  const bool fits =
      is_member ? request.method == "DELETE" : request.method == "GET" || request.method == "POST";
  if (!fits) return no_such_operation(405);
  if (context.switches.on("dreadnode_upgrade_required")) {
    return refuse({426, {}, "Client upgrade required"}, context);
  }
  const KeyOwner* owner = world_->find_key(api_key(request, context.switches));
  Response response = owner == nullptr ? refuse({401, {}, "Authentication failed"}, context)
                                       : dispatch(*found, request, *owner, context);
  response.credential = owner == nullptr ? "unknown" : owner->name;
  return response;
}

Response DreadnodeApi::dispatch(const Route& route, const Request& request, const KeyOwner& owner,
                                const Context& context) {
  Organization* organization = world_->find(route.organization);
  if (organization == nullptr) return refuse({404, {}, "Organization not found"}, context);
  if (organization != owner.organization) return refuse({403, {}, "Access forbidden"}, context);
  if (!route.user_id.empty()) return remove(*organization, route.user_id, context);
  const auto at = organization->workspaces.find(route.workspace);
  if (at == organization->workspaces.end()) {
    return refuse({404, {}, "Workspace not found"}, context);
  }
  return request.method == "GET" ? list(at->second, context)
                                 : grant(request.body, *organization, at->second, context);
}

Response DreadnodeApi::list(const Workspace& workspace, const Context& context) {
  Rendered& rendered = lists_[&workspace];
  if (!rendered.body || rendered.world_revision != world_->revision() ||
      rendered.switches_revision != context.switches.revision()) {
    rendered = {world_->revision(), context.switches.revision(),
                std::make_shared<const std::string>(render_grants(workspace, context))};
  }
  return {.body = rendered.body};
}

Response DreadnodeApi::grant(const std::string& text, Organization& organization,
                             Workspace& workspace, const Context& context) {
  const std::string& email_key = context.switches.get("dreadnode_request_email");
  const json body = json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto [field, why] = fault_in(body, email_key, context.switches);
  if (!why.empty()) return refuse({422, {}, why, field}, context);

  const std::string email = body[email_key];
  const User* user = world_->find_user(email);
  if (user == nullptr || !organization.members.contains(user->number)) {
    const std::string& how = context.switches.get("dreadnode_outsider");
    if (how == "422") return refuse({422, {}, "User is not a member", email_key}, context);
    if (how == "404") return refuse({404, {}, "User not found"}, context);
    const bool lowers = context.switches.is("dreadnode_email_stored", "lower");
    user = &world_->join(organization, lowers ? ascii_lower(email) : email);
  }
  const std::string permission = body["permission"];
  if (workspace.holder.contains(user->number)) {
    return grant_again(workspace, *user, permission, context);
  }
  const std::int64_t number = world_->grant(workspace, *user, permission, context.now);
  Response response = grant_response(workspace, number, context);
  if (context.switches.on("dreadnode_grant_mails")) {
    ++workspace.mails[user->email];
    response.address = user->email;
  }
  return response;
}

Response DreadnodeApi::grant_again(Workspace& workspace, const User& user,
                                   const std::string& permission, const Context& context) {
  const std::string& how = context.switches.get("dreadnode_second_grant");
  if (how == "409") {
    return refuse({409, context.switches.get("dreadnode_conflict_type"),
                   "User already has access to this workspace"},
                  context);
  }
  if (how == "update") static_cast<void>(world_->grant(workspace, user, permission, context.now));
  return grant_response(workspace, workspace.holder.at(user.number), context);
}

Response DreadnodeApi::remove(Organization& organization, const std::string& user_id,
                              const Context& context) {
  const User* user = world_->find_user_by_id(user_id);
  if (user == nullptr || !organization.members.contains(user->number)) {
    return refuse({404, {}, "Member not found"}, context);
  }
  const bool keeps_grants = context.switches.on("dreadnode_removal_keeps_grants");
  const bool is_deleted = world_->leave(organization, *user, keeps_grants);
  return json_response(200, json{{"user_deleted", is_deleted}}.dump());
}

}  // namespace
}  // namespace dreadnode

std::unique_ptr<Api> make_dreadnode_api() {
  return std::make_unique<dreadnode::DreadnodeApi>();
}

}  // namespace usher::sandbox
