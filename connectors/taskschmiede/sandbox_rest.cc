// The fake's /api/v1.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "connectors/taskschmiede/sandbox_doors.h"
#include "connectors/taskschmiede/sandbox_operations.h"

namespace usher::sandbox::taskschmiede {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

int status_of(std::string_view code) {
  constexpr std::array<std::pair<std::string_view, int>, 12> kStatuses{{
      {"unauthorized", 401},
      {"invalid_credentials", 401},
      {"forbidden", 403},
      {"account_suspended", 403},
      {"account_blocked", 403},
      {"tier_limit", 403},
      {"not_found", 404},
      {"conflict", 409},
      {"email_exists", 409},
      {"rate_limited", 429},
      {"velocity_limit", 429},
      {"internal_error", 500},
  }};
  const auto* const at =
      std::ranges::find(kStatuses, code, &std::pair<std::string_view, int>::first);
  return at == kStatuses.end() ? 400 : at->second;
}

Response error_response(const Outcome& outcome) {
  Response response = json_response(
      status_of(outcome.code),
      ordered_json{{"error", {{"code", outcome.code}, {"message", outcome.message}}}}.dump());
  if (response.status == 429) response.headers.emplace_back("Retry-After", "60");
  return response;
}

/// Which tool's work a request asks for, and the arguments that its path holds.
struct Route {
  std::string_view tool;
  json arguments = json::object();
  int success = 200;
};

std::optional<Route> route_user(std::string_view method, const std::vector<std::string>& parts) {
  if (parts.size() == 1 && method == "GET") return Route{"ts.usr.list"};
  if (parts.size() == 1 && method == "POST") return Route{"ts.usr.create", json::object(), 201};
  if (parts.size() != 2) return std::nullopt;
  if (method == "GET") return Route{"ts.usr.get", {{"id", parts[1]}}};
  if (method == "PATCH") return Route{"ts.usr.update", {{"id", parts[1]}}};
  return std::nullopt;
}

std::optional<Route> route_member(std::string_view method, const std::vector<std::string>& parts) {
  if (parts.size() < 3 || parts[2] != "members") return std::nullopt;
  json arguments{{"org_id", parts[1]}};
  if (parts.size() == 3 && method == "GET") return Route{"ts.org.list_members", arguments};
  if (parts.size() == 3 && method == "POST") return Route{"ts.org.add_member", arguments, 201};
  if (parts.size() != 4) return std::nullopt;
  arguments["user_id"] = parts[3];
  if (method == "PATCH") return Route{"ts.org.set_member_role", arguments};
  if (method == "DELETE") return Route{"ts.org.remove_member", arguments};
  return std::nullopt;
}

std::optional<Route> find_route(std::string_view method, std::string_view path) {
  const auto parts = split_path(path);
  if (parts.empty()) return std::nullopt;
  if (parts[0] == "users") return route_user(method, parts);
  if (parts[0] == "organizations") return route_member(method, parts);
  if (path == "/auth/whoami" && method == "GET") return Route{"ts.auth.whoami"};
  if (path == "/resources" && method == "POST") {
    return Route{"rest.resources.create", json::object(), 201};
  }
  return std::nullopt;
}

std::int64_t number_or(const std::string& text, std::int64_t otherwise) {
  std::int64_t number = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  return wrong == std::errc{} && end == text.data() + text.size() ? number : otherwise;
}

void add_query(const std::string& query, json& arguments) {
  for (const char* name : {"organization_id", "status", "user_type", "search", "admin"}) {
    arguments[name] = query_value(query, name);
  }
  arguments["limit"] = number_or(query_value(query, "limit"), 50);
  arguments["offset"] = number_or(query_value(query, "offset"), 0);
}

/// False: the body is no object, or a member that we know is of another type.
bool add_body(const std::string& text, json& arguments) {
  if (text.empty()) return true;
  const json body = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) return false;
  for (const char* name : {"name", "email", "status", "role", "user_id", "resource_id"}) {
    if (body.contains(name) && !body.at(name).is_string()) return false;
  }
  arguments.update(body);
  return true;
}

Response log_in_by_rest(Server& server, const Request& request, const Context& context) {
  const json body = json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  const Outcome outcome =
      log_in(server, context, text_argument(body, "email"), text_argument(body, "password"));
  if (outcome.failed()) return error_response(outcome);
  if (context.switches.on("taskschmiede_second_factor")) {
    return json_response(
        200, ordered_json{{"data", {{"status", "2fa_required"}, {"pending_token", "p"}}}}.dump());
  }
  return json_response(200, R"({"data":)" + outcome.value + '}');
}

Response run_route(Route& route, Call& call) {
  call.arguments = std::move(route.arguments);
  Outcome outcome = run_operation(route.tool, call);
  if (outcome.failed()) return error_response(outcome);
  if (route.tool == "ts.usr.list") return json_response(200, std::move(outcome.value));
  return json_response(route.success, R"({"data":)" + outcome.value + '}');
}

}  // namespace

Response answer_rest(Server& server, std::string_view path, const Request& request,
                     const Context& context) {
  if (path == "/auth/login" && request.method == "POST") {
    return log_in_by_rest(server, request, context);
  }
  auto route = find_route(request.method, path);
  if (!route) return text_response(404, "404 page not found");
  const auto header = request.header("Authorization");
  if (!header.starts_with("Bearer ")) {
    return error_response({{}, "unauthorized", "Authentication required"});
  }
  const Token* token = server.find_token(header.substr(7), context.now);
  User* me = token == nullptr ? nullptr : server.find(token->user_id);
  if (me == nullptr) return error_response({{}, "unauthorized", "Invalid or expired token"});
  if (me->status == "suspended") {
    return error_response({{}, "account_suspended", "Account is suspended"});
  }
  if (request.method == "GET") add_query(request.query, route->arguments);
  if (!add_body(request.body, route->arguments)) {
    return error_response({{}, "invalid_input", "Invalid JSON body"});
  }
  Call call{server, context, *me, {}, false};
  Response response = run_route(*route, call);
  response.credential = token->label;
  response.address = text_argument(call.arguments, "email");
  return response;
}

}  // namespace usher::sandbox::taskschmiede
