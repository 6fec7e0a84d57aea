#include "connectors/scim/sandbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "connectors/sandbox/rate.h"
#include "connectors/scim/sandbox_discovery.h"
#include "connectors/scim/sandbox_error.h"
#include "connectors/scim/sandbox_list.h"
#include "connectors/scim/sandbox_operations.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

constexpr std::size_t kMaxBody = 8U << 20U;

bool fits(const scim::RateClass& rate, const Request& request, std::string_view endpoint,
          bool one) {
  const bool on = rate.on == "any" || rate.on == endpoint;
  const bool what = rate.what == "any" || (rate.what == "one") == one;
  const bool method =
      std::find(rate.methods.begin(), rate.methods.end(), request.method) != rate.methods.end();
  return on && what && method && request.body.size() >= static_cast<std::size_t>(rate.body_over);
}

class ScimApi final : public Api {
 public:
  explicit ScimApi(std::shared_ptr<ScimModel> model) : scim_(std::move(model)), model_(scim_) {}

  std::string_view name() const override { return "scim"; }
  std::string_view base_path() const override { return "/scim/v2"; }
  std::string_view list_member() const override { return "Resources"; }
  std::span<const SwitchSpec> switches() const override { return {}; }
  const std::shared_ptr<Model>& model() const override { return model_; }

  Response error(int status, std::string_view message, const Context& context) const override;
  Response handle(const Request& request, const Context& context) override;

 private:
  using Path = std::vector<std::string>;

  Response enter(const Request& request, const ScimScene& scene, std::string& credential);
  void check_request(const Request& request, const ScimScene& scene) const;
  double seconds_too_early(const Request& request, const ScimScene& scene, const Path& path);
  Response route(const Request& request, const ScimScene& scene, const Path& path);
  Response on_collection(const Request& request, const ScimScene& scene, ScimKind kind);
  Response on_resource(const Request& request, const ScimScene& scene, ScimKind kind,
                       const std::string& id);

  std::shared_ptr<ScimModel> scim_;
  std::shared_ptr<Model> model_;
  ScimLists lists_;
  RateLimiter limiter_;
};

[[noreturn]] void throw_method(const Request& request) {
  throw ScimError(405, "",
                  fmt::format("{} is not allowed here", escape_for_display(request.method)));
}

Response to_response(const ScimError& error, const ScimScene& scene, const Request& request) {
  auto response = scim_response(scene, request, error.status,
                                scim_error_body(scene, error.status, error.type, error.what()));
  if (error.status == 401) {
    response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"scim\"");
  }
  return response;
}

Response ScimApi::error(int status, std::string_view message, const Context& context) const {
  const Request request;
  const ScimScene scene(*scim::find_profile("generic"), context.switches, context.now, request,
                        base_path());
  return scim_response(scene, request, status, scim_error_body(scene, status, "", message));
}

Response ScimApi::handle(const Request& request, const Context& context) {
  const scim::Profile* profile = nullptr;
  try {
    profile = &scim_->profile(context.switches);
  } catch (const scim::ProfileError& problem) {
    return error(500, fmt::format("scim_profile_overrides: {}", problem.what()), context);
  }
  const ScimScene scene(*profile, context.switches, context.now, request, base_path());
  std::string credential;
  Response response;
  try {
    response = enter(request, scene, credential);
  } catch (const ScimError& refusal) {
    response = to_response(refusal, scene, request);
  }
  response.credential = credential;
  return response;
}

Response ScimApi::enter(const Request& request, const ScimScene& scene, std::string& credential) {
  credential = scim_->access.authenticate(request, scene);
  check_request(request, scene);
  const auto path = split_path(std::string_view(request.path).substr(base_path().size()));
  if (const double seconds = seconds_too_early(request, scene, path); seconds > 0) {
    auto response =
        scim_response(scene, request, 429, scim_error_body(scene, 429, "", "too many requests"));
    response.headers.emplace_back("Retry-After",
                                  std::to_string(static_cast<int>(std::ceil(seconds))));
    return response;
  }
  return route(request, scene, path);
}

void ScimApi::check_request(const Request& request, const ScimScene& scene) const {
  if (scene.profile.user_agent_required && request.header("User-Agent").empty()) {
    throw ScimError(403, "", "a User-Agent is required");
  }
  if (request.body.size() > kMaxBody) throw ScimError(413, "", "the body is too large");
  const auto type = request.header("Content-Type");
  if (!request.body.empty() && type.find("json") == std::string_view::npos) {
    throw ScimError(415, "", "the body must be application/scim+json or application/json");
  }
}

double ScimApi::seconds_too_early(const Request& request, const ScimScene& scene,
                                  const Path& path) {
  if (!scene.switches.on("scim_rate_classes") || path.empty()) return 0;
  const auto endpoint = ascii_lower(path[0]);
  double seconds = 0;
  for (std::size_t i = 0; i < scene.profile.rates.size(); ++i) {
    const auto& rate = scene.profile.rates[i];
    if (!fits(rate, request, endpoint, path.size() > 1)) continue;
    const auto early =
        limiter_.take(fmt::format("{} {}", scene.profile.name, i),
                      {static_cast<double>(rate.count), static_cast<double>(rate.seconds)},
                      rate.burst, static_cast<double>(scene.now));
    seconds = std::max(seconds, early);
  }
  return seconds;
}

Response ScimApi::route(const Request& request, const ScimScene& scene, const Path& path) {
  if (auto document = scim_discovery(path, request, scene)) {
    return scim_response(scene, request, 200, *std::move(document));
  }
  if (!path.empty() && (path[0] == "Me" || path[0] == "Bulk" || path[0] == ".search")) {
    throw ScimError(501, "", fmt::format("/{} is not implemented", path[0]));
  }
  for (const auto kind : {ScimKind::kUser, ScimKind::kGroup}) {
    const auto endpoint = scim_endpoint(kind);
    const bool here = !path.empty() &&
                      (scene.profile.path_case_sensitive ? path[0] == endpoint
                                                         : compare_names(path[0], endpoint) == 0);
    if (!here || (kind == ScimKind::kGroup && !scene.profile.groups)) continue;
    if (path.size() == 1) return on_collection(request, scene, kind);
    if (path.size() == 2 && path[1] == ".search" && scene.profile.search) {
      if (request.method != "POST") throw_method(request);
      const auto query = read_scim_search(parse_scim_body(request.body));
      return scim_response(scene, request, 200, lists_.list(scene, scim_->directory, kind, query));
    }
    if (path.size() == 2) return on_resource(request, scene, kind, path[1]);
  }
  throw ScimError(404, "", "there is no such endpoint");
}

Response ScimApi::on_collection(const Request& request, const ScimScene& scene, ScimKind kind) {
  if (request.method == "POST") return ScimOperations(*scim_, scene, request).create(kind);
  if (request.method != "GET") throw_method(request);
  const auto query = read_scim_query(request.query, scene.profile);
  return scim_response(scene, request, 200, lists_.list(scene, scim_->directory, kind, query));
}

Response ScimApi::on_resource(const Request& request, const ScimScene& scene, ScimKind kind,
                              const std::string& id) {
  const auto& profile = scene.profile;
  const bool user = kind == ScimKind::kUser;
  ScimOperations operations(*scim_, scene, request);
  if (request.method == "GET") return operations.get(kind, id);
  if (request.method == "DELETE") return operations.remove(kind, id);
  if (request.method == "PUT" && (user ? profile.user_put : profile.group_put)) {
    return operations.replace(kind, id);
  }
  if (request.method == "PATCH" && (user ? profile.user_patch : profile.group_patch)) {
    return operations.patch(kind, id);
  }
  throw_method(request);
}

/// The token endpoint, outside of the service's own paths as everywhere.
class ScimTokenApi final : public Api {
 public:
  explicit ScimTokenApi(std::shared_ptr<ScimModel> model)
      : scim_(std::move(model)), model_(scim_) {}

  std::string_view name() const override { return "scim_oauth"; }
  std::string_view base_path() const override { return "/scim/oauth"; }
  std::string_view list_member() const override { return "Resources"; }
  std::span<const SwitchSpec> switches() const override { return {}; }
  const std::shared_ptr<Model>& model() const override { return model_; }

  Response error(int status, std::string_view message, const Context&) const override {
    return json_response(
        status, nlohmann::json{{"error", "server_error"}, {"error_description", message}}.dump());
  }
  Response handle(const Request& request, const Context& context) override {
    if (request.path != "/scim/oauth/token") return html_response(404, "Not found");
    return scim_->access.issue(request, context.switches, context.now);
  }

 private:
  std::shared_ptr<ScimModel> scim_;
  std::shared_ptr<Model> model_;
};

}  // namespace

std::vector<std::unique_ptr<Api>> make_scim_apis() {
  const auto model = std::make_shared<ScimModel>();
  std::vector<std::unique_ptr<Api>> apis;
  apis.push_back(std::make_unique<ScimApi>(model));
  apis.push_back(std::make_unique<ScimTokenApi>(model));
  return apis;
}

}  // namespace usher::sandbox
