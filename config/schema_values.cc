#include "config/schema_values.h"

#include <nlohmann/json.hpp>

#include "config/units.h"

namespace usher::schema {
namespace {

constexpr std::string_view kHttpPattern =
    "^(https://[^/?#@\\s]+|http://(localhost|127(\\.[0-9]{1,3}){3}|\\[::1\\])(:[0-9]{1,5})?)"
    "(/[^?#\\s]*)?$";
constexpr std::string_view kLdapPattern = "^(ldaps?://[^/?#@\\s]+(/[^?#\\s]*)?|ldapi://\\S*)$";
constexpr std::string_view kCredentialPattern = "^[^./][^/]*$";

Json pattern(std::string_view text) {
  return {{"type", "string"}, {"pattern", text}};
}

Json choice_schema(const SettingSpec& spec) {
  Json words = Json::array();
  for (const std::string_view choice : spec.choices) words.push_back(choice);
  return {{"enum", words}};
}

Json duration_schema(const SettingSpec& spec) {
  if (spec.minimum > 0) return pattern(kPositiveDurationPattern);
  return any_of({Json{{"const", 0}}, pattern(kDurationPattern)});
}

Json texts_schema(const SettingSpec& spec) {
  Json list{{"type", "array"}, {"items", text()}};
  if (spec.required) list["minItems"] = 1;
  return any_of({text(), list});
}

Json url_schema(const SettingSpec& spec, UrlFamily urls) {
  Json url = pattern(urls == UrlFamily::kHttp ? kHttpPattern : kLdapPattern);
  return spec.choices.empty() ? url : any_of({choice_schema(spec), url});
}

Json value_schema(const SettingSpec& spec, UrlFamily urls) {
  switch (spec.kind) {
    case SettingKind::kText:
    case SettingKind::kPath:
      return text();
    case SettingKind::kTexts:
      return texts_schema(spec);
    case SettingKind::kChoice:
      return choice_schema(spec);
    case SettingKind::kBoolean:
      return {{"type", "boolean"}};
    case SettingKind::kInteger:
      return {{"type", "integer"}, {"minimum", spec.minimum}, {"maximum", spec.maximum}};
    case SettingKind::kNumber:
      return {{"type", "number"}, {"minimum", 0}};
    case SettingKind::kPercent:
      return any_of(
          {Json{{"type", "integer"}, {"minimum", 0}, {"maximum", 100}}, pattern(kPercentPattern)});
    case SettingKind::kDuration:
      return duration_schema(spec);
    case SettingKind::kSize:
      return pattern(kSizePattern);
    case SettingKind::kTextMap:
      return {{"type", "object"}, {"additionalProperties", text()}};
    case SettingKind::kUrl:
      return url_schema(spec, urls);
    case SettingKind::kSecret:
      return reference("secret");
  }
  return {};
}

/// Whether the schema lets every text pass anyway, or one inside of it.
bool takes_any_text(SettingKind kind) {
  switch (kind) {
    case SettingKind::kText:
    case SettingKind::kTexts:
    case SettingKind::kPath:
    case SettingKind::kTextMap:
    case SettingKind::kSecret:
      return true;
    default:
      return false;
  }
}

Json setting_schema(const SettingSpec& spec, UrlFamily urls, Variables variables) {
  Json schema = value_schema(spec, urls);
  if (variables == Variables::kAllowed && !takes_any_text(spec.kind)) {
    schema = any_of({schema, reference("variable")});
  }
  // Draft 7 ignores everything beside a $ref.
  if (schema.contains("$ref")) schema = Json{{"allOf", Json::array({schema})}};
  if (!spec.help.empty()) schema["description"] = spec.help;
  if (!spec.fallback.empty()) schema["default"] = spec.fallback;
  return schema;
}

/// The form of a slot that is an object; `rate: off` beside `rate.per_second` makes it one of two.
Json& object_form(Json& slot) {
  if (slot.is_null()) slot = closed_object(Json::object());
  if (slot.contains("properties")) return slot;
  if (!slot.contains("anyOf") || !slot["anyOf"].back().contains("properties")) {
    slot = any_of({slot, closed_object(Json::object())});
  }
  return slot["anyOf"].back();
}

/// Puts a setting where the dots of its name say. `properties` is what one level has so far.
void add_setting(Json& properties, std::string_view name, const SettingSpec& spec, UrlFamily urls,
                 Variables variables) {
  const std::size_t dot = name.find('.');
  const std::string key(name.substr(0, dot));
  if (dot == name.npos) {
    const Json schema = setting_schema(spec, urls, variables);
    properties[key] = properties.contains(key) ? any_of({schema, properties[key]}) : schema;
    return;
  }
  Json& group = object_form(properties[key]);
  const std::string_view rest = name.substr(dot + 1);
  add_setting(group["properties"], rest, spec, urls, variables);
  if (spec.required && rest.find('.') == rest.npos) group["required"].push_back(rest);
}

}  // namespace

Json scalar() {
  return {{"type", {"string", "number", "boolean"}}};
}

Json text() {
  return {{"type", {"string", "number", "boolean"}}, {"minLength", 1}};
}

Json any_of(std::initializer_list<Json> schemas) {
  return {{"anyOf", Json(schemas)}};
}

Json reference(const std::string& definition) {
  return {{"$ref", "#/definitions/" + definition}};
}

Json closed_object(Json properties) {
  return {
      {"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

Json secret() {
  const auto one_way = [](const char* way, const Json& name) {
    Json object = closed_object({{way, name}});
    object["required"] = Json::array({way});
    return object;
  };
  Json schema{{"anyOf", Json::array()}};
  schema["anyOf"].push_back(one_way("credential", {{"type", {"string", "number", "boolean"}},
                                                   {"minLength", 1},
                                                   {"pattern", kCredentialPattern}}));
  schema["anyOf"].push_back(one_way("file", text()));
  schema["anyOf"].push_back(one_way("env", text()));
  return schema;
}

Json variable() {
  return {{"type", "string"}, {"pattern", "\\$\\{"}};
}

Json properties_of(std::span<const SettingSpec> keys, UrlFamily urls, Variables variables) {
  Json properties = Json::object();
  for (const SettingSpec& spec : keys) add_setting(properties, spec.name, spec, urls, variables);
  return properties;
}

}  // namespace usher::schema
