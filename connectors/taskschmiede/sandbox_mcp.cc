// The fake's /mcp.

#include <fmt/format.h>

#include <array>
#include <optional>

#include "connectors/sandbox/format.h"
#include "connectors/taskschmiede/sandbox_doors.h"
#include "connectors/taskschmiede/sandbox_operations.h"
#include "mapping/text.h"

namespace usher::sandbox::taskschmiede {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::int64_t kInactivity = 2 * 3600;
constexpr std::array<std::string_view, 4> kVersions{"2025-11-25", "2025-06-18", "2025-03-26",
                                                    "2024-11-05"};

std::string base32(std::string_view hex) {
  std::string id;
  for (const char digit : hex)
    id += static_cast<char>(digit < 'a' ? digit - '0' + 'A' : digit - 32);
  return id.substr(0, 26);
}

/// One JSON-RPC request, with what is needed to answer it.
struct Exchange {
  Server& server;
  const Context& context;
  const Request& request;
  json message;
  Session* session = nullptr;

  /// `member` is JSON: `"result":{}`.
  [[nodiscard]] Response frame(const std::string& member) const {
    std::string text = fmt::format(R"({{"jsonrpc":"2.0","id":{},{}}})",
                                   message.value("id", json()).dump(), member);
    if (context.switches.is("taskschmiede_framing", "json")) {
      return json_response(200, std::move(text));
    }
    return {.content_type = "text/event-stream",
            .headers = {{"Cache-Control", "no-cache, no-transform"}},
            .body = std::make_shared<const std::string>("event: message\ndata: " + text + "\n\n")};
  }

  [[nodiscard]] Response rpc_error(int code, const std::string& text) const {
    return frame(R"("error":)" + ordered_json{{"code", code}, {"message", text}}.dump());
  }

  [[nodiscard]] Response tool_result(const std::string& text, bool is_error) const {
    std::string member = R"("result":{"content":[{"type":"text","text":)";
    append_json(member, text);
    return frame(member + (is_error ? R"(}],"isError":true})" : "}]}"));
  }

  // The real server puts the text together with string formatting.
  [[nodiscard]] Response tool_error(const std::string& code, const std::string& text) const {
    if (context.switches.is("taskschmiede_tool_errors", "escaped")) {
      return tool_result(ordered_json{{"error", {{"code", code}, {"message", text}}}}.dump(), true);
    }
    return tool_result(fmt::format(R"({{"error":{{"code":"{}","message":"{}"}}}})", code, text),
                       true);
  }
};

/// What the HTTP layer and the JSON-RPC layer below the tools refuse.
std::optional<Response> refuse_request(const Request& request, const Context&) {
  const auto accept = request.header("Accept");
  const bool accepts_both = accept.find("application/json") != std::string_view::npos &&
                            accept.find("text/event-stream") != std::string_view::npos;
  if (!accepts_both && accept.find("*/*") == std::string_view::npos) {
    return text_response(400,
                         "Accept must contain both 'application/json' and 'text/event-stream'");
  }
  const auto version = request.header("MCP-Protocol-Version");
  if (!version.empty() && std::ranges::count(kVersions, version) == 0) {
    return text_response(400,
                         "Bad Request: Unsupported protocol version (supported versions: "
                         "2025-11-25,2025-06-18,2025-03-26,2024-11-05)");
  }
  if (request.body.empty()) return text_response(400, "POST requires a non-empty body");
  return std::nullopt;
}

std::optional<Response> refuse_message(const json& message, bool is_there) {
  if (!is_there) return text_response(400, "malformed payload: unmarshaling jsonrpc message");
  if (message.is_array()) {
    return text_response(400, message.empty() ? "malformed payload: empty batch"
                                              : "JSON-RPC batching is not supported in 2025-06-18 "
                                                "and later");
  }
  if (!message.is_object() || message.value("jsonrpc", "") != "2.0") {
    return text_response(400,
                         R"(malformed payload: invalid message version tag ""; expected "2.0")");
  }
  const std::string method = text_argument(message, "method");
  if (!method.starts_with("notifications/") && message.value("id", json()).is_null()) {
    return text_response(400, fmt::format(R"(invalid request: missing id for "{}")", method));
  }
  if (method == "tools/call" && !message.contains("params")) {
    return text_response(400, R"(invalid request: missing required "params")");
  }
  return std::nullopt;
}

Response initialize(Exchange& exchange) {
  const std::string id = base32(exchange.server.new_id("", 32));
  Session session;
  const auto header = exchange.request.header("Authorization");
  if (header.starts_with("Bearer ")) {
    const Token* token = exchange.server.find_token(header.substr(7), exchange.context.now);
    if (token != nullptr) session.token = token->text;
  }
  session.used_at = exchange.context.now;
  exchange.server.sessions[id] = session;
  const json params = exchange.message.value("params", json::object());
  const std::string asked = text_argument(params, "protocolVersion");
  const bool is_known = std::ranges::count(kVersions, asked) > 0;
  const ordered_json result{
      {"capabilities", {{"logging", ordered_json::object()}, {"tools", {{"listChanged", true}}}}},
      {"protocolVersion", is_known ? asked : "2025-06-18"},
      {"serverInfo",
       {{"name", "taskschmiede"}, {"title", "Taskschmiede MCP Server"}, {"version", "0.5.4"}}}};
  Response response = exchange.frame(R"("result":)" + result.dump());
  response.headers.emplace_back("Mcp-Session-Id", id);
  return response;
}

Response log_in_by_tool(Exchange& exchange, const json& arguments) {
  Outcome outcome = log_in(exchange.server, exchange.context, text_argument(arguments, "email"),
                           text_argument(arguments, "password"));
  if (outcome.code == "account_suspended") {
    outcome = {{}, "invalid_credentials", "Invalid email or password"};
  }
  if (outcome.failed()) return exchange.tool_error(outcome.code, outcome.message);
  exchange.session->token = json::parse(outcome.value).at("token").get<std::string>();
  exchange.session->has_ended = false;
  return exchange.tool_result(outcome.value, false);
}

/// Who calls; an error where nobody does.
struct Caller {
  User* user = nullptr;
  std::optional<Response> refusal = std::nullopt;
  std::string label = {};
};

Caller find_caller(Exchange& exchange) {
  Session& session = *exchange.session;
  const std::int64_t now = exchange.context.now;
  const Token* token = exchange.server.find_token(session.token, now);
  const bool had_login = !session.token.empty();
  const bool has_ended =
      session.has_ended || token == nullptr || now - session.used_at > kInactivity;
  if (!had_login || has_ended) {
    session.token.clear();
    session.has_ended = false;
    const auto refusal =
        had_login
            ? exchange.tool_error("session_expired", "Session expired. Please log in again.")
            : exchange.tool_error("not_authenticated",
                                  "No active login for this session. Call ts.auth.login first.");
    return {nullptr, refusal};
  }
  session.used_at = now;
  return {exchange.server.find(token->user_id), std::nullopt, token->label};
}

Response call_tool(Exchange& exchange) {
  const Context& context = exchange.context;
  const json params = exchange.message.at("params");
  const std::string tool = text_argument(params, "name");
  const auto given = params.is_object() ? params.value("arguments", json::object()) : json();
  const json arguments = given.is_object() ? given : json::object();
  if (exchange.server.take("session " + std::string(exchange.request.header("Mcp-Session-Id")),
                           context.switches.get("taskschmiede_session_rate"), context.now) > 0) {
    return exchange.tool_error("rate_limited", "Too many requests. Please slow down.");
  }
  if (tool == "ts.auth.login") return log_in_by_tool(exchange, arguments);
  const Caller caller = find_caller(exchange);
  if (caller.refusal) return *caller.refusal;
  Call call{exchange.server, context, *caller.user, arguments, true};
  const Outcome outcome = run_operation(tool, call);
  Response response = outcome.code == "unknown_tool"
                          ? exchange.rpc_error(-32602, fmt::format(R"(unknown tool "{}")", tool))
                      : outcome.failed() ? exchange.tool_error(outcome.code, outcome.message)
                                         : exchange.tool_result(outcome.value, false);
  response.credential = caller.label;
  response.address = text_argument(arguments, "email");
  return response;
}

Response answer_message(Exchange& exchange) {
  const std::string method = text_argument(exchange.message, "method");
  const std::string id(exchange.request.header("Mcp-Session-Id"));
  if (method == "initialize") return initialize(exchange);
  if (const auto at = exchange.server.sessions.find(id); at != exchange.server.sessions.end()) {
    exchange.session = &at->second;
  } else if (!id.empty()) {
    return text_response(404, "session not found");
  }
  if (method == "notifications/initialized" && exchange.session != nullptr) {
    exchange.session->is_ready = true;
  }
  if (method.starts_with("notifications/")) return text_response(202, "");
  const bool must_be_ready = exchange.context.switches.is("taskschmiede_initialized", "required");
  if (exchange.session == nullptr || (must_be_ready && !exchange.session->is_ready)) {
    return exchange.rpc_error(
        0, fmt::format(R"(method "{}" is invalid during session initialization)", method));
  }
  if (method == "ping") return exchange.frame(R"("result":{})");
  if (method == "tools/call") return call_tool(exchange);
  return text_response(400, fmt::format(R"(JSON RPC not handled: "{}" unsupported)", method));
}

Response close_session(Server& server, const Request& request) {
  const std::string id(request.header("Mcp-Session-Id"));
  if (id.empty())
    return text_response(400, "Bad Request: DELETE requires an Mcp-Session-Id header");
  const bool was_there = server.sessions.erase(id) > 0;
  return was_there ? text_response(204, "") : text_response(404, "session not found");
}

}  // namespace

Response answer_mcp(Server& server, const Request& request, const Context& context) {
  if (request.method == "DELETE") return close_session(server, request);
  if (request.method == "GET") {
    return text_response(400, "Bad Request: GET requires an Mcp-Session-Id header");
  }
  if (request.method != "POST") {
    Response response = text_response(405, "Method Not Allowed");
    response.headers.emplace_back("Allow", "GET, POST, DELETE");
    return response;
  }
  if (auto refusal = refuse_request(request, context)) return *refusal;
  json message = json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  if (auto refusal = refuse_message(message, !message.is_discarded())) return *refusal;
  Exchange exchange{server, context, request, std::move(message)};
  return answer_message(exchange);
}

}  // namespace usher::sandbox::taskschmiede
