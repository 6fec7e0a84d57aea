#include "connectors/scim/attributes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

namespace usher::scim {
namespace {

constexpr const char* kEnterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
constexpr const char* kEntra = "urn:ietf:params:scim:schemas:extension:Microsoft:Entra:2.0:User";

using List = std::vector<Attribute>;

void add(List& list, const char* name, bool is_name = false) {
  list.push_back({.path = name, .attribute = name, .is_name = is_name});
}

void add_elements(List& list, const char* name, std::initializer_list<const char*> types,
                  std::initializer_list<const char*> subs) {
  for (const char* type : types) {
    for (const char* sub : subs) {
      list.push_back({.path = fmt::format("{}[type eq \"{}\"].{}", name, type, sub),
                      .attribute = name,
                      .type = type,
                      .sub = sub});
    }
  }
}

void add_extension(List& list, const char* schema, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    list.push_back(
        {.path = fmt::format("{}:{}", schema, name), .schema = schema, .attribute = name});
  }
}

List make_attributes() {
  List list;
  add(list, "userName");
  list.push_back({.path = "active", .attribute = "active", .is_boolean = true});
  add(list, "externalId");
  add(list, "displayName", true);
  for (const char* sub : {"givenName", "familyName", "formatted", "middleName", "honorificPrefix",
                          "honorificSuffix"}) {
    const std::string_view name = sub;
    list.push_back({.path = fmt::format("name.{}", sub),
                    .attribute = "name",
                    .sub = sub,
                    .is_name = name == "givenName" || name == "familyName"});
  }
  for (const char* name : {"nickName", "title", "userType", "preferredLanguage", "locale",
                           "timezone", "profileUrl", "password"}) {
    add(list, name);
  }
  add_elements(list, "emails", {"work", "home", "other"}, {"value"});
  add_elements(list, "phoneNumbers", {"work", "mobile", "home", "fax", "pager", "other"},
               {"value"});
  add_elements(list, "addresses", {"work", "home", "other"},
               {"formatted", "streetAddress", "locality", "region", "postalCode", "country"});
  for (const char* name : {"roles", "entitlements"}) {
    list.push_back({.path = name, .attribute = name, .is_multi = true});
  }
  add_extension(list, kEnterprise,
                {"employeeNumber", "costCenter", "organization", "division", "department"});
  list.push_back({.path = fmt::format("{}:manager.value", kEnterprise),
                  .schema = kEnterprise,
                  .attribute = "manager",
                  .sub = "value"});
  add_extension(list, kEntra, {"mailNickname"});
  return list;
}

}  // namespace

std::span<const Attribute> attributes() {
  static const List kAttributes = make_attributes();
  return kAttributes;
}

const Attribute* find_attribute(std::string_view path) {
  const auto all = attributes();
  const auto at = std::ranges::find_if(
      all, [&](const Attribute& each) { return compare_names(each.path, path) == 0; });
  return at == all.end() ? nullptr : &*at;
}

bool is_surplus(const Profile& profile, const Attribute& attribute) {
  if (!attribute.is_element()) return false;
  const Texts& lists = profile.single_valued;
  if (std::ranges::find(lists, attribute.attribute) == lists.end()) return false;
  const auto all = attributes();
  const auto first = std::ranges::find(all, attribute.attribute, &Attribute::attribute);
  return first->type != attribute.type;
}

bool names_it(const Texts& names, const Attribute& attribute) {
  const std::string whole = attribute.whole();
  return std::ranges::any_of(names, [&](const std::string& name) {
    return compare_names(name, attribute.path) == 0 || compare_names(name, whole) == 0 ||
           (!attribute.schema.empty() && compare_names(name, attribute.schema) == 0);
  });
}

}  // namespace usher::scim
