#pragma once

#include <string>
#include <string_view>

#include "connectors/http/client.h"
#include "connectors/http/redactor.h"

namespace usher {

/// Whether the method changes nothing by definition, so that a lost answer loses nothing.
[[nodiscard]] bool only_reads(const HttpRequest& request);

/// What an answer other than 2xx means.
///
/// | status | kind |
/// |---|---|
/// | 401, 407 | unauthorized |
/// | 403 | forbidden |
/// | 404, 410 | not_found |
/// | 409 | conflict |
/// | 429; 503 with Retry-After | rate_limited; transient |
/// | 405, 501 | unsupported |
/// | 408, 425 | transient |
/// | other 4xx, 3xx | rejected |
/// | 5xx | transient for a method that only reads, else unknown_outcome |
[[nodiscard]] ErrorKind classify(const HttpRequest& request, const HttpResponse& response);

struct ErrorContext {
  std::string_view authority;  ///< of the server, for messages
  const Redactor& redactor;
  std::chrono::system_clock::time_point now;
};

/// The error for an answer other than 2xx; `provider` is what its body says.
[[nodiscard]] ConnectorError make_error(const HttpRequest& request, const HttpResponse& response,
                                        const ProviderError& provider, const ErrorContext& context);

/// `GET /workspace at app.example.com`, without the query, which may name people.
[[nodiscard]] std::string describe(const HttpRequest& request, std::string_view authority);

/// The words of a provider's error body for a connector that has no reader of its own: the usual
/// members of JSON objects with what they say of single fields, the title of an HTML page, else
/// the body's first bytes.
[[nodiscard]] ProviderError read_common_error(const HttpResponse& response);

}  // namespace usher
