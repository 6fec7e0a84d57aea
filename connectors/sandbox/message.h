#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usher::sandbox {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// A request as a fake sees it.
struct Request {
  std::string method;
  std::string path;   ///< as sent: percent-encoded, without the query
  std::string query;  ///< without `?`
  Headers headers;
  std::string body;
  std::string peer;           ///< source address, without the port
  bool secure = false;        ///< it came over TLS
  int nth_on_connection = 1;  ///< 1 for the first request of a connection

  /// Value of a header, name without regard to case; empty when absent.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  [[nodiscard]] bool has_header(std::string_view name) const;
};

/// Shared, so that a rendered list of a million users is sent many times without a copy.
using Body = std::shared_ptr<const std::string>;

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  Headers headers = {};
  Body body = {};

  // For the request log, filled by the fake:
  std::string credential = {};  ///< which credential was used; never the secret itself
  std::string address = {};     ///< the e-mail address that an invitation was for
  bool drop = false;            ///< the fake wants this reply lost on its way
};

[[nodiscard]] Response json_response(int status, std::string body);

/// A page as proxies and web frameworks send it where an API would send JSON.
[[nodiscard]] Response html_response(int status, std::string_view text);

/// `Not Found` for 404.
[[nodiscard]] std::string_view reason_phrase(int status);

/// Splits a path at its slashes; segments are percent-decoded. Empty: an escape is malformed.
[[nodiscard]] std::vector<std::string> split_path(std::string_view path);

/// Value of `name` in a query such as `since=3&users=no`, percent-decoded; empty when absent.
[[nodiscard]] std::string query_value(std::string_view query, std::string_view name);

}  // namespace usher::sandbox
