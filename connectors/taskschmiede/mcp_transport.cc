#include "connectors/taskschmiede/mcp_transport.h"

#include <fmt/format.h>

#include "connectors/error.h"
#include "connectors/taskschmiede/errors.h"
#include "connectors/taskschmiede/mcp_message.h"

namespace usher::taskschmiede {
namespace {

constexpr const char* kProtocolVersion = "2025-06-18";

[[noreturn]] void throw_malformed(const std::string& what) {
  throw ConnectorError(ErrorKind::kMalformed, what);
}

}  // namespace

/// An answer and the message in it.
struct McpTransport::Exchange {
  HttpResponse response;
  std::unique_ptr<JsonDocument> message;

  [[nodiscard]] Json result() const { return message->root().get("result"); }
};

McpTransport::McpTransport(const Settings& settings, HttpContext& http)
    : token_(settings.token),
      email_(settings.email),
      password_(settings.password),
      http_(work_options(settings, ""), http),
      login_http_(login_options(settings, ""), http),
      rest_(settings, http) {}

Answer McpTransport::call(const Operation& operation) {
  const bool is_fresh = open_session();
  // With the login of the session: that of REST may ask for a second factor.
  if (operation.tool.empty()) return rest_.call(operation);
  try {
    return call_tool(http_, operation);
  } catch (const ConnectorError& error) {
    if (is_fresh || !is_session_lost(error)) throw;
  }
  session_id_.clear();
  (void)open_session();
  return call_tool(http_, operation);
}

bool McpTransport::open_session() {
  if (!session_id_.empty()) return false;
  try {
    initialize();
    if (token_.empty()) log_in();
  } catch (const ConnectorError&) {
    session_id_.clear();  // one without a login is of no use
    throw;
  }
  return true;
}

void McpTransport::initialize() {
  try {
    protocol_version_.clear();
    const Exchange opened =
        exchange(http_, "initialize",
                 {{"protocolVersion", kProtocolVersion},
                  {"capabilities", nlohmann::ordered_json::object()},
                  {"clientInfo", {{"name", "usher"}, {"version", USHER_VERSION}}}},
                 Repeat::kSafe);
    const std::string id(opened.response.header("Mcp-Session-Id"));
    if (id.empty()) {
      throw_malformed(
          "the answer has no Mcp-Session-Id, so `url` does not point at a Taskschmiede server");
    }
    protocol_version_ = opened.result().get("protocolVersion").text_or(kProtocolVersion);
    session_id_ = id;
    (void)http_.send_ok(
        to_request(render_notification("notifications/initialized"), Repeat::kSafe));
  } catch (const ConnectorError& error) {
    throw as_meant(error, "initialize", true);
  }
}

void McpTransport::log_in() {
  const Answer answer =
      call_tool(login_http_, {.tool = "ts.auth.login",
                              .arguments = {{"email", email_}, {"password", password_.reveal()}},
                              .method = "GET"});
  user_id_ = answer.data().get("user_id").as_text();
  rest_.use_token(answer.data().get("token").text_or(""));
}

Answer McpTransport::call_tool(HttpClient& client, const Operation& operation) {
  const std::string tool(operation.tool);
  try {
    const Exchange called =
        exchange(client, "tools/call", {{"name", tool}, {"arguments", operation.arguments}},
                 operation.repeat);
    return {std::make_unique<JsonDocument>(tool_text(called.result()), tool)};
  } catch (const ConnectorError& error) {
    throw as_meant(error, tool, operation.only_reads());
  }
}

McpTransport::Exchange McpTransport::exchange(HttpClient& client, std::string_view method,
                                              const nlohmann::ordered_json& params, Repeat repeat) {
  const std::int64_t id = ++last_id_;
  const HttpRequest request = to_request(render_call(id, method, params), repeat);
  Exchange done{client.send(request), nullptr};
  if (!done.response.ok()) throw client.to_error(request, done.response);
  done.message = std::make_unique<JsonDocument>(find_message(done.response), std::string(method));
  const Json message = done.message->root();
  if (is_failure(message)) throw client.to_error(request, done.response);
  if (message.get("id").text_or("") != std::to_string(id)) {
    throw_malformed("the answer belongs to another request");
  }
  if (!done.result().is_object()) throw_malformed("the answer has no result");
  return done;
}

HttpRequest McpTransport::to_request(std::string body, Repeat repeat) const {
  HttpRequest request;
  request.method = "POST";
  request.path = "/mcp";
  request.body = std::move(body);
  request.repeat = repeat;
  request.headers.emplace_back("Accept", "application/json, text/event-stream");
  if (!session_id_.empty()) {
    request.headers.emplace_back("Mcp-Session-Id", session_id_);
    request.headers.emplace_back("MCP-Protocol-Version", protocol_version_);
  } else if (!token_.empty()) {
    // Read on `initialize` only; a later one is ignored.
    request.headers.emplace_back("Authorization", "Bearer " + token_.reveal());
  }
  return request;
}

}  // namespace usher::taskschmiede
