// Reading the seed: who is there when the sandbox starts.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/scim/profile.h"
#include "connectors/scim/sandbox_error.h"
#include "connectors/scim/sandbox_model.h"
#include "connectors/scim/sandbox_rules.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;

constexpr std::int64_t kLongAgo = 1'704'067'200;  // 2024-01-01, for what the seed brings

/// Marks all members of an object as read: they are attributes, and checked as such.
void take_all(JsonReader& reader) {
  for (const auto& [name, unused] : reader.value().items()) reader.know({name});
}

}  // namespace

void ScimModel::load(const json& seed, std::vector<std::string>& problems) {
  directory.clear();
  access.clear();
  deleted.clear();
  played_.reset();
  directory.use_ids(ScimIds::kOpaque);
  JsonReader reader(seed, "", problems);
  reader.object("scim", [&](JsonReader& scim) {
    access.load(scim);
    scim.each("users", [&](JsonReader& user) { load_user(user); });
    scim.each("generate", [&](JsonReader& recipe) { load_generated(recipe); });
    scim.each("groups", [&](JsonReader& group) { load_group(group); });
  });
}

std::optional<json> ScimModel::read_content(ScimKind kind, const json& resource,
                                            JsonReader& place) const {
  if (!resource.is_object()) {
    place.problem({}, fmt::format("the attributes of a {} are missing", scim_name(kind)));
    return std::nullopt;
  }
  // What a seed says is said in full trust: every extension, no schemas to be named.
  static const Texts kExtensions = scim::find_profile("entra-scim-api")->extensions;
  const ScimShape shape(kind, kExtensions);
  auto body = resource;
  for (const char* name : {"id", "members"}) body.erase(name);
  body["schemas"] = {shape.core().urn};
  try {
    auto input = read_scim_resource(body, shape, {.unknown_attributes = false});
    check_scim_required(shape, input.content);
    if (kind == ScimKind::kUser) input.content.emplace("active", true);
    return std::move(input.content);
  } catch (const ScimError& error) {
    place.problem({}, error.what());
    return std::nullopt;
  }
}

void ScimModel::load_user(JsonReader& seed) {
  take_all(seed);
  const auto id = seed.text("id");
  const auto content = read_content(ScimKind::kUser, seed.value(), seed);
  if (!content) return;
  const auto name = (*content)["userName"].get<std::string>();
  if (!directory.with_key(ScimKind::kUser, fold_key(name)).empty()) {
    seed.problem("userName", fmt::format("`{}` is here already", escape_for_display(name)));
  } else if (!id.empty() && directory.find_any(id) != nullptr) {
    seed.problem("id", fmt::format("`{}` is here already", escape_for_display(id)));
  } else {
    directory.add(ScimKind::kUser, id, *content, kLongAgo);
  }
}

void ScimModel::load_group(JsonReader& seed) {
  take_all(seed);
  const auto id = seed.text("id");
  const auto names = seed.texts("members");
  const auto content = read_content(ScimKind::kGroup, seed.value(), seed);
  if (!content) return;
  const auto members = read_members(names, seed);
  auto& group = directory.add(ScimKind::kGroup, id, *content, kLongAgo);
  if (!members.empty()) directory.set_members(group, members, kLongAgo);
}

// `{"count": 1000000, "first": 1, "user": {"userName": "person-{n}@example.com"}}`
void ScimModel::load_generated(JsonReader& seed) {
  const auto count = seed.integer("count", 0, 0, 5'000'000);
  const auto first = seed.integer("first", 1, 0, 1'000'000'000'000);
  const auto content = read_content(ScimKind::kUser, seed.any("user"), seed);
  if (!content) return;
  if ((*content)["userName"].get_ref<const std::string&>().find("{n}") == std::string::npos) {
    seed.problem("user", "userName must contain {n}, which becomes 1, 2, 3 …");
    return;
  }
  directory.generate(*content, first, count, kLongAgo);
}

ScimMembers ScimModel::read_members(const std::vector<std::string>& names,
                                    JsonReader& place) const {
  ScimMembers members;
  for (const auto& name : names) {
    if (auto* member = find_by_name(ScimKind::kUser, name)) {
      members.emplace(member->number, member);
    } else {
      place.problem("members", fmt::format("there is no user `{}`", escape_for_display(name)));
    }
  }
  return members;
}

ScimResource* ScimModel::find_by_name(ScimKind kind, std::string_view name) const {
  const auto named = directory.with_key(kind, fold_key(name));
  return named.empty() ? directory.find(kind, name) : named.front();
}

}  // namespace usher::sandbox
