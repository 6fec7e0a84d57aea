#include "connectors/scim/sandbox_discovery.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/scim/sandbox_error.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;
using Type = ScimAttribute::Type;
using Mutability = ScimAttribute::Mutability;

constexpr std::string_view kCore = "urn:ietf:params:scim:schemas:core:2.0:";

json meta(const ScimScene& scene, std::string_view type, std::string_view path) {
  return {{"resourceType", type}, {"location", fmt::format("{}/{}", scene.base, path)}};
}

// --- ServiceProviderConfig -----------------------------------------------------------------------

json authentication_schemes(const ScimScene& scene) {
  struct Scheme {
    std::string_view auth, type, name, description;
  };
  constexpr Scheme kSchemes[] = {
      {"bearer", "oauthbearertoken", "Bearer token", "A token in the Authorization header"},
      {"basic", "httpbasic", "HTTP Basic", "Name and password in the Authorization header"},
      {"oauth2", "oauth2", "OAuth 2", "An access token by client credentials"}};
  auto list = json::array();
  for (const auto& scheme : kSchemes) {
    for (const auto& auth : scene.profile.auth) {
      if (auth != scheme.auth) continue;
      list.push_back({{"type", scheme.type},
                      {"name", scheme.name},
                      {"description", scheme.description},
                      {"primary", list.empty()}});
    }
  }
  return list;
}

json pagination(const scim::Profile& profile) {
  using scim::Paging;
  const bool cursor = profile.paging == Paging::kCursor || profile.paging == Paging::kBoth;
  const bool index = profile.paging == Paging::kIndex || profile.paging == Paging::kBoth;
  json result = {{"cursor", cursor},
                 {"index", index},
                 {"defaultPageSize", profile.default_page_size},
                 {"maxPageSize", profile.max_page_size}};
  if (cursor || index) result["defaultPaginationMethod"] = index ? "index" : "cursor";
  return result;
}

json service_provider_config(const ScimScene& scene) {
  const auto& profile = scene.profile;
  const bool filters =
      profile.filter_advertised && profile.filter_support != scim::FilterSupport::kNone;
  return {{"schemas", {fmt::format("{}ServiceProviderConfig", kCore)}},
          {"documentationUri", "https://datatracker.ietf.org/doc/html/rfc7644"},
          {"patch", {{"supported", profile.user_patch || profile.group_patch}}},
          {"bulk", {{"supported", false}, {"maxOperations", 0}, {"maxPayloadSize", 0}}},
          {"filter", {{"supported", filters}, {"maxResults", profile.max_page_size}}},
          {"changePassword", {{"supported", false}}},
          {"sort", {{"supported", profile.sort}}},
          {"etag", {{"supported", profile.etag}}},
          {"pagination", pagination(profile)},
          {"authenticationSchemes", authentication_schemes(scene)},
          {"meta", meta(scene, "ServiceProviderConfig", "ServiceProviderConfig")}};
}

// --- ResourceTypes and Schemas -------------------------------------------------------------------

json resource_type(const ScimScene& scene, ScimKind kind) {
  const auto& shape = scene.shape(kind);
  const auto name = scim_name(kind);
  auto extensions = json::array();
  for (const auto* schema : shape.extensions()) {
    extensions.push_back({{"schema", schema->urn}, {"required", false}});
  }
  json type = {{"schemas", {fmt::format("{}ResourceType", kCore)}},
               {"id", name},
               {"name", name},
               {"description", shape.core().description},
               {"endpoint", fmt::format("/{}", scim_endpoint(kind))},
               {"schema", shape.core().urn},
               {"meta", meta(scene, "ResourceType", fmt::format("ResourceTypes/{}", name))}};
  if (!extensions.empty()) type["schemaExtensions"] = std::move(extensions);
  return type;
}

std::string_view type_word(Type type) {
  switch (type) {
    case Type::kBoolean:
      return "boolean";
    case Type::kComplex:
      return "complex";
    case Type::kDateTime:
      return "dateTime";
    case Type::kBinary:
      return "binary";
    case Type::kReference:
      return "reference";
    default:
      return "string";
  }
}

std::string_view mutability_word(Mutability mutability) {
  switch (mutability) {
    case Mutability::kReadOnly:
      return "readOnly";
    case Mutability::kImmutable:
      return "immutable";
    case Mutability::kWriteOnly:
      return "writeOnly";
    default:
      return "readWrite";
  }
}

json attribute_json(const ScimAttribute& attribute) {
  json result = {{"name", attribute.name},
                 {"type", type_word(attribute.type)},
                 {"multiValued", attribute.multi},
                 {"description", attribute.name},
                 {"required", attribute.required},
                 {"caseExact", attribute.case_exact},
                 {"mutability", mutability_word(attribute.mutability)},
                 {"returned", attribute.mutability == Mutability::kWriteOnly ? "never" : "default"},
                 {"uniqueness", attribute.unique ? "server" : "none"}};
  if (attribute.type == Type::kReference) result["referenceTypes"] = {"external"};
  if (!attribute.words.empty()) result["canonicalValues"] = attribute.words;
  for (const auto& sub : attribute.sub) result["subAttributes"].push_back(attribute_json(sub));
  return result;
}

json schema_json(const ScimScene& scene, const ScimSchema& schema) {
  json result = {{"schemas", {fmt::format("{}Schema", kCore)}},
                 {"id", schema.urn},
                 {"name", schema.name},
                 {"description", schema.description},
                 {"meta", meta(scene, "Schema", fmt::format("Schemas/{}", schema.urn))}};
  for (const auto& attribute : schema.attributes) {
    result["attributes"].push_back(attribute_json(attribute));
  }
  return result;
}

/// The schemas of discovery itself are named, not spelt out: nobody writes such resources.
json bare_schema(const ScimScene& scene, std::string_view name) {
  const auto urn = fmt::format("{}{}", kCore, name);
  return schema_json(scene, {urn, name, name, {}});
}

std::vector<ScimKind> kinds(const ScimScene& scene) {
  return scene.profile.groups ? std::vector{ScimKind::kUser, ScimKind::kGroup}
                              : std::vector{ScimKind::kUser};
}

json all_resource_types(const ScimScene& scene) {
  auto list = json::array();
  for (const auto kind : kinds(scene)) list.push_back(resource_type(scene, kind));
  return list;
}

json all_schemas(const ScimScene& scene) {
  auto list = json::array();
  for (const auto kind : kinds(scene)) {
    list.push_back(schema_json(scene, scene.shape(kind).core()));
    for (const auto* schema : scene.shape(kind).extensions()) {
      list.push_back(schema_json(scene, *schema));
    }
  }
  for (const auto* name : {"ServiceProviderConfig", "ResourceType", "Schema"}) {
    list.push_back(bare_schema(scene, name));
  }
  return list;
}

/// The list, or the one of its members with this id.
json list_or_one(json list, const std::vector<std::string>& segments, const Request& request) {
  if (segments.size() == 1) {
    if (!query_value(request.query, "filter").empty()) {
      throw ScimError(403, "", "discovery takes no filter");
    }
    const auto count = list.size();
    return {{"schemas", {"urn:ietf:params:scim:api:messages:2.0:ListResponse"}},
            {"totalResults", count},
            {"itemsPerPage", count},
            {"startIndex", 1},
            {"Resources", std::move(list)}};
  }
  for (auto& each : list) {
    if (compare_names(each["id"].get_ref<const std::string&>(), segments[1]) == 0) return each;
  }
  throw ScimError(404, "", fmt::format("there is no {}", escape_for_display(segments[1])));
}

std::string config_or_lie(const ScimScene& scene, bool plural) {
  const auto& played = scene.switches.get("scim_spc");
  if (played == "absent" || plural != (played == "plural")) {
    throw ScimError(404, "", "there is no such resource");
  }
  return played == "garbage" ? "{\"patch\":" : service_provider_config(scene).dump();
}

}  // namespace

std::optional<std::string> scim_discovery(const std::vector<std::string>& segments,
                                          const Request& request, const ScimScene& scene) {
  if (segments.empty() || segments.size() > 2) return std::nullopt;
  const auto name = ascii_lower(segments[0]);
  const bool config = name == "serviceproviderconfig" || name == "serviceproviderconfigs";
  if (!config && name != "resourcetypes" && name != "schemas") return std::nullopt;
  if (request.method != "GET") {
    throw ScimError(405, "", fmt::format("{} is not allowed here", request.method));
  }
  if (config) return config_or_lie(scene, name.back() == 's');
  auto list = name == "schemas" ? all_schemas(scene) : all_resource_types(scene);
  return list_or_one(std::move(list), segments, request).dump();
}

}  // namespace usher::sandbox
