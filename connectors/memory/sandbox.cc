#include "connectors/memory/sandbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "connectors/memory/sandbox_users.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;

constexpr std::int64_t kLongestPage = 1000;
constexpr std::size_t kLongestName = 100;

constexpr SwitchSpec kSwitches[] = {
    {"memory_consistency_seconds", "number", "0", "so long a new user is not shown"},
    {"memory_filter", "exact|too_much", "exact",
     "a look-up by address answers with who has it, or with everybody"},
    {"memory_page", "number", "100", "users on a page where the request does not say"},
};

Response refuse(int status, std::string_view code, std::string_view message) {
  return json_response(status, json{{"error", {{"code", code}, {"message", message}}}}.dump());
}

std::int64_t to_number(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// `u17` → 17; 0 for anything else.
std::int64_t number_of(std::string_view id) {
  return id.starts_with('u') ? to_number(id.substr(1)) : 0;
}

/// Whether reads show this user already.
bool is_visible(const MemoryUser& user, const Context& context) {
  return user.created_at + context.switches.number("memory_consistency_seconds") <= context.now;
}

/// The newest ones are at the end.
std::size_t count_visible(const MemoryUsers& users, const Context& context) {
  std::size_t count = users.all().size();
  for (auto at = users.all().rbegin(); count > 0 && !is_visible(at->second, context); ++at) --count;
  return count;
}

class MemoryApi final : public Api {
 public:
  std::string_view name() const override { return "memory"; }
  std::string_view base_path() const override { return "/memory/v1"; }
  std::string_view list_member() const override { return "users"; }
  std::span<const SwitchSpec> switches() const override { return kSwitches; }
  const std::shared_ptr<Model>& model() const override { return model_; }

  Response error(int status, std::string_view message, const Context&) const override {
    return refuse(status, status == 429 ? "slow_down" : "trouble", message);
  }
  Response handle(const Request& request, const Context& context) override;

 private:
  Response route(const Request& request, const Context& context);
  Response list(const Request& request, const Context& context) const;
  Response look_up(const std::string& email, const Context& context) const;
  Response create(const json& body, const Context& context);
  Response change(const Request& request, MemoryUser& user);
  Response update(MemoryUser& user, const json& body);
  static std::string fault_in(const json& body);

  std::shared_ptr<MemoryUsers> users_ = std::make_shared<MemoryUsers>();
  std::shared_ptr<Model> model_ = users_;
};

Response MemoryApi::handle(const Request& request, const Context& context) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view header = request.header("Authorization");
  if (!header.starts_with(kScheme) || !users_->takes(std::string(header.substr(kScheme.size())))) {
    Response response = refuse(401, "unauthorized", "Unknown token");
    response.credential = "unknown";
    return response;
  }
  Response response = route(request, context);
  response.credential = "token";
  return response;
}

Response MemoryApi::route(const Request& request, const Context& context) {
  const auto parts = split_path(std::string_view(request.path).substr(base_path().size()));
  if (parts.empty() || parts[0] != "users" || parts.size() > 2) {
    return refuse(404, "no_such_path", "There is nothing here");
  }
  if (parts.size() == 1 && request.method == "GET") return list(request, context);
  if (parts.size() == 1 && request.method == "POST")
    return create(json::parse(request.body, nullptr, false), context);
  MemoryUser* user = parts.size() == 2 ? users_->find(number_of(parts[1])) : nullptr;
  const bool is_hidden = request.method == "GET" && user != nullptr && !is_visible(*user, context);
  if (user == nullptr || is_hidden) return refuse(404, "no_such_user", "There is no such user");
  return change(request, *user);
}

Response MemoryApi::list(const Request& request, const Context& context) const {
  const std::string email = query_value(request.query, "email");
  const bool is_list = email.empty() || context.switches.is("memory_filter", "too_much");
  if (!is_list) return look_up(email, context);
  const std::string asked = query_value(request.query, "limit");
  const std::int64_t limit = std::clamp<std::int64_t>(
      asked.empty() ? context.switches.number("memory_page") : to_number(asked), 1, kLongestPage);
  std::string rows;
  std::int64_t taken = 0;
  auto at = users_->all().upper_bound(number_of(query_value(request.query, "after")));
  const auto is_next = [&] { return at != users_->all().end() && is_visible(at->second, context); };
  for (; is_next() && taken < limit; ++at, ++taken) {
    if (taken > 0) rows += ',';
    rows += to_json(at->second);
  }
  const std::string next =
      is_next() && taken > 0 ? fmt::format(R"(,"next":"u{}")", std::prev(at)->first) : "";
  return json_response(200, fmt::format(R"({{"users":[{}],"total":{}{}}})", rows,
                                        count_visible(*users_, context), next));
}

Response MemoryApi::look_up(const std::string& email, const Context& context) const {
  const MemoryUser* user = users_->find_by_email(email);
  if (user != nullptr && !is_visible(*user, context)) user = nullptr;
  return json_response(
      200, fmt::format(R"({{"users":[{}],"total":{}}})", user ? to_json(*user) : "", user ? 1 : 0));
}

std::string MemoryApi::fault_in(const json& body) {
  if (!body.is_object()) return "the body is not a JSON object";
  for (const char* member : {"email", "name", "role"}) {
    if (body.contains(member) && !body[member].is_string())
      return std::string(member) + " is not a text";
  }
  if (body.contains("active") && !body["active"].is_boolean()) return "active is not a boolean";
  if (body.contains("email") && body["email"].get<std::string>().find('@') == std::string::npos)
    return "email is no address";
  if (count_code_points(body.value("name", "")) > kLongestName) return "name is too long";
  if (body.contains("role") && !std::ranges::count(kMemoryRoles, body["role"].get<std::string>()))
    return "role is none of viewer, editor, admin";
  return {};
}

Response MemoryApi::create(const json& body, const Context& context) {
  if (const std::string fault = fault_in(body); !fault.empty())
    return refuse(422, "invalid", fault);
  if (!body.contains("email")) return refuse(422, "invalid", "email is missing");
  if (users_->find_by_email(body["email"].get<std::string>()) != nullptr)
    return refuse(409, "exists", "There is a user with this address");
  const MemoryUser& user = users_->add({.email = body["email"],
                                        .name = body.value("name", ""),
                                        .role = body.value("role", "viewer"),
                                        .active = body.value("active", true),
                                        .created_at = context.now});
  Response response = json_response(201, to_json(user));
  response.address = user.email;
  return response;
}

Response MemoryApi::change(const Request& request, MemoryUser& user) {
  if (request.method == "GET") return json_response(200, to_json(user));
  if (user.owner) return refuse(403, "owner", "The owner cannot be changed");
  if (request.method == "PATCH") return update(user, json::parse(request.body, nullptr, false));
  if (request.method != "DELETE") return refuse(405, "method", "Method not allowed");
  users_->erase(user.number);
  return {.status = 204};
}

Response MemoryApi::update(MemoryUser& user, const json& body) {
  if (const std::string fault = fault_in(body); !fault.empty())
    return refuse(422, "invalid", fault);
  if (body.contains("email")) {
    const MemoryUser* other = users_->find_by_email(body["email"].get<std::string>());
    if (other != nullptr && other != &user)
      return refuse(409, "exists", "There is a user with this address");
    users_->rename(user, body["email"]);
  }
  user.name = body.value("name", user.name);
  user.role = body.value("role", user.role);
  user.active = body.value("active", user.active);
  return json_response(200, to_json(user));
}

}  // namespace

std::unique_ptr<Api> make_memory_api() {
  return std::make_unique<MemoryApi>();
}

}  // namespace usher::sandbox
