#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/certificates.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace usher::peers {

/// What a test's nginx does on its way from the client to the service.
struct NginxOptions {
  std::string upstream = {};         ///< Unix socket of the service
  std::string listen = "ssl http2";  ///< parameters of its `listen`
  std::string http = {};             ///< lines for `http`
  std::string location = {};         ///< lines for `location /`
};

/// A real nginx on 127.0.0.1 in a folder of its own; it needs no root. It listens when the
/// constructor returns, and is killed by the destructor or with the test.
class Nginx {
 public:
  /// One request as nginx saw it.
  struct Request {
    int status = 0;
    std::string protocol;  ///< `HTTP/1.1`
    std::string tls;       ///< `TLSv1.3`, `-` without
    std::string method;
  };

  /// Why it cannot be started here; empty when it can.
  [[nodiscard]] static std::string missing();

  /// Throws std::runtime_error with what nginx said.
  explicit Nginx(const NginxOptions& options);

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string url() const;  ///< https://127.0.0.1:PORT/scim
  [[nodiscard]] const Certificates& certificates() const { return certificates_; }
  [[nodiscard]] std::vector<Request> requests() const;
  /// How many of them were answered so.
  [[nodiscard]] std::size_t answered(int status) const;

 private:
  void start(const NginxOptions& options);
  [[nodiscard]] std::string configuration(const NginxOptions& options) const;

  TempDir folder_;
  const Certificates certificates_ = make_certificates(folder_.path());
  int port_ = 0;
  std::optional<Process> process_;
};

}  // namespace usher::peers
