#include "connectors/dreadnode/client.h"

namespace usher::dreadnode {
namespace {

// Of a write, a 404 is about the person: the list has named the workspace before.
std::string_view advice(const HttpRequest& request, int status) {
  switch (status) {
    case 401:
      return ". Compare `api_key` with Dreadnode's settings, and `auth` with the header it wants";
    case 404:
      return request.method == "GET"
                 ? ". Compare `org` and `workspace` with the addresses of the web UI"
                 : "";
    case 426:
      return ". Dreadnode no longer talks to this version of usher: update it";
    default:
      return "";
  }
}

}  // namespace

Client::Client(const Settings& settings, HttpContext& http)
    : org_path_("/api/v1/org/" + encode_segment(settings.org)),
      users_path_(org_path_ + "/ws/" + encode_segment(settings.workspace) + "/users"),
      http_(settings.http, http) {}

std::unique_ptr<JsonDocument> Client::exchange(const HttpRequest& request) {
  HttpResponse response = http_.send(request);
  if (response.ok()) {
    return std::make_unique<JsonDocument>(std::move(response.body),
                                          request.method + " " + request.path);
  }
  const ConnectorError error = http_.to_error(request, response);
  throw ConnectorError(response.status == 426 ? ErrorKind::kForbidden : error.kind,
                       std::string(error.what()).append(advice(request, response.status)),
                       error.code, response.status, error.retry_at);
}

std::unique_ptr<JsonDocument> Client::fetch_users() {
  return exchange({.path = users_path_});
}

std::unique_ptr<JsonDocument> Client::add_user(std::string body) {
  return exchange(
      {.method = "POST", .path = users_path_, .body = std::move(body), .repeat = Repeat::kNever});
}

std::unique_ptr<JsonDocument> Client::remove_member(std::string_view user_id) {
  return exchange({.method = "DELETE",
                   .path = org_path_ + "/members/" + encode_segment(user_id),
                   .repeat = Repeat::kNever});
}

}  // namespace usher::dreadnode
