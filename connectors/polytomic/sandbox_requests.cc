#include "connectors/polytomic/sandbox_requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/format.h"

namespace usher::sandbox::polytomic {
namespace {

using nlohmann::json;

/// What a body asks for, or why it cannot be had.
struct Wish {
  std::string email;
  std::optional<std::vector<std::uint32_t>> roles;
  std::optional<Response> refusal;
};

bool holds(const Organization& organization, const User& user, std::string_view name) {
  return std::ranges::any_of(user.roles, [&](std::uint32_t position) {
    return organization.roles[position].name == name;
  });
}

std::uint32_t find_role_id(const Organization& organization, std::string_view id) {
  const auto at = std::ranges::find(organization.roles, id, &Role::id);
  return static_cast<std::uint32_t>(at - organization.roles.begin());
}

std::string read_role_ids(const Organization& organization, const json& ids, Wish& wish) {
  if (!ids.is_array()) return "role_ids must be a list";
  if (ids.empty()) return "role_ids must not be empty";
  wish.roles.emplace();
  for (const json& id : ids) {
    const auto position = id.is_string() ? find_role_id(organization, id.get<std::string>())
                                         : organization.roles.size();
    if (position >= organization.roles.size()) return "role_ids holds an unknown role";
    wish.roles->push_back(static_cast<std::uint32_t>(position));
  }
  return {};
}

std::string read_role(const Organization& organization, const json& role, Wish& wish) {
  if (role != "admin" && role != "user") return "role must be admin or user";
  wish.roles = {organization.find_role(role == "admin" ? "Admin" : "Member")};
  return {};
}

Wish read_wish(const Organization& organization, const std::string& text, bool wants_email,
               const Context& context) {
  Wish wish;
  const auto refused = [&](int status, std::string_view message) {
    wish.refusal = refuse(status, "invalid_request", message, context);
    return std::move(wish);
  };
  const json body = json::parse(text, nullptr, false);
  if (!body.is_object()) return refused(400, "the body is not a JSON object");
  if (wants_email) {
    const json email = body.value("email", json());
    if (!email.is_string() || email.get<std::string>().find('@') == std::string::npos) {
      return refused(422, "email is missing or no address");
    }
    wish.email = email;
  }
  if (body.contains("role") && body.contains("role_ids")) {
    return refused(static_cast<int>(context.switches.number("polytomic_bad_roles")),
                   "role and role_ids are mutually exclusive");
  }
  std::string fault;
  if (body.contains("role_ids")) fault = read_role_ids(organization, body["role_ids"], wish);
  if (body.contains("role")) fault = read_role(organization, body["role"], wish);
  if (fault.empty()) return wish;
  return refused(static_cast<int>(context.switches.number("polytomic_bad_roles")), fault);
}

/// The roles of somebody who was created without any being named.
std::vector<std::uint32_t> default_roles(const Organization& organization, const Context& context) {
  const std::string& name = context.switches.get("polytomic_default_role");
  if (name == "none") return {};
  return {organization.find_role(name)};
}

Response existing(const Organization& organization, const User& user, const Dress& dress,
                  const Context& context) {
  const auto status = static_cast<int>(context.switches.number("polytomic_existing_email"));
  if (status == 200) return json_response(200, dress.on(render_user(organization, user, context)));
  return refuse(status, status == 409 ? "conflict" : "invalid_request",
                "a user with this email exists", context);
}

Response missing(const Request& request, const Context& context) {
  if (request.method == "PUT") {
    const auto status = static_cast<int>(context.switches.number("polytomic_update_missing"));
    return refuse(status, status == 404 ? "not_found" : "invalid_request", "no such user", context);
  }
  if (request.method == "GET" && context.switches.is("polytomic_get_missing", "empty")) {
    return json_response(200, R"({"data":{}})");
  }
  return refuse(404, "not_found", "no such user", context);
}

}  // namespace

std::string Dress::on(std::string_view data) const {
  return fmt::format("{}{}}}", is_oldest ? R"({"error":null,"result":)" : R"({"data":)", data);
}

Response refuse(int status, std::string_view key, std::string_view message,
                const Context& context) {
  const std::string& schema = context.switches.get("polytomic_error_body");
  json body = json::object();
  if (schema == "current") {
    body = {{"status", status}, {"key", key}, {"message", message}, {"metadata", json::object()}};
  } else if (schema == "old") {
    body = {{"code", status}, {"status", reason_phrase(status)}, {"error", message}};
  }
  return json_response(status, body.dump());
}

std::string render_user(const Organization& organization, const User& user,
                        const Context& context) {
  const std::string& shape = context.switches.get("polytomic_user_shape");
  const bool is_hidden = !user.accepted && context.switches.is("polytomic_pending_roles", "hidden");
  std::string out = fmt::format(R"({{"id":"{}","email":)", user_id(user.number));
  append_json(out, user.email);
  out += fmt::format(R"(,"organization_id":"{}")", organization.id);
  if (shape != "role") {
    out += R"(,"role_ids":[)";
    for (std::size_t i = 0; i < user.roles.size() && !is_hidden; ++i) {
      out += fmt::format(R"({}"{}")", i == 0 ? "" : ",", organization.roles[user.roles[i]].id);
    }
    out += ']';
  }
  if (shape != "role_ids" && !is_hidden) {
    out += holds(organization, user, "Admin") ? R"(,"role":"admin")" : R"(,"role":"user")";
  }
  return out + '}';
}

std::string render_users(const Organization& organization, const Context& context) {
  if (organization.users().empty() && context.switches.is("polytomic_empty_list", "null")) {
    return "null";
  }
  std::string out = "[";
  out.reserve(organization.users().size() * 220 + 2);
  for (const auto& [number, user] : organization.users()) {
    if (out.size() > 1) out += ',';
    out += render_user(organization, user, context);
  }
  return out + ']';
}

std::string render_roles(const Organization& organization, const Context& context) {
  const bool is_nobodys = context.switches.is("polytomic_system_role_organization", "null");
  json list = json::array();
  for (const Role& role : organization.roles) {
    json item{{"id", role.id}, {"name", role.name}, {"system", role.is_system}};
    item["organization_id"] = role.is_system && is_nobodys ? json() : json(organization.id);
    list.push_back(std::move(item));
  }
  return list.dump();
}

std::string render_organization(const Organization& organization) {
  return json{{"id", organization.id}, {"name", organization.name}}.dump();
}

Response create_user(Organizations& organizations, Organization& organization,
                     const std::string& body, const Dress& dress, const Context& context) {
  Wish wish = read_wish(organization, body, true, context);
  if (wish.refusal) return *std::move(wish.refusal);
  if (context.switches.is("polytomic_create", "500")) {
    return refuse(500, "internal", "Something went wrong", context);
  }
  if (const User* user = organization.find_by_email(wish.email)) {
    return existing(organization, *user, dress, context);
  }
  User user;
  user.email = wish.email;
  user.roles = wish.roles ? *wish.roles : default_roles(organization, context);
  user.accepted = false;
  const User& added = organizations.add(organization, std::move(user));
  ++organization.mails[added.email];
  Response response = json_response(static_cast<int>(context.switches.number("polytomic_created")),
                                    dress.on(render_user(organization, added, context)));
  response.address = added.email;
  return response;
}

Response handle_user(Organization& organization, const std::string& id, const Request& request,
                     bool is_named, const Dress& dress, const Context& context) {
  if (!is_uuid(id)) {
    return refuse(static_cast<int>(context.switches.number("polytomic_bad_id")), "invalid_id",
                  "the id of a user is a uuid", context);
  }
  const User* user = organization.find(id);
  if (user == nullptr) return missing(request, context);
  if (request.method == "PUT") {
    Wish wish = read_wish(organization, request.body, is_named, context);
    if (wish.refusal) return *std::move(wish.refusal);
    if (wish.roles) organization.set_roles(user->number, *std::move(wish.roles));
  }
  std::string reply = dress.on(render_user(organization, *user, context));
  if (request.method == "DELETE") organization.erase(user->number);
  return json_response(200, std::move(reply));
}

}  // namespace usher::sandbox::polytomic
