#include "connectors/timelines_partner/client.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

#include "connectors/error.h"
#include "connectors/timelines_partner/errors.h"
#include "connectors/timelines_partner/jwt.h"

namespace usher::timelines_partner {
namespace {

std::int64_t seconds_now(const Clock& clock) {
  return std::chrono::duration_cast<std::chrono::seconds>(clock.now().time_since_epoch()).count();
}

HttpOptions with_hooks(const Settings& settings, const HttpContext& context) {
  HttpOptions options = settings.http;
  options.authorize = [id = settings.partner_id, secret = settings.partner_secret,
                       &clock = context.clock()](HttpRequest& request) {
    request.headers.emplace_back("Authorization",
                                 "Bearer " + sign_token(id, secret, seconds_now(clock)));
    request.headers.emplace_back("X-TL-Partner-Id", id);
  };
  options.read_error = [](const HttpResponse& response) { return read_error(response); };
  return options;
}

ConnectorError with_advice(const ConnectorError& error) {
  const std::string_view next = advice(error.kind, error.code);
  if (next.empty()) return error;
  return {error.kind, fmt::format("{}. {}", error.what(), next), error.code, error.http_status,
          error.retry_at};
}

}  // namespace

Client::Client(const Settings& settings, HttpContext& http)
    : context_(http),
      base_url_(settings.http.base_url),
      workspace_path_("/workspaces/" + encode_segment(settings.workspace)),
      http_(with_hooks(settings, http), http) {}

std::unique_ptr<JsonDocument> Client::exchange(const HttpRequest& request) {
  HttpResponse response = http_.send(request);
  if (!response.ok() && is_about_time(read_error(response).code)) {
    // Refused before it did anything, so it may be sent again, with a fresh token.
    response = http_.send(request);
  }
  if (!response.ok()) {
    const ConnectorError error = http_.to_error(request, response);
    throw is_about_time(error.code) ? clock_error(error) : with_advice(error);
  }
  auto document =
      std::make_unique<JsonDocument>(response.body, request.method + " " + request.path);
  if (document->root().get("error").has_value()) {
    throw with_advice(http_.to_error(request, response));
  }
  return document;
}

ConnectorError Client::clock_error(const ConnectorError& refusal) const {
  const auto skew = context_.clock_skew(base_url_).count();
  const std::string found =
      std::llabs(skew) <= 1
          ? std::string("the Date of its answer agrees with our clock, so ask the vendor")
          : fmt::format(
                "by the Date of its answer our clock is {} s {}; set it right (timedatectl)",
                std::llabs(skew), skew > 0 ? "slow" : "fast");
  return {ErrorKind::kUnauthorized,
          fmt::format("{}. TimelinesAI refused two freshly signed tokens for their time: {}",
                      refusal.what(), found),
          refusal.code, refusal.http_status};
}

std::unique_ptr<JsonDocument> Client::fetch_workspace() {
  HttpRequest request;
  request.path = workspace_path_;
  return exchange(request);
}

std::unique_ptr<JsonDocument> Client::create_users(std::size_t count) {
  HttpRequest request;
  request.method = "POST";
  request.path = workspace_path_ + "/users";
  request.body = fmt::format("{{\"count\":{}}}", count);
  request.repeat = Repeat::kNever;
  return exchange(request);
}

std::unique_ptr<JsonDocument> Client::disconnect(std::string_view user_id) {
  HttpRequest request;
  request.method = "POST";
  request.path = workspace_path_ + "/users/" + encode_segment(user_id) + "/whatsapp/disconnect";
  return exchange(request);
}

}  // namespace usher::timelines_partner
