#include "connectors/polytomic/sandbox.h"

#include <Poco/Base64Decoder.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <unordered_map>

#include "connectors/polytomic/sandbox_requests.h"

namespace usher::sandbox {
namespace {

using namespace polytomic;
using nlohmann::json;

constexpr SwitchSpec kSwitches[] = {
    {"polytomic_version_absent", "oldest|newest", "oldest",
     "the version that answers a request which names none"},
    {"polytomic_error_body", "current|old|empty", "current",
     "schema of an error: key and message, code and error, or no member at all"},
    {"polytomic_empty_list", "null|empty", "null", "`data` of a list that has nobody in it"},
    {"polytomic_user_shape", "both|role_ids|role", "both",
     "which of role_ids and the legacy role a user shows"},
    {"polytomic_pending_roles", "shown|hidden", "shown",
     "whether roles are shown before the invitation is accepted"},
    {"polytomic_default_role", "Member|Admin|none", "Member",
     "role of a user who is created without any"},
    {"polytomic_bad_roles", "422|400", "422",
     "status for role beside role_ids, for no role_ids, for unknown roles"},
    {"polytomic_existing_email", "422|409|200", "422",
     "status for creating an address that is there; 200 shows the user who has it"},
    {"polytomic_created", "200|201", "200", "status of a creation"},
    {"polytomic_create", "carried_out|500", "carried_out",
     "what creations end with; an Idempotency-Key gets the same end ever after"},
    {"polytomic_idempotency", "yes|no", "yes", "an Idempotency-Key is honoured"},
    {"polytomic_bad_id", "404|400|422", "404", "status for the id of a user that is no uuid"},
    {"polytomic_get_missing", "404|empty", "404",
     "what reading a user who is gone answers; empty: 200 without a user"},
    {"polytomic_update_missing", "404|422", "404", "status for an update of a user who is gone"},
    {"polytomic_foreign_organization", "404|403", "404",
     "status for an organisation that the partner key does not reach"},
    {"polytomic_partner_me", "yes|no", "no", "a partner key may ask GET /api/me"},
    {"polytomic_partner_roles", "yes|no", "no",
     "a partner key may list roles as Bearer, not only as Basic with the organisation"},
    {"polytomic_system_role_organization", "null|own", "null",
     "organization_id of the system roles"},
};

constexpr std::string_view kVersions[] = {"2021-05-23", "2022-12-12", "2023-04-25", "2024-02-08",
                                          "2025-09-18"};
constexpr std::string_view kFirstWithPut = "2024-02-08";
constexpr std::int64_t kKeptSeconds = 24 * 3600;

/// Who asks.
struct Caller {
  bool is_partner = false;
  Organization* organization = nullptr;  ///< whom the key acts inside of; null: a bare partner key
  std::int64_t user = 0;
  std::string name;
};

class PolytomicApi final : public Api {
 public:
  std::string_view name() const override { return "polytomic"; }
  std::string_view base_path() const override { return "/polytomic"; }
  std::string_view list_member() const override { return "data"; }
  std::span<const SwitchSpec> switches() const override { return kSwitches; }
  const std::shared_ptr<Model>& model() const override { return model_; }

  Response error(int status, std::string_view message, const Context& context) const override {
    return refuse(status, status == 401 ? "unauthorized" : "trouble", message, context);
  }
  Response handle(const Request& request, const Context& context) override;

 private:
  using Parts = std::vector<std::string>;

  std::optional<Caller> find_caller(const Request& request);
  Response answer(const Request& request, const std::string& version, const Context& context);
  Response once(const Request& request, const Caller& caller, const Context& context,
                const std::function<Response()>& work);
  Response route(const Parts& parts, const Request& request, const Caller& caller,
                 const std::string& version, const Context& context);
  Response show_me(const Caller& caller, const Dress& dress, const Context& context) const;
  Response named(const Parts& parts, const Request& request, const Caller& caller,
                 const Dress& dress, const Context& context);
  Response show_roles(const Caller& caller, const Dress& dress, const Context& context) const;
  Response inside(Organization& organization, const Parts& rest, const Request& request,
                  bool is_named, const Dress& dress, const Context& context);
  Response list_users(const Organization& organization, const Dress& dress, const Context& context);

  struct Rendered {
    std::uint64_t revision = 0;
    std::uint64_t switches_revision = 0;
    Body body;
  };

  std::shared_ptr<Organizations> organizations_ = std::make_shared<Organizations>();
  std::shared_ptr<Model> model_ = organizations_;
  std::unordered_map<std::string, Rendered> lists_;  ///< by organisation
};

std::string decode_base64(std::string_view text) {
  std::istringstream in{std::string(text)};
  Poco::Base64Decoder decoder(in);
  return {std::istreambuf_iterator<char>(decoder), {}};
}

bool is_idempotency_key(std::string_view key) {
  const bool fits = key.size() >= 8 && key.size() <= 255;
  return fits && std::ranges::all_of(key, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '_' || c == '-';
         });
}

std::optional<Caller> PolytomicApi::find_caller(const Request& request) {
  const std::string_view header = request.header("Authorization");
  if (header.starts_with("Bearer ")) {
    const Key* key = organizations_->find_key(std::string(header.substr(7)));
    if (key == nullptr) return std::nullopt;
    return Caller{key->organization == nullptr, key->organization, key->user, key->name};
  }
  if (!header.starts_with("Basic ")) return std::nullopt;
  const std::string pair = decode_base64(header.substr(6));
  const std::size_t colon = std::min(pair.find(':'), pair.size());
  Organization* organization = organizations_->find(pair.substr(0, colon));
  const Key* key = organizations_->find_key(pair.substr(std::min(colon + 1, pair.size())));
  if (organization == nullptr || key == nullptr) return std::nullopt;
  const bool fits =
      key->organization == nullptr ? organization->is_partners : key->organization == organization;
  if (!fits) return std::nullopt;
  return Caller{false, organization, 0, key->name + " inside " + organization->name};
}

Response PolytomicApi::handle(const Request& request, const Context& context) {
  std::string version(request.header("X-Polytomic-Version"));
  if (version.empty()) {
    const bool is_oldest = context.switches.is("polytomic_version_absent", "oldest");
    version = is_oldest ? std::begin(kVersions)[0] : std::end(kVersions)[-1];
  }
  Response response = answer(request, version, context);
  response.headers.emplace_back("X-Polytomic-Version", version);
  return response;
}

Response PolytomicApi::answer(const Request& request, const std::string& version,
                              const Context& context) {
  if (std::ranges::find(kVersions, version) == std::end(kVersions)) {
    return refuse(400, "invalid_version", "there is no such version of the API", context);
  }
  const auto caller = find_caller(request);
  if (!caller) {
    Response response = refuse(401, "unauthorized", "the key is not known", context);
    response.credential = "unknown";
    return response;
  }
  const Parts parts = split_path(std::string_view(request.path).substr(base_path().size()));
  Response response = once(request, *caller, context,
                           [&] { return route(parts, request, *caller, version, context); });
  response.credential = caller->name;
  return response;
}

// The first outcome of a key is its outcome for a day, be it an error.
Response PolytomicApi::once(const Request& request, const Caller& caller, const Context& context,
                            const std::function<Response()>& work) {
  const std::string key(request.header("Idempotency-Key"));
  const bool counts = request.method == "POST" && context.switches.on("polytomic_idempotency");
  if (key.empty() || !counts) return work();
  if (!is_idempotency_key(key)) {
    return refuse(400, "invalid_idempotency_key", "8 to 255 letters, digits, _ or -", context);
  }
  Outcome& outcome = organizations_->outcome(caller.name + '\n' + key);
  const bool is_known = outcome.at != 0 && context.now - outcome.at < kKeptSeconds;
  if (!is_known) outcome = {context.now, work()};
  return outcome.response;
}

Response PolytomicApi::route(const Parts& parts, const Request& request, const Caller& caller,
                             const std::string& version, const Context& context) {
  const auto begins = [&](std::initializer_list<std::string_view> names) {
    return parts.size() >= names.size() && std::equal(names.begin(), names.end(), parts.begin());
  };
  const Dress dress{version == std::begin(kVersions)[0]};
  const bool is_read = request.method == "GET";
  if (request.method == "PUT" && version < kFirstWithPut) {
    return refuse(405, "not_allowed", "this version updates with PATCH", context);
  }
  if (begins({"api", "me"}) && parts.size() == 2 && is_read) return show_me(caller, dress, context);
  if (begins({"api", "permissions", "roles"}) && parts.size() == 3 && is_read) {
    return show_roles(caller, dress, context);
  }
  if (begins({"api", "organizations"})) return named(parts, request, caller, dress, context);
  if (!begins({"api", "organization"})) return refuse(404, "not_found", "no such path", context);
  if (caller.organization == nullptr) {
    return refuse(403, "forbidden", "a partner key has no organization of its own", context);
  }
  return inside(*caller.organization, Parts(parts.begin() + 2, parts.end()), request, false, dress,
                context);
}

Response PolytomicApi::show_me(const Caller& caller, const Dress& dress,
                               const Context& context) const {
  if (caller.is_partner && !context.switches.on("polytomic_partner_me")) {
    return refuse(403, "forbidden", "not for partner keys", context);
  }
  json data{{"is_partner", caller.is_partner},
            {"is_user", caller.user != 0},
            {"is_organization", !caller.is_partner && caller.user == 0},
            {"is_system", false},
            {"email", nullptr}};
  if (caller.organization != nullptr) {
    data["organization_id"] = caller.organization->id;
    data["organization_name"] = caller.organization->name;
    if (const User* user = caller.organization->find(user_id(caller.user))) {
      data["id"] = user_id(user->number);
      data["email"] = user->email;
    }
  }
  return json_response(200, dress.on(data.dump()));
}

Response PolytomicApi::show_roles(const Caller& caller, const Dress& dress,
                                  const Context& context) const {
  if (caller.organization != nullptr) {
    return json_response(200, dress.on(render_roles(*caller.organization, context)));
  }
  if (!context.switches.on("polytomic_partner_roles")) {
    return refuse(403, "forbidden", "not for bare partner keys", context);
  }
  return json_response(
      200, dress.on(organizations_->all().empty()
                        ? "null"
                        : render_roles(organizations_->all().begin()->second, context)));
}

Response PolytomicApi::named(const Parts& parts, const Request& request, const Caller& caller,
                             const Dress& dress, const Context& context) {
  if (!caller.is_partner) return refuse(403, "forbidden", "only for partner keys", context);
  if (parts.size() == 2 && request.method == "GET") {
    std::string list;
    for (const auto& [id, organization] : organizations_->all()) {
      if (!organization.is_partners) continue;
      list += (list.empty() ? "" : ",") + render_organization(organization);
    }
    return json_response(200, dress.on('[' + list + ']'));
  }
  Organization* organization = parts.size() < 3 ? nullptr : organizations_->find(parts[2]);
  if (organization == nullptr || !organization->is_partners) {
    const auto status = static_cast<int>(context.switches.number("polytomic_foreign_organization"));
    return refuse(status, "no_organization", "no such organization", context);
  }
  return inside(*organization, Parts(parts.begin() + 3, parts.end()), request, true, dress,
                context);
}

/// `rest` is what follows the organisation in the path.
Response PolytomicApi::inside(Organization& organization, const Parts& rest, const Request& request,
                              bool is_named, const Dress& dress, const Context& context) {
  const std::string& method = request.method;
  if (rest.empty() && method == "GET") {
    return json_response(200, dress.on(render_organization(organization)));
  }
  if (rest.empty() || rest.size() > 2 || rest[0] != "users") {
    return refuse(404, "not_found", "no such path", context);
  }
  if (rest.size() == 1 && method == "GET") return list_users(organization, dress, context);
  if (rest.size() == 1 && method == "POST") {
    return create_user(*organizations_, organization, request.body, dress, context);
  }
  if (rest.size() == 2 && (method == "GET" || method == "PUT" || method == "DELETE")) {
    return handle_user(organization, rest[1], request, is_named, dress, context);
  }
  return refuse(405, "not_allowed", "method not allowed", context);
}

Response PolytomicApi::list_users(const Organization& organization, const Dress& dress,
                                  const Context& context) {
  Rendered& rendered = lists_[dress.on(organization.id)];
  const bool is_fresh = rendered.body && rendered.revision == organization.revision() &&
                        rendered.switches_revision == context.switches.revision();
  if (!is_fresh) {
    rendered = {organization.revision(), context.switches.revision(),
                std::make_shared<const std::string>(dress.on(render_users(organization, context)))};
  }
  return {.body = rendered.body};
}

}  // namespace

std::unique_ptr<Api> make_polytomic_api() {
  return std::make_unique<PolytomicApi>();
}

}  // namespace usher::sandbox
