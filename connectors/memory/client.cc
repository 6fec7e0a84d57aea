#include "connectors/memory/client.h"

#include "connectors/error.h"
#include "connectors/http/exchange.h"
#include "connectors/memory/convert.h"

namespace usher::memory {
namespace {

constexpr int kNoContent = 204;

HttpOptions with_hooks(const Settings& settings) {
  HttpOptions options = settings.http;
  options.authorize = [token = settings.token](HttpRequest& request) {
    request.headers.emplace_back("Authorization", "Bearer " + token.reveal());
  };
  options.read_error = read_error;
  return options;
}

}  // namespace

Client::Client(const Settings& settings, HttpContext& http) : http_(with_hooks(settings), http) {}

std::unique_ptr<JsonDocument> Client::fetch_page(std::string_view after) {
  std::string path = "/users?limit=100";
  if (!after.empty()) path += "&after=" + encode_segment(after);
  return exchange(http_, {.path = std::move(path)});
}

std::unique_ptr<JsonDocument> Client::fetch_by_email(std::string_view email) {
  return exchange(http_, {.path = "/users?email=" + encode_segment(email)});
}

std::unique_ptr<JsonDocument> Client::fetch_user(std::string_view id) {
  return exchange(http_, {.path = "/users/" + encode_segment(id)});
}

std::unique_ptr<JsonDocument> Client::create_user(std::string body) {
  return exchange(
      http_,
      {.method = "POST", .path = "/users", .body = std::move(body), .repeat = Repeat::kNever});
}

std::unique_ptr<JsonDocument> Client::update_user(std::string_view id, std::string body) {
  return exchange(
      http_, {.method = "PATCH", .path = "/users/" + encode_segment(id), .body = std::move(body)});
}

void Client::delete_user(std::string_view id) {
  const HttpRequest request{.method = "DELETE", .path = "/users/" + encode_segment(id)};
  if (http_.send_ok(request).status == kNoContent) return;
  throw ConnectorError(ErrorKind::kUnknownOutcome,
                       "DELETE " + request.path + ": the answer is not that of a deletion");
}

}  // namespace usher::memory
