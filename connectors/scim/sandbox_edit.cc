// Looking on, and what others do behind a client's back.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/scim/sandbox_model.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;

/// As `GET /_sandbox/state` shows it: relations by name.
json resource_json(const ScimResource& resource) {
  auto shown = scim_content(resource);
  shown["id"] = resource.id;
  auto others = json::array();
  for (const auto& [number, member] : resource.members) others.push_back(member->name());
  for (const auto* group : resource.groups) others.push_back(group->name());
  shown[resource.kind == ScimKind::kUser ? "groups" : "members"] = std::move(others);
  return shown;
}

}  // namespace

json ScimModel::state(std::string_view query, const Context&) const {
  json result = {{"user_count", directory.all(ScimKind::kUser).size()},
                 {"group_count", directory.all(ScimKind::kGroup).size()}};
  if (query_value(query, "users") != "no") {
    result["users"] = json::array();
    result["groups"] = json::array();
    for (const auto* user : directory.all(ScimKind::kUser)) {
      result["users"].push_back(resource_json(*user));
    }
    for (const auto* group : directory.all(ScimKind::kGroup)) {
      result["groups"].push_back(resource_json(*group));
    }
  }
  return {{"scim", std::move(result)}};
}

std::optional<json> ScimModel::act(std::string_view verb, const json& body,
                                   const Context& context) {
  if (verb == "scim_expire_tokens") return json{{"changed", access.expire_all()}};
  if (verb != "edit" || !body.is_object() || !body.contains("scim")) return std::nullopt;
  std::vector<std::string> problems;
  JsonReader reader(body["scim"], "/scim", problems);
  reader.know({"add_user", "add_group", "remove_user", "remove_group", "user", "group", "change",
               "add_members", "remove_members"});
  edit(reader, context);
  reader.finish();
  require_no_problems(problems, verb);
  return json{{"changed", 1}};
}

ScimResource* ScimModel::chosen(ScimKind kind, JsonReader& body, std::string_view member) const {
  const auto name = body.required_text(member);
  auto* found = find_by_name(kind, name);
  if (found == nullptr) {
    body.problem(member,
                 fmt::format("there is no {} `{}`", scim_name(kind), escape_for_display(name)));
  }
  return found;
}

void ScimModel::edit(JsonReader& body, const Context& context) {
  if (body.has("add_user")) {
    body.object("add_user", [&](JsonReader& user) { load_user(user); });
  } else if (body.has("add_group")) {
    body.object("add_group", [&](JsonReader& group) { load_group(group); });
  } else if (body.has("remove_user") || body.has("remove_group")) {
    const bool user = body.has("remove_user");
    auto* found = chosen(user ? ScimKind::kUser : ScimKind::kGroup, body,
                         user ? "remove_user" : "remove_group");
    if (found != nullptr) directory.remove(*found, context.now);
  } else if (body.has("user")) {
    edit_user(body, context);
  } else {
    edit_group(body, context);
  }
}

void ScimModel::change(ScimResource& resource, const json& changes, JsonReader& body,
                       std::int64_t now) {
  auto content = scim_content(resource);
  content.merge_patch(changes);
  if (const auto checked = read_content(resource.kind, content, body)) {
    directory.rewrite(resource, *checked, now);
  }
}

void ScimModel::edit_user(JsonReader& body, const Context& context) {
  auto* user = chosen(ScimKind::kUser, body, "user");
  if (user != nullptr) change(*user, body.any("change"), body, context.now);
}

void ScimModel::edit_group(JsonReader& body, const Context& context) {
  auto* group = chosen(ScimKind::kGroup, body, "group");
  if (group == nullptr) return;
  auto members = group->members;
  for (const auto& [number, member] : read_members(body.texts("add_members"), body)) {
    members.emplace(number, member);
  }
  for (const auto& [number, unused] : read_members(body.texts("remove_members"), body)) {
    members.erase(number);
  }
  directory.set_members(*group, members, context.now);
  if (body.has("change")) change(*group, body.any("change"), body, context.now);
}

}  // namespace usher::sandbox
