#include "connectors/polytomic/client.h"

#include <fmt/format.h>

#include "connectors/error.h"
#include "connectors/http/base64.h"
#include "connectors/polytomic/errors.h"

namespace usher::polytomic {
namespace {

constexpr const char* kVersionHeader = "X-Polytomic-Version";
constexpr std::string_view kRolesPath = "/api/permissions/roles";

HttpOptions with_reader(HttpOptions options) {
  options.read_error = read_error;
  return options;
}

}  // namespace

Client::Client(const Settings& settings, HttpContext& http)
    : settings_(settings),
      organization_path_(settings.by_partner()
                             ? "/api/organizations/" + encode_segment(settings.organization)
                             : "/api/organization"),
      http_(with_reader(settings.http), http) {}

std::string Client::authorization(std::string_view path) const {
  const std::string& key = settings_.key.reveal();
  if (!settings_.by_partner() || path != kRolesPath) return "Bearer " + key;
  return "Basic " + encode_base64(settings_.organization + ":" + key);
}

Answer Client::exchange(HttpRequest request) {
  request.headers.emplace_back("Authorization", authorization(request.path));
  request.headers.emplace_back(kVersionHeader, settings_.api_version);
  HttpResponse response = http_.send(request);
  answered_version_ = response.header(kVersionHeader);
  if (!response.ok()) {
    const ConnectorError error = http_.to_error(request, response);
    const std::string_view next = advice(error.kind, request.path, settings_.by_partner());
    throw ConnectorError(error.kind,
                         next.empty() ? error.what() : fmt::format("{}. {}", error.what(), next),
                         error.code, error.http_status, error.retry_at);
  }
  Answer answer{std::make_unique<JsonDocument>(std::move(response.body),
                                               request.method + " " + request.path)};
  // Null is an empty list; nothing at all is another answer than the one that was asked for.
  if (answer.data().has_value() || answer.data().raw() == "null") return answer;
  response.body = answer.document->root().raw();
  throw http_.to_error(request, response);
}

std::string Client::user_path(std::string_view id) const {
  return organization_path_ + "/users/" + encode_segment(id);
}

Answer Client::fetch_me() {
  return exchange({.path = "/api/me"});
}
Answer Client::fetch_organization() {
  return exchange({.path = organization_path_});
}
Answer Client::fetch_roles() {
  return exchange({.path = std::string(kRolesPath)});
}
Answer Client::fetch_users() {
  return exchange({.path = organization_path_ + "/users"});
}
Answer Client::fetch_user(std::string_view id) {
  return exchange({.path = user_path(id)});
}

Answer Client::create_user(std::string body, std::string_view idempotency_key) {
  return exchange({.method = "POST",
                   .path = organization_path_ + "/users",
                   .headers = {{"Idempotency-Key", std::string(idempotency_key)}},
                   .body = std::move(body),
                   .repeat = Repeat::kNever});
}

Answer Client::update_user(std::string_view id, std::string body) {
  return exchange({.method = "PUT", .path = user_path(id), .body = std::move(body)});
}

Answer Client::delete_user(std::string_view id) {
  return exchange({.method = "DELETE", .path = user_path(id)});
}

}  // namespace usher::polytomic
