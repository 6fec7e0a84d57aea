#include "connectors/http/exchange.h"

namespace usher {
namespace {

std::string text_at(const Json& object, std::string_view name) {
  const Json member = object.is_object() ? object.get(name) : Json();
  return member.is_text() ? member.as_text() : std::string();
}

}  // namespace

std::unique_ptr<JsonDocument> exchange(HttpClient& http, const HttpRequest& request) {
  return std::make_unique<JsonDocument>(http.send_ok(request).body,
                                        request.method + " " + request.path);
}

ProviderError read_error_at(const ErrorPlace& place, const HttpResponse& response) {
  ProviderError error;
  const auto document = JsonDocument::try_parse(response.body);
  if (!document || !document->root().is_object()) {
    if (response.status == 404) error.kind = ErrorKind::kMalformed;
    return error;
  }
  try {
    const Json object = place.object(document->root());
    error.code = text_at(object, place.code);
    error.message = text_at(object, place.message);
  } catch (const ConnectorError&) {
    // Not the provider's own shape: the status says what there is to say.
  }
  return error;
}

}  // namespace usher
