#include "config/schema.h"

#include <nlohmann/json.hpp>

#include <span>
#include <string_view>

#include <fmt/format.h>

#include "config/keys.h"
#include "config/reading.h"
#include "config/schema_values.h"

namespace usher {
namespace {

using schema::any_of;
using schema::closed_object;
using schema::Json;
using schema::properties_of;
using schema::reference;
using schema::Variables;

Json required_of(std::span<const SettingSpec> keys) {
  Json names = Json::array();
  for (const SettingSpec& spec : keys) {
    if (spec.required && spec.name.find('.') == spec.name.npos) names.push_back(spec.name);
  }
  return names;
}

Json rule_schema() {
  Json rule = closed_object({{"when", schema::text()}, {"value", schema::scalar()}});
  rule["required"] = {"when", "value"};
  return any_of({schema::scalar(), rule});
}

Json mapped_schema(const AttributeSpec& attribute) {
  Json plain = schema::scalar();
  if (!attribute.values.empty()) plain["examples"] = attribute.values;
  Json rules{{"type", "array"}, {"items", reference("rule")}, {"minItems", 1}};
  return any_of({plain, rules});
}

/// `metadata.*` as a regular expression.
std::string as_pattern(std::string_view wildcard) {
  std::string text = "^";
  for (const char c : wildcard.substr(0, wildcard.size() - 1)) {
    if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) text += '\\';
    text += c;
  }
  return text + ".";
}

Json map_schema(const Capabilities& capabilities) {
  Json map = closed_object(Json::object());
  for (const AttributeSpec& attribute : capabilities.attributes) {
    if (attribute.name.ends_with(".*")) {
      map["patternProperties"][as_pattern(attribute.name)] = mapped_schema(attribute);
    } else {
      map["properties"][attribute.name] = mapped_schema(attribute);
    }
  }
  return map;
}

Json any_map_schema() {
  return {{"type", "object"}, {"additionalProperties", mapped_schema(AttributeSpec{})}};
}

Json for_each_schema() {
  const Json all = properties_of(for_each_keys(), UrlFamily::kHttp);
  Json rows = closed_object({{"csv", all["csv"]}, {"name", all["name"]}});
  rows["required"] = {"csv", "name"};
  Json values = closed_object({{"attribute", all["attribute"]}});
  values["required"] = Json::array({"attribute"});
  Json schema = any_of({rows, values});
  schema["description"] = "one target for each row of a table or value of an attribute";
  return schema;
}

Json keys_schema(std::span<const SettingSpec> keys, const Json& map) {
  Json schema = closed_object(properties_of(keys, UrlFamily::kHttp, Variables::kAllowed));
  schema["properties"]["map"] = map;
  schema["properties"]["for_each"] = reference("for_each");
  return schema;
}

/// What a target must have when it inherits nothing.
Json required_schema(const ConnectorSpec& connector) {
  Json names = required_of(common_target_keys());
  Json attributes = Json::array();
  for (const AttributeSpec& attribute : connector.capabilities.attributes) {
    if (attribute.required) attributes.push_back(attribute.name);
  }
  if (attributes.empty()) return {{"required", names}};
  names.push_back("map");
  return {{"required", names}, {"properties", {{"map", {{"required", attributes}}}}}};
}

Json lacks(const Json& names) {
  Json each = Json::array();
  for (const auto& name : names) each.push_back(Json{{"required", Json::array({name})}});
  return {{"not", {{"anyOf", each}}}};
}

Json target_schema(const ConnectorSpec& connector) {
  Json all = Json::array();
  all.push_back(reference("keys_" + std::string(connector.name)));
  all.push_back(Json{{"if", lacks({"extends"})}, {"then", required_schema(connector)}});
  const Json own = required_of(connector.settings);
  if (!own.empty()) {
    all.push_back(Json{{"if", lacks({"extends", "credential"})}, {"then", {{"required", own}}}});
  }
  return {{"allOf", all}};
}

Json names_connector(std::string_view name) {
  return {{"required", {"connector"}}, {"properties", {{"connector", {{"const", name}}}}}};
}

/// Chooses by `connector`; `prefix` is the definition to go on with.
Json by_connector(const Catalogue& catalogue, const std::string& prefix, const Json& otherwise) {
  Json all = Json::array();
  for (const ConnectorSpec& connector : catalogue.connectors) {
    all.push_back(Json{{"if", names_connector(connector.name)},
                       {"then", reference(prefix + std::string(connector.name))}});
  }
  all.push_back(Json{{"if", lacks({"connector"})}, {"then", otherwise}});
  return {{"type", "object"}, {"properties", {{"connector", schema::text()}}}, {"allOf", all}};
}

/// Without plug-ins there are the connectors of usher and no others.
Json only_own_connectors(const Catalogue& catalogue) {
  Json known = Json::array();
  for (const ConnectorSpec& connector : catalogue.connectors) known.push_back(connector.name);
  const Json entry{{"properties", {{"connector", {{"enum", known}}}}}};
  const Json section{{"additionalProperties", entry}};
  return {{"properties", {{"templates", section}, {"targets", section}}}};
}

Json source_schema(const Catalogue& catalogue) {
  Json all = Json::array();
  Json known = Json::array();
  for (const SourceSpec& source : catalogue.sources) {
    const auto keys = source_keys(source);
    Json shape = closed_object(properties_of(keys, UrlFamily::kLdap));
    shape["required"] = required_of(keys);
    known.push_back(source.name);
    all.push_back(
        Json{{"if", {{"properties", {{"type", {{"const", source.name}}}}}}}, {"then", shape}});
  }
  return {{"type", "object"},
          {"required", {"type"}},
          {"properties", {{"type", {{"enum", known}}}}},
          {"allOf", all}};
}

Json section_schema(const Json& entry, const char* description) {
  return {{"type", "object"}, {"description", description}, {"additionalProperties", entry}};
}

Json named_section_schema(const Json& entry, const char* description) {
  Json schema = section_schema(entry, description);
  schema["minProperties"] = 1;
  schema["propertyNames"] = {{"pattern", kNamePattern}};
  return schema;
}

Json definitions(const Catalogue& catalogue) {
  Json all = Json::object();
  all["secret"] = schema::secret();
  all["rule"] = rule_schema();
  all["variable"] = schema::variable();
  all["for_each"] = for_each_schema();
  all["source"] = source_schema(catalogue);
  for (const ConnectorSpec& connector : catalogue.connectors) {
    const std::string name(connector.name);
    all["keys_" + name] = keys_schema(target_keys(connector), map_schema(connector.capabilities));
    all["target_" + name] = target_schema(connector);
  }
  all["keys_any"] = keys_schema(any_target_keys(catalogue.connectors), any_map_schema());
  Json inheriting{{"allOf", Json::array({reference("keys_any")})}, {"required", {"extends"}}};
  all["target"] = by_connector(catalogue, "target_", inheriting);
  all["template"] = by_connector(catalogue, "keys_", reference("keys_any"));
  all["credential"] = closed_object(
      properties_of(connector_keys(catalogue.connectors), UrlFamily::kHttp, Variables::kAllowed));
  return all;
}

}  // namespace

std::string json_schema(const Catalogue& catalogue) {
  Json whole{{"$schema", "http://json-schema.org/draft-07/schema#"},
             {"title", "configuration of usher"}};
  whole.update(closed_object(properties_of(root_keys(), UrlFamily::kHttp)));
  Json& sections = whole["properties"];
  sections["credentials"] =
      section_schema(reference("credential"), "settings of connectors, named once");
  sections["templates"] = section_schema(reference("template"), "shared parts of targets");
  sections["sources"] =
      named_section_schema(reference("source"), "the directories that people are read from");
  sections["targets"] =
      named_section_schema(reference("target"), "the tenancies that people get accounts in");
  whole["required"] = {"version", "sources", "targets"};
  whole["if"] = lacks({"plugins"});
  whole["then"] = only_own_connectors(catalogue);
  whole["definitions"] = definitions(catalogue);
  return whole.dump(2) + "\n";
}

}  // namespace usher
