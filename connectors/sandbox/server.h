#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/sandbox/sandbox.h"

namespace usher::sandbox {

struct ServerOptions {
  /// Address and port; loopback only. Port 0: one the operating system picks.
  std::string listen = "127.0.0.1:0";
  std::string seed = {};         ///< JSON text; empty: an empty world
  SwitchSettings switches = {};  ///< win over the seed's, also after a reset
  std::string cert_file = {};    ///< PEM; with `key_file` the server speaks TLS only
  std::string key_file = {};
  int threads = 128;       ///< connections served at once; the others wait
  Clock* clock = nullptr;  ///< the system's when null; else must outlive the server
};

/// Fake providers over HTTP on loopback: in a test, or in the program `usher-sandbox`.
///
/// The constructor returns when connections are accepted. The destructor closes all connections,
/// also those with a request under way, and waits for their threads.
///
///     auto workspaces = std::make_shared<Workspaces>();
///     std::vector<std::unique_ptr<Api>> apis;
///     apis.push_back(make_timelines_api(workspaces));
///     SandboxServer server(std::move(apis), {.seed = R"({"workspaces": […]})"});
///     options.base_url = server.url("timelines");
class SandboxServer {
 public:
  /// Throws BadRequest for a bad seed, switch or address, and std::runtime_error when the socket
  /// or the certificate cannot be used.
  SandboxServer(std::vector<std::unique_ptr<Api>> apis, const ServerOptions& options);
  ~SandboxServer();
  SandboxServer(const SandboxServer&) = delete;
  SandboxServer& operator=(const SandboxServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// `http://127.0.0.1:PORT`
  [[nodiscard]] std::string origin() const;
  /// Base URL of one API: `http://127.0.0.1:PORT/integrations/api`
  [[nodiscard]] std::string url(std::string_view api) const;

  [[nodiscard]] Sandbox& sandbox();

  /// What a request to the control endpoint would do, without one: `control("POST", "faults",
  /// R"({"action": "html_403"})")`. Returns JSON text; throws BadRequest.
  std::string control(std::string_view method, std::string_view verb, std::string_view body = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace usher::sandbox
