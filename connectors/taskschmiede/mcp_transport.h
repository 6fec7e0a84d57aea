#pragma once

#include <cstdint>
#include <string>

#include "connectors/taskschmiede/rest_transport.h"
#include "connectors/taskschmiede/transport.h"

namespace usher::taskschmiede {

/// The tools at `/mcp`, over Streamable HTTP: one session, opened by `initialize`, to which the
/// login is bound. What has no tool goes by REST to the same server.
class McpTransport final : public Transport {
 public:
  /// `http` must outlive the transport.
  McpTransport(const Settings& settings, HttpContext& http);
  McpTransport(const McpTransport&) = delete;
  McpTransport& operator=(const McpTransport&) = delete;

  [[nodiscard]] Answer call(const Operation& operation) override;
  [[nodiscard]] const std::string& user_id() const override { return user_id_; }

 private:
  struct Exchange;

  /// True when there was none, or it was lost, and a new one was opened.
  bool open_session();
  void initialize();
  void log_in();
  [[nodiscard]] Answer call_tool(HttpClient& client, const Operation& operation);
  [[nodiscard]] Exchange exchange(HttpClient& client, std::string_view method,
                                  const nlohmann::ordered_json& params, Repeat repeat);
  [[nodiscard]] HttpRequest to_request(std::string body, Repeat repeat) const;

  const Secret token_;
  const std::string email_;
  const Secret password_;
  std::string session_id_;  ///< empty: there is no session
  std::string protocol_version_;
  std::string user_id_;
  std::int64_t last_id_ = 0;
  HttpClient http_;
  HttpClient login_http_;
  RestTransport rest_;
};

}  // namespace usher::taskschmiede
