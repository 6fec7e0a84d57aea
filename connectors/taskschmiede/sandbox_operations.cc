#include "connectors/taskschmiede/sandbox_operations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "connectors/sandbox/format.h"
#include "connectors/taskschmiede/sandbox_members.h"
#include "mapping/text.h"

namespace usher::sandbox::taskschmiede {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::int64_t kLongestRestPage = 200;

bool is_zero_width(std::string_view rest) {
  return rest.starts_with("\u200B") || rest.starts_with("\u200C") || rest.starts_with("\u200D") ||
         rest.starts_with("\uFEFF");
}

// As the server does with every text it is given.
std::string sanitize(const std::string& text) {
  std::string kept;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_zero_width(std::string_view(text).substr(at))) {
      at += 2;
    } else if (static_cast<unsigned char>(text[at]) >= 0x20 && text[at] != 0x7F) {
      kept += text[at];
    }
  }
  return to_nfc(trim(kept));
}

bool has_text(const Call& call, const char* name) {
  const auto at = call.arguments.find(name);
  return at != call.arguments.end() && at->is_string();
}

std::int64_t number(const Call& call, const char* name, std::int64_t otherwise) {
  const auto at = call.arguments.find(name);
  return at != call.arguments.end() && at->is_number_integer() ? at->get<std::int64_t>()
                                                               : otherwise;
}

// Left open, so that more can follow.
void append_user(std::string& out, const User& user) {
  out += R"({"id":)";
  append_json(out, user.id);
  append_member(out, "name", user.name);
  append_member(out, "email", user.email);
  append_member(out, "status", user.status);
  out += fmt::format(R"(,"is_admin":{},"login_count":0,"tier":1)", user.is_admin);
  append_member(out, "user_type", user.user_type);
  out += R"(,"lang":"en","email_copy":false)";
  if (!user.resource_id.empty()) append_member(out, "resource_id", user.resource_id);
  if (!user.external_id.empty()) append_member(out, "external_id", user.external_id);
  append_member(out, "created_at", rfc3339(user.created_at));
  append_member(out, "updated_at", rfc3339(user.updated_at));
}

void append_metadata(std::string& out, const User& user) {
  out += R"(,"metadata":)" + (user.metadata.empty() ? std::string("{}") : user.metadata.dump());
}

std::string user_text(const User& user) {
  std::string out;
  append_user(out, user);
  append_metadata(out, user);
  return out + '}';
}

// ── users ──────────────────────────────────────────────────────────────────────────────────────

Outcome whoami(Call& call) {
  const User& me = call.me;
  ordered_json value{
      {"email", me.email},         {"name", me.name},           {"user_id", me.id},
      {"status", me.status},       {"is_admin", me.is_admin},   {"lang", "en"},
      {"organizations", me.roles}, {"user_type", me.user_type}, {"profile_complete", true}};
  if (!me.resource_id.empty()) value["resource_id"] = me.resource_id;
  return {dump(value)};
}

Outcome get_user(Call& call) {
  const std::string id = text(call, "id");
  if (id.empty()) return fail("invalid_input", "User ID is required");
  const User* user = call.server.find(id);
  if (user == nullptr || (!call.me.is_admin && user != &call.me)) {
    return fail("not_found", "User not found");
  }
  ordered_json organizations = ordered_json::array();
  const bool shows = call.context.switches.is("taskschmiede_organizations", "present");
  for (const auto& [id_there, role] : user->roles) {
    const Organization* organization = call.server.find_organization(id_there);
    if (!shows || organization == nullptr) continue;
    organizations.push_back({{"id", id_there},
                             {"name", organization->name},
                             {"role", role},
                             {"joined_at", rfc3339(user->created_at)}});
  }
  std::string value = user_text(*user);
  if (!organizations.empty()) {
    value.pop_back();
    value += R"(,"organizations":)" + dump(organizations) + '}';
  }
  return {std::move(value)};
}

Outcome list_users(Call& call) {
  Query query{text(call, "organization_id"),
              text(call, "status"),
              text(call, "user_type"),
              text(call, "search"),
              number(call, "limit", 50),
              std::max<std::int64_t>(0, number(call, "offset", 0)),
              call.context.switches.is("taskschmiede_tie_order", "swap")};
  const std::int64_t asked = query.limit;
  if (query.limit <= 0) query.limit = 50;
  if (!call.is_tool) query.limit = std::min(query.limit, kLongestRestPage);
  if (query.organization.empty()) {
    const bool may = !call.is_tool && call.me.is_admin && text(call, "admin") == "true";
    if (!may) {
      return fail("forbidden",
                  "Organization filter required (admin access needed for unscoped listing)");
    }
  } else if (!call.me.roles.contains(query.organization)) {
    return fail("not_found", "Organization not found");
  }
  const Server::Page page = call.server.list(query);
  std::string value = call.is_tool ? R"({"users":[)" : R"({"data":[)";
  for (const User* user : page.users) {
    if (user != page.users.front()) value += ',';
    value += user_text(*user);
  }
  value +=
      fmt::format(R"(],{}"total":{},"limit":{},"offset":{}}}{})", call.is_tool ? "" : R"("meta":{)",
                  page.total, std::min(asked, query.limit), query.offset, call.is_tool ? "" : "}");
  return {std::move(value)};
}

// Why the name and address cannot be taken; a code that is empty: they can.
Outcome check_new_user(const Call& call, const std::string& name, const std::string& email) {
  if (!call.is_tool && name.empty()) return fail("invalid_input", "name is required");
  if (!call.is_tool && email.empty()) return fail("invalid_input", "email is required");
  if (name.empty() || email.empty()) return fail("invalid_input", "Name and email are required");
  const bool has_form =
      email.find('@') != std::string::npos && email.find('.') != std::string::npos;
  if (call.is_tool && !has_form) {
    return fail(documents(call.context) ? "invalid_email" : "invalid_input",
                "Invalid email format");
  }
  return {};
}

Outcome email_exists(const Call& call) {
  return fail(documents(call.context) ? "email_exists" : "conflict", "Email already exists");
}

bool is_taken(const Call& call, const std::string& email, const User* by_other_than) {
  const bool folds = call.context.switches.is("taskschmiede_email_case", "insensitive");
  const User* holder = call.server.find_email(email, folds);
  return holder != nullptr && holder != by_other_than;
}

Outcome create_user(Call& call) {
  User user;
  user.name = text(call, "name");
  user.email = text(call, "email");
  if (!call.me.is_admin) {
    return call.is_tool ? fail("unauthorized", "Admin privileges or organization token required")
                        : fail("forbidden", "Admin privileges required");
  }
  if (Outcome wrong = check_new_user(call, user.name, user.email); wrong.failed()) return wrong;
  if (is_taken(call, user.email, nullptr)) return email_exists(call);
  user.password = text_argument(call.arguments, "password");
  user.external_id = text(call, "external_id");
  user.created_at = user.updated_at = call.context.now;
  const auto metadata = call.arguments.find("metadata");
  const bool has_metadata = metadata != call.arguments.end() && metadata->is_object();
  if (has_metadata) user.metadata = *metadata;
  const std::string organization_id = call.is_tool ? text(call, "organization_id") : std::string();
  if (!organization_id.empty()) user.resource_id = call.server.new_id("res_", 24);
  User& added = call.server.add(std::move(user), call.is_tool ? 16 : 24);
  // One that does not exist is accepted without a word.
  if (Organization* organization = call.server.find_organization(organization_id)) {
    call.server.join(added, *organization, "member");
  }
  if (!call.is_tool) {
    std::string value = user_text(added);
    if (has_metadata) return {std::move(value)};
    value.clear();
    append_user(value, added);
    return {value + R"(,"metadata":null})"};
  }
  return {dump({{"id", added.id},
                {"name", added.name},
                {"email", added.email},
                {"status", added.status},
                {"created_at", rfc3339(added.created_at)}})};
}

// Why this caller may not change that; a code that is empty: they may.
Outcome check_update(const Call& call, const User* user) {
  if (user == nullptr) return fail("not_found", "User not found");
  const bool is_self = user == &call.me;
  if (!call.me.is_admin && !is_self) {
    return fail("forbidden", "You can only update your own profile");
  }
  if (!call.me.is_admin &&
      (call.arguments.contains("status") || call.arguments.contains("metadata")))
    return fail("forbidden", "Admin privileges required");
  if (!call.is_tool && is_self && has_text(call, "status") && text(call, "status") != "active") {
    return fail("self_action", "You cannot suspend or deactivate your own account");
  }
  return {};
}

Outcome update_user(Call& call) {
  const std::string id = text(call, "id");
  if (id.empty()) return fail("invalid_input", "User ID is required");
  User* user = call.server.find(id);
  if (Outcome wrong = check_update(call, user); wrong.failed()) return wrong;
  const auto metadata = call.arguments.find("metadata");
  const bool has_metadata = metadata != call.arguments.end() && metadata->is_object();
  constexpr std::array kEverywhere{"name", "email", "status"};
  constexpr std::array kRestOnly{"resource_id", "external_id"};
  const auto given = [&](const char* name) { return has_text(call, name); };
  if (!has_metadata && std::ranges::none_of(kEverywhere, given) &&
      (call.is_tool || std::ranges::none_of(kRestOnly, given))) {
    return fail("invalid_input", "no fields to update");
  }
  if (given("email") && is_taken(call, text(call, "email"), user)) return email_exists(call);
  if (given("name")) user->name = text(call, "name");
  if (given("email")) call.server.rename(*user, text(call, "email"));
  if (given("status")) user->status = text(call, "status");
  if (has_metadata) user->metadata = *metadata;
  if (!call.is_tool && given("resource_id")) user->resource_id = text(call, "resource_id");
  if (!call.is_tool && given("external_id")) user->external_id = text(call, "external_id");
  user->updated_at = call.context.now;
  return {user_text(*user)};
}

Outcome create_resource(Call& call) {
  if (!call.me.is_admin) return fail("forbidden", "Admin privileges required");
  const std::string id = call.server.new_id("res_", 24);
  call.server.resources.push_back(id);
  return {dump({{"id", id}, {"type", text(call, "type")}, {"name", text(call, "name")}})};
}

struct Entry {
  std::string_view tool;
  Outcome (*run)(Call&);
};

constexpr std::array kOperations{
    Entry{"ts.auth.whoami", &whoami},
    Entry{"ts.usr.get", &get_user},
    Entry{"ts.usr.list", &list_users},
    Entry{"ts.usr.create", &create_user},
    Entry{"ts.usr.update", &update_user},
    Entry{"ts.org.list_members", &list_members},
    Entry{"ts.org.add_member", &add_member},
    Entry{"ts.org.set_member_role", &set_role},
    Entry{"ts.org.remove_member", &remove_member},
    Entry{"rest.resources.create", &create_resource},
};

}  // namespace

Outcome run_operation(std::string_view tool, Call& call) {
  if (const Failure* failure = call.server.strike(tool)) {
    return fail(failure->code, failure->message);
  }
  const auto* const at = std::ranges::find(kOperations, tool, &Entry::tool);
  const bool is_hidden = call.is_tool && !tool.starts_with("ts.");
  if (at == kOperations.end() || is_hidden) return fail("unknown_tool", std::string(tool));
  return at->run(call);
}

Outcome log_in(Server& server, const Context& context, const std::string& email,
               const std::string& password) {
  if (email.empty() || password.empty()) {
    return fail("invalid_input", "Email and password are required");
  }
  if (server.take("login " + email, context.switches.get("taskschmiede_login_rate"), context.now) >
      0) {
    return fail("rate_limited", "Too many requests. Please slow down.");
  }
  const User* user = server.find_email(email, false);
  if (user == nullptr || user->password.empty() || user->password != password ||
      user->status == "inactive") {
    return fail("invalid_credentials", "Invalid email or password");
  }
  if (user->status == "suspended") return fail("account_suspended", "Account is suspended");
  const std::string token = server.log_in(*user, context.now);
  return {dump({{"email", user->email},
                {"name", user->name},
                {"session_note", "bound to this session"},
                {"session_timeout", "2h0m0s"},
                {"token", token},
                {"token_id", server.new_id("tkn_", 16)},
                {"user_id", user->id}})};
}

std::string text_argument(const json& arguments, const char* name) {
  if (!arguments.is_object()) return {};
  const auto at = arguments.find(name);
  return at != arguments.end() && at->is_string() ? at->get<std::string>() : std::string();
}

bool documents(const Context& context) {
  return context.switches.is("taskschmiede_error_codes", "documented");
}

Outcome fail(std::string code, std::string message) {
  return {{}, std::move(code), std::move(message)};
}

std::string text(const Call& call, const char* name) {
  return sanitize(text_argument(call.arguments, name));
}

std::string dump(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  out += fmt::format(R"(,"{}":)", name);
  append_json(out, text);
}

}  // namespace usher::sandbox::taskschmiede
