#include "connectors/sandbox/server.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/ThreadPool.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <nlohmann/json.hpp>

#include "connectors/clock.h"
#include "connectors/sandbox/connection.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

namespace net = Poco::Net;

// A sandbox has no passwords worth the name, so nobody but this machine may reach it.
net::SocketAddress loopback_address(const std::string& listen) {
  net::SocketAddress address;
  try {
    address = net::SocketAddress(listen);
  } catch (const Poco::Exception& error) {
    throw BadRequest(fmt::format("cannot listen on `{}`: {}; write 127.0.0.1:PORT",
                                 escape_for_display(listen), error.displayText()));
  }
  if (!address.host().isLoopback()) {
    throw BadRequest(fmt::format(
        "`{}` is not a loopback address; the sandbox listens on 127.0.0.1 or [::1] only",
        escape_for_display(listen)));
  }
  return address;
}

net::ServerSocket make_tls_socket(const ServerOptions& options) {
  net::Context::Ptr context(new net::Context(net::Context::TLS_SERVER_USE, options.key_file,
                                             options.cert_file, "", net::Context::VERIFY_NONE));
  context->requireMinimumProtocol(net::Context::PROTO_TLSV1_2);
  return net::SecureServerSocket(context);
}

net::ServerSocket make_socket(const ServerOptions& options) {
  const auto address = loopback_address(options.listen);
  if (options.cert_file.empty() != options.key_file.empty()) {
    throw BadRequest("TLS needs both a certificate and its key");
  }
  net::ServerSocket socket =
      options.cert_file.empty() ? net::ServerSocket() : make_tls_socket(options);
  // Poco's constructors would share the port with whoever has it already.
  socket.bind(address, /*reuseAddress=*/true, /*reusePort=*/false);
  socket.listen(1024);
  return socket;
}

net::HTTPServerParams::Ptr make_params(int threads) {
  net::HTTPServerParams::Ptr params(new net::HTTPServerParams);
  params->setMaxThreads(threads);
  params->setMaxQueued(10'000);
  params->setKeepAlive(true);
  params->setMaxKeepAliveRequests(0);
  params->setKeepAliveTimeout(Poco::Timespan(300, 0));
  params->setTimeout(Poco::Timespan(300, 0));
  // A thread that goes to sleep in the moment of the stop misses it, and wakes up after so long.
  params->setThreadIdleTime(Poco::Timespan(0, 100'000));
  return params;
}

}  // namespace

struct SandboxServer::Impl {
  Impl(std::vector<std::unique_ptr<Api>> apis, const ServerOptions& options)
      : own_clock(options.clock == nullptr ? make_system_clock() : nullptr),
        sandbox(std::move(apis), options.seed, options.switches,
                options.clock == nullptr ? *own_clock : *options.clock),
        scheme(options.cert_file.empty() ? "http" : "https"),
        pool("sandbox", 1, options.threads + 1),
        params(make_params(options.threads)),
        socket(make_socket(options)),
        server(new ConnectionFactory(sandbox, sockets, params), pool, socket, params) {}

  std::unique_ptr<Clock> own_clock;
  Sandbox sandbox;
  std::string scheme;
  OpenSockets sockets;
  Poco::ThreadPool pool;
  net::HTTPServerParams::Ptr params;
  net::ServerSocket socket;
  net::TCPServer server;
};

SandboxServer::SandboxServer(std::vector<std::unique_ptr<Api>> apis, const ServerOptions& options) {
  try {
    impl_ = std::make_unique<Impl>(std::move(apis), options);
    impl_->server.start();
  } catch (const Poco::Exception& error) {
    throw std::runtime_error(
        fmt::format("cannot serve on {}: {}", options.listen, error.displayText()));
  }
}

SandboxServer::~SandboxServer() {
  // Wakes the thread that accepts, which else looks up only four times a second.
  ::shutdown(impl_->socket.impl()->sockfd(), SHUT_RDWR);
  impl_->server.stop();
  impl_->sockets.shut_down();  // first, so that no held request is answered at the last moment
  impl_->sandbox.stop();
  impl_->pool.joinAll();
}

std::uint16_t SandboxServer::port() const {
  return impl_->socket.address().port();
}

std::string SandboxServer::origin() const {
  return fmt::format("{}://{}", impl_->scheme, impl_->socket.address().toString());
}

std::string SandboxServer::url(std::string_view api) const {
  for (const auto& each : impl_->sandbox.apis()) {
    if (each->name() == api) {
      return origin() + std::string(each->base_path());
    }
  }
  throw BadRequest(fmt::format("no API `{}` is served here", api));
}

Sandbox& SandboxServer::sandbox() {
  return impl_->sandbox;
}

std::string SandboxServer::control(std::string_view method, std::string_view verb,
                                   std::string_view body) {
  const auto question = std::min(verb.find('?'), verb.size());
  const auto query = verb.substr(std::min(question + 1, verb.size()));
  return impl_->sandbox.control(method, verb.substr(0, question), query, body).dump();
}

}  // namespace usher::sandbox
