#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "connectors/http/client.h"
#include "tests/connectors/http/script_server.h"
#include "tests/support/manual_clock.h"

namespace usher {

/// Gives the same answer to every request.
[[nodiscard]] inline ScriptServer::Handler always(std::string bytes) {
  return [bytes = std::move(bytes)](const ScriptServer::Request&) {
    return ScriptServer::Reply{.bytes = bytes};
  };
}

/// A client whose waits take no time, and what it did.
struct ClientFixture {
  HttpOptions options;
  ManualClock clock;
  HttpContext context{clock};

  explicit ClientFixture(const std::string& base_url) {
    options.base_url = base_url;
    options.read_timeout = std::chrono::seconds(20);
  }

  [[nodiscard]] HttpClient client() { return HttpClient(options, context); }
  [[nodiscard]] HttpResponse get(const std::string& path = "/x") {
    return client().send({.path = path});
  }
  [[nodiscard]] HttpResponse post() { return client().send(write()); }

  [[nodiscard]] static HttpRequest write(std::string body = "{}") {
    HttpRequest request;
    request.method = "POST";
    request.path = "/x";
    request.body = std::move(body);
    request.repeat = Repeat::kNever;
    return request;
  }

  /// The error that `action` ends with.
  template <typename Action>
  [[nodiscard]] static ConnectorError error_of(Action action) {
    try {
      action();
    } catch (const ConnectorError& error) {
      return error;
    }
    ADD_FAILURE() << "no error";
    return ConnectorError(ErrorKind::kMalformed, "no error");
  }

  [[nodiscard]] double slept() const {
    std::chrono::duration<double> sum{0};
    for (const auto sleep : clock.sleeps()) sum += sleep;
    return sum.count();
  }
};

}  // namespace usher
