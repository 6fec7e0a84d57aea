#include "connectors/http/connection.h"

#include <fmt/format.h>

#include "connectors/http/wire.h"

namespace usher {
namespace {

std::string bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

/// Asks the proxy for a way to the server (RFC 9110 9.3.6).
void open_tunnel(ByteStream& proxy_stream, const Endpoint& endpoint, const Deadline& deadline) {
  const std::string target = fmt::format("{}:{}", bracketed(endpoint.host), endpoint.port);
  std::string request = fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n", target);
  if (!endpoint.proxy->authorization.empty()) {
    request += "Proxy-Authorization: " + endpoint.proxy->authorization + "\r\n";
  }
  proxy_stream.write(request + "\r\n", deadline);
  const int status = read_head(proxy_stream, deadline).status;
  if (status >= 200 && status < 300) return;
  throw StreamError(fmt::format("refused the way to {} with status {}{}", target, status,
                                status == 407 ? ": it wants a user name and password" : ""));
}

std::unique_ptr<ByteStream> connect_via_proxy(const Endpoint& endpoint, TlsTrust& trust,
                                              std::chrono::milliseconds timeout,
                                              const Deadline& deadline) {
  const Proxy& proxy = *endpoint.proxy;
  try {
    auto stream = connect_tcp(proxy.host, proxy.port, timeout);
    if (proxy.tls) {
      stream = start_tls(std::move(stream), trust.for_file(endpoint.ca_file), proxy.host, deadline);
    }
    if (endpoint.tls) open_tunnel(*stream, endpoint, deadline);
    return stream;
  } catch (const TlsError& error) {
    throw TlsError(fmt::format("proxy {}:{}: {}", proxy.host, proxy.port, error.what()));
  } catch (const StreamError& error) {
    throw StreamError(fmt::format("proxy {}:{}: {}", proxy.host, proxy.port, error.what()));
  } catch (const WireError& error) {
    throw StreamError(fmt::format("proxy {}:{}: its answer cannot be used: {}", proxy.host,
                                  proxy.port, error.what()));
  }
}

}  // namespace

std::string Endpoint::authority() const {
  const std::uint16_t usual = tls ? 443 : 80;
  return port == usual ? bracketed(host) : fmt::format("{}:{}", bracketed(host), port);
}

std::string Endpoint::key() const {
  std::string key = fmt::format("{}://{}|{}", tls ? "https" : "http", authority(), ca_file);
  if (proxy) {
    key += fmt::format("|{}://{}:{}|{}", proxy->tls ? "https" : "http", proxy->host, proxy->port,
                       proxy->authorization);
  }
  return key;
}

std::unique_ptr<Connection> open_connection(const Endpoint& endpoint, TlsTrust& trust,
                                            std::chrono::milliseconds timeout) {
  const Deadline deadline = Deadline::in(timeout, timeout);
  auto stream = endpoint.proxy ? connect_via_proxy(endpoint, trust, timeout, deadline)
                               : connect_tcp(endpoint.host, endpoint.port, timeout);
  if (endpoint.tls) {
    stream =
        start_tls(std::move(stream), trust.for_file(endpoint.ca_file), endpoint.host, deadline);
  }
  auto connection = std::make_unique<Connection>();
  connection->stream = std::move(stream);
  return connection;
}

}  // namespace usher
