#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "connectors/http/proxy.h"
#include "connectors/http/stream.h"
#include "connectors/http/tls_stream.h"

namespace usher {

/// Where a client's requests go and by which way.
struct Endpoint {
  bool tls = true;
  std::string host;
  std::uint16_t port = 443;
  std::optional<Proxy> proxy;
  std::string ca_file;

  /// Two endpoints with equal keys may share connections.
  [[nodiscard]] std::string key() const;
  /// `host`, or `host:port` where the port is not the scheme's own; IPv6 addresses in brackets.
  [[nodiscard]] std::string authority() const;
};

/// An open connection, ready for the next request.
struct Connection {
  std::unique_ptr<ByteStream> stream;
  int requests = 0;  ///< sent over it so far
  std::chrono::steady_clock::time_point idle_since;
  std::chrono::seconds idle_limit{0};
};

/// Connects, through the proxy where there is one, and checks the server's certificate. Throws
/// StreamError and TlsError.
[[nodiscard]] std::unique_ptr<Connection> open_connection(const Endpoint& endpoint, TlsTrust& trust,
                                                          std::chrono::milliseconds timeout);

}  // namespace usher
