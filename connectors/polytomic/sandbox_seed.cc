// What the organisations hold when the sandbox starts, what is shown of them, and what others do.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/polytomic/sandbox_organizations.h"
#include "connectors/sandbox/json_reader.h"
#include "mapping/text.h"

namespace usher::sandbox::polytomic {
namespace {

using nlohmann::json;

constexpr std::int64_t kFirstOwnRole = 16;

std::vector<std::uint32_t> read_roles(const Organization& organization, JsonReader& seed) {
  std::vector<std::uint32_t> positions;
  const auto names = seed.texts("roles");
  for (const auto& name : names) {
    positions.push_back(organization.find_role(name));
    if (positions.back() < organization.roles.size()) continue;
    seed.problem("roles",
                 fmt::format("`{}` is none of the organisation's roles", escape_for_display(name)));
    return {};
  }
  if (names.empty()) positions.push_back(organization.find_role("Member"));
  return positions;
}

json to_json(const Organization& organization, bool with_users) {
  json result{{"id", organization.id},
              {"name", organization.name},
              {"mails", organization.mails},
              {"user_count", organization.users().size()},
              {"roles", json::array()}};
  for (const Role& role : organization.roles) {
    result["roles"].push_back({{"id", role.id}, {"name", role.name}});
  }
  if (!with_users) return result;
  result["users"] = json::array();
  for (const auto& [number, user] : organization.users()) {
    json roles = json::array();
    for (const auto position : user.roles) roles.push_back(organization.roles[position].name);
    result["users"].push_back({{"id", user_id(number)},
                               {"email", user.email},
                               {"roles", std::move(roles)},
                               {"accepted", user.accepted}});
  }
  return result;
}

const User* chosen_user(const Organization& organization, JsonReader& body, const char* member) {
  const std::string email = body.required_text(member);
  const User* user = organization.find_by_email(email);
  if (user == nullptr) {
    body.problem(member,
                 fmt::format("nobody in {} is `{}`", organization.id, escape_for_display(email)));
  }
  return user;
}

}  // namespace

std::vector<std::string_view> Organizations::seed_members() const {
  return {"polytomic"};
}

void Organizations::clear() {
  organizations_.clear();
  keys_.clear();
  outcomes_.clear();
  last_user_ = 0;
  last_role_ = kFirstOwnRole - 1;
}

void Organizations::load(const json& seed, std::vector<std::string>& problems) {
  clear();
  if (!seed.is_object() || !seed.contains("polytomic")) return;
  JsonReader reader(seed["polytomic"], "/polytomic", problems);
  int count = 0;
  for (const auto& text : reader.texts("partner_keys")) {
    add_key(reader, text, {nullptr, 0, fmt::format("partner key {}", ++count)});
  }
  reader.each("organizations", [&](JsonReader& each) { load_organization(each); });
  reader.finish();
}

void Organizations::load_organization(JsonReader& seed) {
  const std::string id = seed.required_text("id");
  if (!is_uuid(id) || find(id) != nullptr) {
    seed.problem("id", "a uuid in small letters is wanted, which no other organisation has");
  }
  Organization& organization = organizations_[id];
  organization.id = id;
  organization.name = seed.text("name", id);
  organization.is_partners = seed.flag("partner", true);
  organization.touch();
  organization.roles = {{role_id(1), "Admin", true}, {role_id(2), "Member", true}};
  for (const auto& name : seed.texts("roles")) add_role(organization, name);
  seed.each("users", [&](JsonReader& user) { load_user(organization, user); });
  seed.object("generate", [&](JsonReader& recipe) { load_generated(organization, recipe); });
  for (const auto& text : seed.texts("keys")) {
    add_key(seed, text, {&organization, 0, "key of " + organization.name});
  }
  seed.each("user_keys", [&](JsonReader& each) {
    const std::string text = each.required_text("key");
    if (const User* user = chosen_user(organization, each, "user")) {
      add_key(each, text, {&organization, user->number, "key of " + user->email});
    }
  });
}

void Organizations::add_key(JsonReader& seed, const std::string& text, Key key) {
  const bool fits = !text.empty() && keys_.emplace(text, std::move(key)).second;
  if (!fits) seed.problem({}, "a key is empty, or given twice");
}

void Organizations::add_role(Organization& organization, const std::string& name) {
  organization.roles.push_back({role_id(++last_role_), name});
  organization.touch();
}

void Organizations::load_user(Organization& organization, JsonReader& seed) {
  User user;
  user.email = seed.required_text("email");
  user.roles = read_roles(organization, seed);
  user.accepted = seed.flag("accepted", true);
  if (organization.find_by_email(user.email) != nullptr) {
    seed.problem("email", fmt::format("`{}` is there already", escape_for_display(user.email)));
  } else {
    add(organization, std::move(user));
  }
}

void Organizations::load_generated(Organization& organization, JsonReader& seed) {
  const std::int64_t count = seed.integer("count", 0, 0, 5'000'000);
  const std::string pattern = seed.required_text("email");
  const std::size_t place = pattern.find("{n}");
  if (place == std::string::npos) {
    return seed.problem("email", "must contain {n}, which becomes 1, 2, 3 …");
  }
  User user;
  user.roles = read_roles(organization, seed);
  for (std::int64_t n = 1; n <= count; ++n) {
    user.email = pattern.substr(0, place) + std::to_string(n) + pattern.substr(place + 3);
    add(organization, user);
  }
}

json Organizations::state(std::string_view query, const Context&) const {
  const bool with_users = query_value(query, "users") != "no";
  json list = json::array();
  for (const auto& [id, organization] : organizations_) {
    list.push_back(to_json(organization, with_users));
  }
  return {{"polytomic", {{"organizations", std::move(list)}}}};
}

std::optional<json> Organizations::act(std::string_view verb, const json& body, const Context&) {
  const bool is_known = verb == "edit" || verb == "accept";
  if (!is_known || !body.is_object() || !body.contains("polytomic")) return std::nullopt;
  std::vector<std::string> problems;
  JsonReader reader(body["polytomic"], "/polytomic", problems);
  if (verb == "edit") {
    edit(reader);
  } else {
    Organization& organization = chosen(reader);
    const User* user = chosen_user(organization, reader, "email");
    if (user != nullptr) organization.accept(user->number);
  }
  reader.finish();
  require_no_problems(problems, verb);
  return json{{"changed", 1}};
}

Organization& Organizations::chosen(JsonReader& body) {
  const std::string id = body.text("organization");
  if (id.empty() && organizations_.size() == 1) return organizations_.begin()->second;
  if (Organization* found = find(id)) return *found;
  throw BadRequest("say which organisation is meant: {\"polytomic\": {\"organization\": id, …}}");
}

void Organizations::edit(JsonReader& body) {
  Organization& organization = chosen(body);
  if (body.has("add")) {
    body.object("add", [&](JsonReader& user) { load_user(organization, user); });
  } else if (body.has("add_role")) {
    add_role(organization, body.required_text("add_role"));
  } else if (body.has("remove")) {
    const User* user = chosen_user(organization, body, "remove");
    if (user != nullptr) organization.erase(user->number);
  } else if (const User* user = chosen_user(organization, body, "email")) {
    organization.set_roles(user->number, read_roles(organization, body));
  }
}

}  // namespace usher::sandbox::polytomic
