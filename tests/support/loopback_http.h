#pragma once

#include <string>
#include <string_view>

namespace usher {

struct HttpAnswer {
  int status = 0;
  std::string body;
};

/// One HTTP request to 127.0.0.1, on a connection of its own; plain sockets, so that a test binary
/// that needs no more than this builds quickly. The server must end the body by closing.
/// Throws std::runtime_error when nobody answers.
[[nodiscard]] HttpAnswer loopback_http(int port, std::string_view method, std::string_view path,
                                       std::string_view body = {});

}  // namespace usher
