#include "connectors/scim/write.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/error.h"
#include "connectors/scim/attributes.h"
#include "connectors/scim/values.h"
#include "mapping/text.h"

namespace usher::scim {
namespace {

using nlohmann::json;

// --- Resources -----------------------------------------------------------------------------------

/// The member of `object` by that name in any letter case; made when there is none.
json& member_of(json& object, const std::string& name) {
  for (auto at = object.begin(); at != object.end(); ++at) {
    if (compare_names(at.key(), name) == 0) return *at;
  }
  return object[name];
}

void drop(json& object, std::string_view name) {
  for (auto at = object.begin(); at != object.end();) {
    at = compare_names(at.key(), name) == 0 ? object.erase(at) : std::next(at);
  }
}

std::string text_member(const json& object, std::string_view name) {
  for (const auto& [key, value] : object.items()) {
    if (compare_names(key, name) == 0 && value.is_string()) return value;
  }
  return {};
}

/// As the service writes ids: a text or a number. Null where the element is no user.
json value_of_member(const json& element) {
  if (!element.is_object() || compare_names(text_member(element, "type"), "Group") == 0) return {};
  if (text_member(element, "$ref").find("/Groups/") != std::string::npos) return {};
  for (const auto& [key, value] : element.items()) {
    if (compare_names(key, "value") == 0) return value;
  }
  return {};
}

/// The element of `list` with this type; made, and the first of all made primary, when there is
/// none. Where none says what it is, a single one is the work one, as in reading.
json& element_of(json& list, const Attribute& attribute) {
  if (list.is_object()) list = json::array({list});
  if (!list.is_array()) list = json::array();
  const bool is_only = list.size() == 1 && attribute.type == "work" && list[0].is_object() &&
                       text_member(list[0], "type").empty();
  for (auto& element : list) {
    if (!element.is_object()) continue;
    if (is_only || compare_names(text_member(element, "type"), attribute.type) == 0) return element;
  }
  json element = {{"type", attribute.type}};
  if (list.empty() && attribute.attribute == "emails") element["primary"] = true;
  list.push_back(std::move(element));
  return list.back();
}

bool says_something(const json& element) {
  return std::ranges::any_of(element.items(), [](const auto& item) {
    return item.key() != "type" && item.key() != "primary" && !item.value().is_null();
  });
}

void set(json& resource, const Attribute& attribute, const Value& value) {
  json& parent = attribute.schema.empty() ? resource : member_of(resource, attribute.schema);
  json& whole = member_of(parent, attribute.attribute);
  if (attribute.sub.empty()) {
    whole = to_json(attribute, value);
    return;
  }
  json& place = attribute.is_element() ? element_of(whole, attribute) : whole;
  if (!place.is_object()) place = json::object();
  member_of(place, attribute.sub) = to_json(attribute, value);
}

void clear(json& resource, const Attribute& attribute) {
  json& parent = attribute.schema.empty() ? resource : member_of(resource, attribute.schema);
  if (!parent.is_object()) parent = json::object();
  json& whole = member_of(parent, attribute.attribute);
  if (attribute.is_element()) {
    drop(element_of(whole, attribute), attribute.sub);
    std::erase_if(whole.get_ref<json::array_t&>(),
                  [](const json& element) { return !says_something(element); });
  } else if (!attribute.sub.empty() && whole.is_object()) {
    drop(whole, attribute.sub);
  }
  const bool is_done = attribute.sub.empty() || whole.is_null() || whole.empty();
  if (is_done) drop(parent, attribute.attribute);
  if (!attribute.schema.empty() && parent.empty()) drop(resource, attribute.schema);
}

/// `id` stays: it says which resource is meant, and cannot change.
void drop_read_only(json& resource) {
  for (const char* name : {"meta", "groups"}) drop(resource, name);
  for (auto& [name, extension] : resource.items()) {
    if (compare_names(name.substr(0, 4), "urn:") != 0 || !extension.is_object()) continue;
    for (auto& [key, value] : extension.items()) {
      if (compare_names(key, "manager") == 0 && value.is_object()) drop(value, "displayName");
    }
  }
}

void name_schemas(json& resource) {
  json& schemas = member_of(resource, "schemas");
  if (!schemas.is_array()) schemas = json::array();
  const auto name = [&](const std::string& urn) {
    const bool is_named = std::ranges::any_of(schemas, [&](const json& each) {
      return each.is_string() && compare_names(each.get_ref<const std::string&>(), urn) == 0;
    });
    if (!is_named) schemas.push_back(urn);
  };
  name(std::string(kUserSchema));
  for (const auto& item : resource.items()) {
    if (compare_names(item.key().substr(0, 4), "urn:") == 0) name(item.key());
  }
}

}  // namespace

std::string to_creation(const Fields& fields, const Profile& profile) {
  auto body = json::object();
  body["active"] = true;
  for_each_attribute(fields, [&](const Attribute& attribute, const Value& value) {
    if (!is_empty(&value)) set(body, attribute, value);
  });
  Texts required = profile.required_on_create;
  required.emplace_back("userName");
  if (profile.id_is_external_id) required.emplace_back("externalId");
  for (const std::string& path : required) {
    if (path == "active" || !is_empty(fields.find(path))) continue;
    refuse(fmt::format("{} takes no user without {}: add it to `map`", profile.title, path));
  }
  name_schemas(body);
  return dump(body);
}

std::string to_replacement(const Json& user, const Fields& fields) {
  json resource = json::parse(user.raw());
  drop_read_only(resource);
  for (auto at = resource.begin(); at != resource.end();) {
    at = at->is_null() ? resource.erase(at) : std::next(at);
  }
  for_each_attribute(fields, [&](const Attribute& attribute, const Value& value) {
    is_empty(&value) ? clear(resource, attribute) : set(resource, attribute, value);
  });
  name_schemas(resource);
  return dump(resource);
}

std::string to_group(std::string_view name, std::string_view external_id) {
  return dump({{"schemas", {kGroupSchema}}, {"displayName", name}, {"externalId", external_id}});
}

std::string to_group_replacement(const Json& group, const Texts& ids, bool adds) {
  json resource = json::parse(group.raw());
  drop(resource, "meta");
  json& members = member_of(resource, "members");
  if (!members.is_array()) members = json::array();
  bool has_numbers = false;
  std::erase_if(members.get_ref<json::array_t&>(), [&](const json& each) {
    const json value = value_of_member(each);
    has_numbers = has_numbers || value.is_number();
    const std::string id = value.is_string() ? value.get<std::string>() : value.dump();
    return std::ranges::count(ids, id) > 0;
  });
  if (!adds) return dump(resource);
  for (const std::string& id : ids) {
    const json number = has_numbers ? json::parse(id, nullptr, false) : json();
    members.push_back({{"value", number.is_number() ? number : json(id)}});
  }
  return dump(resource);
}

}  // namespace usher::scim
