#include "connectors/timelines/client.h"

#include <fmt/format.h>

#include "connectors/error.h"
#include "connectors/timelines/errors.h"
#include "mapping/text.h"

namespace usher::timelines {
namespace {

HttpOptions with_hooks(const Settings& settings, const std::int64_t& quota_end) {
  HttpOptions options = settings.http;
  options.authorize = [token = settings.token](HttpRequest& request) {
    request.headers.emplace_back("Authorization", "Bearer " + token.reveal());
  };
  options.read_error = [&quota_end](const HttpResponse& response) {
    return read_error(response, quota_end);
  };
  return options;
}

ConnectorError with_advice(const ConnectorError& error) {
  const std::string_view next = advice(error.kind, error.code);
  if (next.empty()) return error;
  return {error.kind, fmt::format("{}. {}", error.what(), next), error.code, error.http_status,
          error.retry_at};
}

bool says_error(const Json& body) {
  const Json status = body.get("status");
  return status.is_text() && ascii_lower(status.as_text()) == "error";
}

}  // namespace

Client::Client(const Settings& settings, HttpContext& http)
    : http_(with_hooks(settings, quota_end_), http) {}

Answer Client::exchange(const HttpRequest& request) {
  const HttpResponse response = http_.send(request);
  if (!response.ok()) throw with_advice(http_.to_error(request, response));
  Answer answer;
  answer.document =
      std::make_unique<JsonDocument>(response.body, request.method + " " + request.path);
  if (says_error(answer.document->root())) throw with_advice(http_.to_error(request, response));
  return answer;
}

Answer Client::fetch(std::string path) {
  HttpRequest request;
  request.path = std::move(path);
  return exchange(request);
}

Answer Client::fetch_workspace() {
  return fetch("/workspace");
}
Answer Client::fetch_me() {
  return fetch("/workspace/teammates/me");
}
Answer Client::fetch_teammates() {
  return fetch("/workspace/teammates");
}

Answer Client::send_invitation(std::string body) {
  HttpRequest request;
  request.method = "POST";
  request.path = "/workspace/invitations";
  request.body = std::move(body);
  request.repeat = Repeat::kNever;
  return exchange(request);
}

void Client::send_revocation(std::string_view user_id) {
  HttpRequest request;
  request.method = "DELETE";
  request.path = "/workspace/invitations/" + encode_segment(user_id);
  (void)exchange(request);
}

}  // namespace usher::timelines
