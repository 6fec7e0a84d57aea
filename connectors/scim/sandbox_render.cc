#include "connectors/scim/sandbox_render.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/sandbox/format.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;

std::string_view relation_name(ScimKind kind) {
  return kind == ScimKind::kUser ? "groups" : "members";
}

/// `{"name": {"formatted": "Ann Ng"}}` → `{"name.formatted": "Ann Ng"}`
void flatten(json& document, const std::string& path) {
  const auto dot = path.find('.');
  const auto parent = document.find(path.substr(0, dot));
  if (parent == document.end() || !parent->is_object()) return;
  const auto name = path.substr(dot + 1);
  auto value = parent->value(name, json());
  if (value.is_null() && name == "formatted") {
    value = fmt::format("{} {}", parent->value("givenName", ""), parent->value("familyName", ""));
  }
  document.erase(parent);
  document[path] = std::move(value);
}

void set_path(json& document, const std::string& path, const std::string& value) {
  const auto dot = path.find('.');
  if (dot == std::string::npos) {
    document[path] = value;
  } else {
    document[path.substr(0, dot)][path.substr(dot + 1)] = value;
  }
}

bool is_always_returned(const ScimPlace& place) {
  return place.attribute != nullptr &&
         (place.attribute->name == "id" || place.attribute->name == "schemas");
}

/// Copies what stands at `place`; of a list's elements only the sub-attribute.
void copy(const json& from, json& to, const ScimPlace& place) {
  const auto* value = find_scim_value(from, {place.extension, place.attribute, nullptr});
  if (value == nullptr) return;
  if (place.sub == nullptr || !value->is_array()) {
    if (const auto* found = find_scim_value(from, place)) set_scim_value(to, place, *found);
    return;
  }
  auto list = json::array();
  const std::string name(place.sub->name);
  for (const auto& element : *value) {
    if (element.contains(name)) list.push_back({{name, element[name]}});
  }
  set_scim_value(to, {place.extension, place.attribute, nullptr}, std::move(list));
}

void remove(json& document, const ScimPlace& place) {
  const auto* value = find_scim_value(document, {place.extension, place.attribute, nullptr});
  if (value == nullptr || is_always_returned(place)) return;
  if (place.sub == nullptr || !value->is_array()) {
    set_scim_value(document, place, nullptr);
    return;
  }
  auto list = *value;
  for (auto& element : list) element.erase(std::string(place.sub->name));
  set_scim_value(document, {place.extension, place.attribute, nullptr}, std::move(list));
}

}  // namespace

std::string scim_location(const ScimScene& scene, const ScimResource& resource) {
  return fmt::format("{}/{}/{}", scene.base, scim_endpoint(resource.kind), resource.id);
}

ScimRenderer::ScimRenderer(const ScimScene& scene, ScimKind kind, const ScimQuery& query)
    : scene_(scene), shape_(scene.shape(kind)), attributes_(query.attributes) {
  const auto& profile = scene.profile;
  const std::string relation(relation_name(kind));
  for (const auto& path : query.excluded) {
    if (compare_names(path, relation) == 0) {
      with_relations_ = false;
    } else if (profile.projection == scim::Projection::kAny) {
      excluded_.push_back(path);
    }
  }
  if (profile.projection != scim::Projection::kAny) attributes_.clear();
  if (profile.projection == scim::Projection::kNone) with_relations_ = true;
  copies_ = attributes_.empty() && excluded_.empty() && profile.flattened.empty() &&
            profile.fixed_values.empty() && !profile.lower_case_resource_type;
}

void ScimRenderer::append(std::string& out, const ScimResource& resource) const {
  if (copies_) return append_whole(out, resource);
  std::string whole;
  append_whole(whole, resource);
  auto document = json::parse(whole);
  project(document);
  spell(document);
  out += document.dump(-1, ' ', false, json::error_handler_t::replace);
}

void ScimRenderer::append_whole(std::string& out, const ScimResource& resource) const {
  const auto* earlier = resource.earlier_at(scene_.now);
  out += earlier != nullptr ? earlier->text : resource.text;
  out.append(scene_.base).append("/").append(scim_endpoint(resource.kind)).append("/");
  out.append(resource.id).append("\"}");
  if (with_relations_) append_relations(out, resource);
  out += '}';
}

void ScimRenderer::append_relations(std::string& out, const ScimResource& resource) const {
  const bool group = resource.kind == ScimKind::kGroup;
  const bool readable = scene_.profile.members_readable == scim::MembersReadable::kYes;
  if (!group && (!readable || resource.groups.empty())) return;
  out += fmt::format(R"(,"{}":)", relation_name(resource.kind));
  if (const auto* earlier = resource.earlier_at(scene_.now); earlier != nullptr && readable) {
    out += earlier->relations;
    return;
  }
  out += '[';
  if (readable) {
    for (const auto& [number, member] : resource.members) {
      append_relation(out, *member, scim_name(member->kind));
    }
    for (const auto* other : resource.groups) {
      if (!group) append_relation(out, *other, "direct");
    }
  }
  if (out.back() == ',') out.pop_back();
  out += ']';
}

void ScimRenderer::append_relation(std::string& out, const ScimResource& other,
                                   std::string_view type) const {
  out += R"({"value":)";
  append_json(out, other.id);
  out += R"(,"$ref":)";
  append_json(out, scim_location(scene_, other));
  out.append(R"(,"type":")").append(type).append(R"(","display":)");
  append_json(out, other.name());
  out += "},";
}

void ScimRenderer::spell(json& document) const {
  for (const auto& [path, value] : scene_.profile.fixed_values) set_path(document, path, value);
  for (const auto& path : scene_.profile.flattened) flatten(document, path);
  if (scene_.profile.lower_case_resource_type && document.contains("meta")) {
    auto& type = document["meta"]["resourceType"];
    if (type.is_string()) type = ascii_lower(type.get<std::string>());
  }
}

void ScimRenderer::project(json& document) const {
  for (const auto& path : excluded_) {
    if (const auto place = shape_.find(path)) remove(document, *place);
  }
  if (attributes_.empty()) return;
  json kept = {{"schemas", document["schemas"]}, {"id", document["id"]}};
  for (const auto& path : attributes_) {
    if (const auto place = shape_.find(path)) copy(document, kept, *place);
  }
  document = std::move(kept);
}

}  // namespace usher::sandbox
