#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "connectors/http/client.h"
#include "connectors/http/json.h"

namespace usher {

/// `HttpClient::send_ok`, and the answer's body as JSON. Throws `kMalformed` when it is none.
[[nodiscard]] std::unique_ptr<JsonDocument> exchange(HttpClient& http, const HttpRequest& request);

/// Where a provider's error body keeps its words: `{"error": {"code": …, "message": …}}`.
struct ErrorPlace {
  std::function<Json(const Json& body)> object;  ///< in a body that is an object; may throw
  std::string_view code = "code";
  std::string_view message = "message";
};

/// A reader for `HttpOptions::read_error`; does not throw. A 404 that is no JSON object is
/// `kMalformed`: a page comes from a proxy, or `url` is wrong, and must not pass for somebody who
/// is gone.
[[nodiscard]] ProviderError read_error_at(const ErrorPlace& place, const HttpResponse& response);

}  // namespace usher
