// Reading the seed, showing the world, and what other people do to it by hand.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/dreadnode/sandbox_world.h"
#include "connectors/sandbox/format.h"
#include "connectors/sandbox/json_reader.h"
#include "mapping/text.h"

namespace usher::sandbox::dreadnode {
namespace {

using nlohmann::json;

constexpr std::int64_t kLongAgo = 1'704'067'200;  // 2024-01-01, for grants without a time

json workspace_json(const Workspace& workspace, bool with_users) {
  json result = {{"count", workspace.grants.size()}, {"mails", workspace.mails}};
  if (!with_users) return result;
  result["users"] = json::array();
  for (const auto& [number, grant] : workspace.grants) {
    result["users"].push_back({{"email", grant.user->email},
                               {"permission", grant.permission},
                               {"user_id", to_id(IdKind::kUser, grant.user->number)},
                               {"granted_at", rfc3339(grant.granted_at)}});
  }
  return result;
}

// The one that is named, or the only one there is.
template <typename Map>
typename Map::mapped_type* choose(Map& all, JsonReader& body, std::string_view member) {
  const std::string key = body.text(member);
  const auto at = key.empty() && all.size() == 1 ? all.begin() : all.find(key);
  if (at != all.end()) return &at->second;
  std::string names;
  for (const auto& [name, unused] : all) names += (names.empty() ? "" : ", ") + name;
  body.problem(member, "name one of " + names);
  return nullptr;
}

}  // namespace

std::vector<std::string_view> World::seed_members() const {
  return {"dreadnode"};
}

void World::clear() {
  organizations_.clear();
  keys_.clear();
  users_.clear();
  by_number_.clear();
  last_number_ = 0;
  ++revision_;
}

void World::load(const json& seed, std::vector<std::string>& problems) {
  clear();
  if (!seed.is_object() || !seed.contains("dreadnode")) return;
  JsonReader reader(seed["dreadnode"], "/dreadnode", problems);
  reader.each("organizations", [&](JsonReader& each) { load_organization(each); });
  reader.finish();
}

void World::load_organization(JsonReader& seed) {
  const std::string key = seed.required_text("key");
  if (find(key) != nullptr) {
    seed.problem("key", fmt::format("`{}` is given twice", escape_for_display(key)));
  }
  Organization& organization = organizations_[key];
  for (const std::string& text : seed.texts("api_keys")) {
    const KeyOwner owner{&organization, fmt::format("{}/key-{}", key, keys_.size() + 1)};
    if (!keys_.emplace(text, owner).second) {
      seed.problem("api_keys", owner.name + " is given twice");
    }
  }
  for (const std::string& email : seed.texts("members")) join(organization, email);
  seed.each("workspaces", [&](JsonReader& each) { load_workspace(organization, each); });
}

void World::load_workspace(Organization& organization, JsonReader& seed) {
  const std::string key = seed.required_text("key");
  const auto [at, is_new] = organization.workspaces.try_emplace(key);
  if (!is_new) seed.problem("key", fmt::format("`{}` is given twice", escape_for_display(key)));
  Workspace& workspace = at->second;
  workspace.number = static_cast<std::int64_t>(organization.workspaces.size());
  seed.each("users",
            [&](JsonReader& user) { load_grant(organization, workspace, user, kLongAgo); });
  seed.object("generate",
              [&](JsonReader& recipe) { load_generated(organization, workspace, recipe); });
}

void World::load_grant(Organization& organization, Workspace& workspace, JsonReader& seed,
                       std::int64_t otherwise_granted_at) {
  const std::string email = seed.required_text("email");
  const std::string permission = seed.text("permission", kPermissions[0]);
  const std::int64_t granted_at = seed.time("granted_at", otherwise_granted_at);
  const User* known = find_user(email);
  if (known != nullptr && workspace.holder.contains(known->number)) {
    seed.problem("email", fmt::format("`{}` has a grant already", escape_for_display(email)));
  } else {
    grant(workspace, join(organization, email), permission, granted_at);
  }
}

// `{"count": 1000, "email": "person-{n}@example.com"}`: many users without a long seed.
void World::load_generated(Organization& organization, Workspace& workspace, JsonReader& seed) {
  const std::int64_t count = seed.integer("count", 0, 0, 5'000'000);
  const std::string pattern = seed.required_text("email");
  const std::string permission = seed.text("permission", kPermissions[0]);
  const std::size_t place = pattern.find("{n}");
  if (place == std::string::npos) {
    return seed.problem("email", "must contain {n}, which becomes 1, 2, 3 …");
  }
  for (std::int64_t n = 1; n <= count; ++n) {
    const std::string email =
        pattern.substr(0, place) + std::to_string(n) + pattern.substr(place + 3);
    grant(workspace, join(organization, email), permission, kLongAgo);
  }
}

json World::state(std::string_view query, const Context&) const {
  const bool with_users = query_value(query, "users") != "no";
  json organizations = json::object();
  for (const auto& [key, organization] : organizations_) {
    json& shown = organizations[key] = {{"members", organization.members.size()},
                                        {"workspaces", json::object()}};
    for (const auto& [name, workspace] : organization.workspaces) {
      shown["workspaces"][name] = workspace_json(workspace, with_users);
    }
  }
  return {{"dreadnode", {{"organizations", std::move(organizations)}, {"users", users_.size()}}}};
}

std::optional<json> World::act(std::string_view verb, const json& body, const Context& context) {
  if (verb != "edit" || !body.is_object()) return std::nullopt;
  const bool is_addressed = body.contains("dreadnode");
  if (!is_addressed && organizations_.empty()) return std::nullopt;
  std::vector<std::string> problems;
  JsonReader reader(is_addressed ? body["dreadnode"] : body, is_addressed ? "/dreadnode" : "",
                    problems);
  reader.know({"org", "workspace", "add", "remove", "join", "email", "permission", "new_email"});
  edit(reader, context);
  reader.finish();
  require_no_problems(problems, verb);
  return json{{"changed", 1}};
}

void World::edit(JsonReader& body, const Context& context) {
  Organization* organization = choose(organizations_, body, "org");
  if (organization == nullptr) return;
  if (body.has("join")) return static_cast<void>(join(*organization, body.required_text("join")));
  Workspace* workspace = choose(organization->workspaces, body, "workspace");
  if (workspace == nullptr) return;
  if (body.has("add")) {
    return body.object(
        "add", [&](JsonReader& user) { load_grant(*organization, *workspace, user, context.now); });
  }
  edit_user(*workspace, body, context);
}

void World::edit_user(Workspace& workspace, JsonReader& body, const Context& context) {
  const bool removes = body.has("remove");
  const std::string email = body.required_text(removes ? "remove" : "email");
  User* user = find_user(email);
  if (user == nullptr || !workspace.holder.contains(user->number)) {
    return body.problem({}, fmt::format("`{}` has no grant here", escape_for_display(email)));
  }
  if (removes) return revoke(workspace, *user);
  const std::string permission = body.text("permission");
  const std::string new_email = body.text("new_email");
  if (!permission.empty()) grant(workspace, *user, permission, context.now);
  if (new_email.empty()) return;
  const User* other = find_user(new_email);
  if (other != nullptr && other != user) return body.problem("new_email", "has an account already");
  rename(*user, new_email);
}

}  // namespace usher::sandbox::dreadnode
