#include "connectors/scim/client.h"

#include <fmt/format.h>

#include "connectors/error.h"
#include "connectors/http/base64.h"
#include "connectors/scim/errors.h"
#include "connectors/scim/pages.h"
#include "mapping/text.h"

namespace usher::scim {
namespace {

constexpr const char* kMediaType = "application/scim+json";

}  // namespace

bool Answer::has_resource() const {
  return document && document->root().is_object() && !document->root().members().empty();
}

std::string Answer::version() const {
  if (!etag.empty()) return etag;
  const Json meta = member(root(), "meta");
  return meta.is_object() ? member(meta, "version").text_or("") : std::string();
}

void Answer::require(std::string_view id) const {
  if (!is_garbled && !document) return;
  if (document && document->root().is_object()) {
    if (!has_resource()) return;
    const Json shown = member(document->root(), "id");
    if ((shown.is_text() || shown.is_number()) && shown.as_text() == id) return;
  }
  throw ConnectorError(
      ErrorKind::kUnknownOutcome,
      fmt::format("the service answered {} to a change of {} and showed something else", status,
                  escape_for_display(id)),
      {}, status);
}

Client::Client(const Settings& settings, HttpContext& http)
    : settings_(settings),
      token_(settings.oauth ? std::make_unique<AccessToken>(*settings.oauth, settings.http, http)
                            : nullptr),
      http_(
          [&] {
            HttpOptions options = settings.http;
            options.authorize = [this](HttpRequest& request) { authorize(request); };
            options.read_error = read_error;
            return options;
          }(),
          http) {}

void Client::authorize(HttpRequest& request) {
  std::string value;
  if (token_) {
    value = "Bearer " + token_->get().reveal();
  } else if (!settings_.token.empty()) {
    value = "Bearer " + settings_.token.reveal();
  } else {
    value = "Basic " + encode_base64(settings_.username + ":" + settings_.password.reveal());
  }
  request.headers.emplace_back("Authorization", std::move(value));
}

Answer Client::exchange(HttpRequest request) {
  request.headers.emplace_back("Accept", "application/scim+json, application/json;q=0.9");
  request.content_type = kMediaType;
  for (const auto& header : settings_.profile.extra_headers) request.headers.push_back(header);
  HttpResponse response = http_.send(request);
  if (response.status == 401 && token_) {
    token_->drop();
    response = http_.send(request);
  }
  if (!response.ok()) throw http_.to_error(request, response);
  Answer answer;
  answer.status = response.status;
  answer.etag = response.header("ETag");
  answer.location = response.header("Location");
  if (request.method == "GET") {
    answer.document = std::make_unique<JsonDocument>(
        std::move(response.body), "GET " + request.path.substr(0, request.path.find('?')));
  } else if (!response.body.empty()) {
    answer.document = JsonDocument::try_parse(response.body);
    answer.is_garbled = answer.document == nullptr;
  }
  return answer;
}

Answer Client::get(std::string path) {
  return exchange({.path = std::move(path)});
}

Answer Client::create(std::string_view endpoint, std::string body) {
  return exchange({.method = "POST",
                   .path = std::string(endpoint),
                   .body = std::move(body),
                   .repeat = Repeat::kNever});
}

Answer Client::patch(std::string path, std::string body) {
  return exchange({.method = "PATCH", .path = std::move(path), .body = std::move(body)});
}

Answer Client::put(std::string path, std::string body, std::string_view version) {
  HttpRequest request{.method = "PUT", .path = std::move(path), .body = std::move(body)};
  if (!version.empty()) request.headers.emplace_back("If-Match", version);
  return exchange(std::move(request));
}

Answer Client::remove(std::string path, std::string_view version) {
  HttpRequest request{.method = "DELETE", .path = std::move(path)};
  if (!version.empty()) request.headers.emplace_back("If-Match", version);
  return exchange(std::move(request));
}

std::string path_of(std::string_view endpoint, std::string_view id) {
  return std::string(endpoint) + "/" + encode_segment(id);
}

}  // namespace usher::scim
