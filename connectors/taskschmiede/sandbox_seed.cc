// What the server holds at the start, and what others do to it behind our back.

#include <fmt/format.h>

#include "connectors/sandbox/format.h"
#include "connectors/sandbox/json_reader.h"
#include "connectors/taskschmiede/sandbox_model.h"
#include "mapping/text.h"

namespace usher::sandbox::taskschmiede {
namespace {

using nlohmann::json;

constexpr std::int64_t kLongAgo = 1'704'067'200;  // 2024-01-01
constexpr std::size_t kIdDigits = 16;

json user_json(const User& user) {
  return {{"id", user.id},
          {"name", user.name},
          {"email", user.email},
          {"status", user.status},
          {"is_admin", user.is_admin},
          {"resource_id", user.resource_id},
          {"external_id", user.external_id},
          {"metadata", user.metadata},
          {"organizations", user.roles}};
}

}  // namespace

std::vector<std::string_view> Server::seed_members() const {
  return {"taskschmiede"};
}

void Server::load(const json& seed, std::vector<std::string>& problems) {
  clear();
  JsonReader reader(seed, "", problems);
  reader.object("taskschmiede", [&](JsonReader& all) {
    all.each("organizations", [&](JsonReader& each) {
      const std::string id = each.required_text("id");
      organizations_[id] = {id, each.text("name", id), {}};
    });
    all.each("users", [&](JsonReader& each) { load_user(each); });
    all.each("generate", [&](JsonReader& each) { load_generated(each); });
    all.each("tokens", [&](JsonReader& each) { load_token(each); });
  });
}

void Server::load_user(JsonReader& seed) {
  User user;
  user.id = seed.text("id");
  user.email = seed.required_text("email");
  user.name = seed.text("name", user.email.substr(0, user.email.find('@')));
  user.status = seed.text("status", user.status);
  user.user_type = seed.text("user_type", user.user_type);
  user.password = seed.text("password");
  user.external_id = seed.text("external_id");
  user.is_admin = seed.flag("is_admin");
  user.created_at = seed.time("created_at", kLongAgo);
  user.updated_at = user.created_at;
  const json& metadata = seed.any("metadata");
  const json& roles = seed.any("organizations");
  if (metadata.is_object()) user.metadata = metadata;
  if (!metadata.is_object() && !metadata.is_null()) seed.problem("metadata", "an object is wanted");
  // Whoever is in an organisation has a resource; of others the seed says whether they have one.
  if (seed.flag("resource", true)) user.resource_id = new_id("res_", kIdDigits);
  if (find_email(user.email, false) != nullptr || (!user.id.empty() && find(user.id) != nullptr)) {
    seed.problem("email", "this address or id is given twice");
    return;
  }
  load_organizations(add(std::move(user), kIdDigits), roles, seed);
}

void Server::load_organizations(User& user, const json& roles, JsonReader& seed) {
  if (roles.is_null()) return;
  if (!roles.is_object()) {
    seed.problem("organizations", "an object is wanted: {\"org_…\": \"member\"}");
    return;
  }
  for (const auto& [id, role] : roles.items()) {
    Organization* organization = find_organization(id);
    if (organization == nullptr || !role.is_string()) {
      seed.problem("organizations", fmt::format("there is no organisation `{}`, or its role is no "
                                                "text",
                                                escape_for_display(id)));
    } else {
      join(user, *organization, role.get<std::string>());
    }
  }
}

// `{"count": 1000, "email": "person-{n}@example.com", "organization": "org_1"}`
void Server::load_generated(JsonReader& seed) {
  const auto count = seed.integer("count", 0, 0, 5'000'000);
  const auto pattern = seed.required_text("email");
  const auto role = seed.text("role", "member");
  Organization* organization = find_organization(seed.required_text("organization"));
  const auto place = pattern.find("{n}");
  if (place == std::string::npos || organization == nullptr) {
    seed.problem("email",
                 "must contain {n}, which becomes 1, 2, 3 …, and the organisation must be "
                 "one of the seed");
    return;
  }
  for (std::int64_t n = 1; n <= count; ++n) {
    User user;
    user.email = pattern.substr(0, place) + std::to_string(n) + pattern.substr(place + 3);
    user.name = fmt::format("Person {}", n);
    user.created_at = user.updated_at = kLongAgo;
    user.resource_id = new_id("res_", kIdDigits);
    join(add(std::move(user), kIdDigits), *organization, role);
  }
}

void Server::load_token(JsonReader& seed) {
  const std::string text = seed.required_text("token");
  const std::string email = seed.required_text("email");
  const User* user = find_email(email, false);
  if (user == nullptr) {
    seed.problem("email", "belongs to no user of the seed");
    return;
  }
  tokens_[text] = {text, "token of " + email, user->id, 0};
}

json Server::state(std::string_view query, const Context&) const {
  json organizations = json::array();
  for (const auto& [id, organization] : organizations_) {
    organizations.push_back(
        {{"id", id}, {"name", organization.name}, {"member_count", organization.members.size()}});
  }
  json users = json::array();
  if (query_value(query, "users") != "no") {
    for (const User& user : users_) users.push_back(user_json(user));
  }
  return {{"taskschmiede",
           {{"organizations", std::move(organizations)},
            {"user_count", users_.size()},
            {"users", std::move(users)},
            {"resources", resources.size()},
            {"sessions", sessions.size()}}}};
}

std::optional<json> Server::act(std::string_view verb, const json& body, const Context& context) {
  const bool is_named = body.is_object() && body.contains("taskschmiede");
  std::vector<std::string> problems;
  JsonReader reader(is_named ? body.at("taskschmiede") : body, "", problems);
  if (verb == "edit") {
    edit(reader, context);
  } else if (verb == "taskschmiede_session") {
    end_sessions(reader);
  } else if (verb == "taskschmiede_fail") {
    failures_.push_back({reader.text("tool"), reader.text("code", "internal_error"),
                         reader.text("message", "Something went wrong"),
                         reader.integer("times", 1, 1, 1'000'000)});
  } else {
    return std::nullopt;
  }
  reader.finish();
  require_no_problems(problems, verb);
  return json{{"changed", 1}};
}

Organization& Server::chosen_organization(JsonReader& body) {
  const std::string id = body.text("organization");
  if (id.empty() && !organizations_.empty()) return organizations_.begin()->second;
  Organization* found = find_organization(id);
  if (found == nullptr) throw BadRequest("there is no organisation of this id");
  return *found;
}

User& Server::chosen_user(const std::string& email) {
  User* user = find_email(email, true);
  if (user == nullptr) throw BadRequest("nobody has the address " + escape_for_display(email));
  return *user;
}

void Server::edit(JsonReader& body, const Context& context) {
  if (body.has("add")) {
    body.object("add", [&](JsonReader& user) { load_user(user); });
  } else if (body.has("remove")) {
    leave(chosen_user(body.text("remove")), chosen_organization(body));
  } else {
    User& user = chosen_user(body.required_text("email"));
    edit_user(user, body);
    user.updated_at = context.now;
  }
}

void Server::edit_user(User& user, JsonReader& body) {
  user.name = body.text("name", user.name);
  user.status = body.text("status", user.status);
  user.external_id = body.text("external_id", user.external_id);
  user.is_admin = body.flag("is_admin", user.is_admin);
  const std::string email = body.text("new_email", user.email);
  if (email != user.email) rename(user, email);
  if (const json& metadata = body.any("metadata"); metadata.is_object()) user.metadata = metadata;
  if (body.has("role") || body.has("organization")) {
    Organization& organization = chosen_organization(body);
    join(user, organization, "member");
    user.roles[organization.id] = body.text("role", "member");
  }
}

// `closed`: the server has forgotten them. `expired`: the logins in them have run out.
void Server::end_sessions(JsonReader& body) {
  if (body.text("end", "closed") == "closed") {
    sessions.clear();
    return;
  }
  for (auto& [id, session] : sessions) session.has_ended = true;
}

}  // namespace usher::sandbox::taskschmiede
