#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "connectors/http/client.h"
#include "connectors/http/stream.h"

namespace usher {

/// HTTP/1.1 as bytes (RFC 9112). Ours rather than Poco's because a body that ends too early must
/// not look like one that is whole: Poco ends both as a clean end of file, and it refuses header
/// values over 8 KiB, which a provider's Content-Security-Policy may have.

/// An answer that is not what RFC 9112 describes, was cut, or is too large.
class WireError : public std::runtime_error {
 public:
  enum class Kind { kCut, kTooLarge, kNotHttp };
  WireError(Kind what_kind, const std::string& message)
      : std::runtime_error(message), kind(what_kind) {}
  Kind kind;
};

/// The request head and body. `target` is what stands in the request line, `host` the value of the
/// Host header. Throws ConnectorError `kRejected` for control characters in a header or the target:
/// a value that came from a directory must not be able to add a header.
[[nodiscard]] std::string render_request(const HttpRequest& request, std::string_view target,
                                         std::string_view host);

struct WireResponse {
  HttpResponse response;
  bool keep_alive = false;                         ///< the connection may be used again
  std::optional<std::chrono::seconds> idle_limit;  ///< `Keep-Alive: timeout=5`
};

struct ReadLimits {
  std::uint64_t body_bytes = 0;  ///< also after gzip
  Deadline deadline;
};

/// Reads one answer to a request with `method`. Throws WireError and StreamError. `begun` is set
/// with the first byte.
[[nodiscard]] WireResponse read_response(ByteStream& stream, std::string_view method,
                                         const ReadLimits& limits, bool& begun);

/// Reads the head of an answer only, of a proxy's to CONNECT: the tunnel begins after it.
[[nodiscard]] HttpResponse read_head(ByteStream& stream, const Deadline& deadline);

}  // namespace usher
