#include "connectors/scim/sandbox_content.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/scim/sandbox_error.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;
using Type = ScimAttribute::Type;

constexpr int kMaxDepth = 64;

[[noreturn]] void throw_value(std::string_view name, std::string_view wanted) {
  throw ScimError(400, "invalidValue", fmt::format("{}: {}", escape_for_display(name), wanted));
}

bool is_nothing(const json& value) {
  return value.is_null() || ((value.is_array() || value.is_object()) && value.empty());
}

json read_boolean(std::string_view name, const json& value) {
  if (value.is_boolean()) return value;
  if (value.is_string()) {
    const auto word = ascii_lower(value.get_ref<const std::string&>());
    if (word == "true" || word == "false") return word == "true";
  }
  throw_value(name, "true or false is wanted");
}

json read_object(const ScimAttribute& attribute, const json& value) {
  auto result = json::object();
  for (const auto& [name, member] : value.items()) {
    const auto* sub = attribute.find_sub(name);
    if (sub == nullptr || sub->is_read_only() || is_nothing(member)) continue;
    result[std::string(sub->name)] = read_scim_element(*sub, member);
  }
  return result;
}

json read_complex(const ScimAttribute& attribute, const json& value) {
  if (value.is_object()) return read_object(attribute, value);
  if (value.is_string() && attribute.find_sub("value") != nullptr) return {{"value", value}};
  throw_value(attribute.name, "an object is wanted");
}

json read_list(const ScimAttribute& attribute, const json& value) {
  if (!value.is_array()) return json::array({read_scim_element(attribute, value)});
  auto result = json::array();
  for (const auto& each : value) {
    if (is_nothing(each)) continue;
    auto element = read_scim_element(attribute, each);
    if (!is_nothing(element)) result.push_back(std::move(element));
  }
  return result;
}

/// Fields of `body` into `content`, one extension's or all.
class Reader {
 public:
  Reader(const ScimShape& shape, const ScimLeniency& leniency)
      : shape_(shape), leniency_(leniency) {}

  void read(ScimInput& input, const std::string& name, const json& value) const {
    const auto place = shape_.find(name);
    const bool within_list = place && place->sub != nullptr && place->attribute->multi;
    if (!place || within_list) {
      refuse_unknown(name);
    } else if (place->attribute == nullptr) {
      set_scim_value(input.content, *place,
                     read_scim_extension(*place->extension, value, leniency_));
    } else if (place->attribute->name == "members") {
      input.members = value;
    } else if (is_kept(*place) && !is_nothing(value)) {
      set_scim_value(input.content, *place, read_scim_value(*place, value));
    }
  }

 private:
  void refuse_unknown(const std::string& name) const {
    if (!leniency_.unknown_attributes) {
      throw ScimError(400, "invalidSyntax",
                      fmt::format("{} is no attribute of a {}", escape_for_display(name),
                                  scim_name(shape_.kind())));
    }
  }

  /// A password is checked by nobody here, so it need not be kept.
  static bool is_kept(const ScimPlace& place) {
    const bool ours =
        place.attribute->is_read_only() || (place.sub != nullptr && place.sub->is_read_only());
    return !ours && place.attribute->name != "schemas" && place.attribute->name != "password";
  }

  const ScimShape& shape_;
  const ScimLeniency& leniency_;
};

void check_schemas(const json& body, const ScimShape& shape, const ScimLeniency& leniency) {
  const auto schemas = body.find("schemas");
  bool named = false;
  if (schemas != body.end() && schemas->is_array()) {
    for (const auto& urn : *schemas) {
      if (!urn.is_string()) throw ScimError(400, "invalidSyntax", "schemas: texts are wanted");
      const auto& text = urn.get_ref<const std::string&>();
      const bool core = compare_names(text, shape.core().urn) == 0;
      named = named || core;
      if (!core && shape.extension(text) == nullptr && !leniency.unknown_attributes) {
        throw ScimError(400, "invalidSyntax",
                        fmt::format("schema {} is not known here", escape_for_display(text)));
      }
    }
  }
  if (!named) {
    throw ScimError(400, "invalidSyntax",
                    fmt::format("schemas must be a list that names {}", shape.core().urn));
  }
}

json& parent_of(json& content, const ScimPlace& place) {
  return place.extension == nullptr ? content : content[std::string(place.extension->urn)];
}

void drop_if_empty(json& object, const std::string& name) {
  const auto at = object.find(name);
  if (at != object.end() && is_nothing(*at)) object.erase(at);
}

bool is_primary(const json& element) {
  return element.is_object() && element.value("primary", false);
}

}  // namespace

json parse_scim_body(std::string_view text) {
  bool too_deep = false;
  auto body = json::parse(
      text,
      [&](int depth, json::parse_event_t, const json&) {
        too_deep = too_deep || depth > kMaxDepth;
        return true;
      },
      /*allow_exceptions=*/false);
  if (too_deep || !body.is_object()) {
    throw ScimError(400, "invalidSyntax",
                    too_deep ? fmt::format("more than {} levels of nesting", kMaxDepth)
                             : std::string("the body is no JSON object"));
  }
  return body;
}

json read_scim_element(const ScimAttribute& attribute, const json& value) {
  switch (attribute.type) {
    case Type::kBoolean:
      return read_boolean(attribute.name, value);
    case Type::kComplex:
      return read_complex(attribute, value);
    default:
      if (!value.is_string()) throw_value(attribute.name, "a text is wanted");
      return value;
  }
}

json read_scim_value(const ScimPlace& place, const json& value) {
  const auto& attribute = place.sub != nullptr ? *place.sub : *place.attribute;
  if (is_nothing(value)) return nullptr;
  if (attribute.multi) return read_list(attribute, value);
  if (!value.is_array()) return read_scim_element(attribute, value);
  if (value.size() != 1) throw_value(attribute.name, "one value is wanted");
  return read_scim_element(attribute, value.front());
}

json read_scim_extension(const ScimSchema& extension, const json& value,
                         const ScimLeniency& leniency) {
  if (is_nothing(value)) return nullptr;
  if (!value.is_object()) throw_value(extension.urn, "an object is wanted");
  const ScimShape shape(ScimKind::kUser, {std::string(extension.urn)});
  auto content = json::object();
  for (const auto& [name, member] : value.items()) {
    ScimInput input{json::object()};
    Reader(shape, leniency).read(input, fmt::format("{}:{}", extension.urn, name), member);
    if (!input.content.empty()) content.merge_patch(input.content.front());
  }
  return content;
}

ScimInput read_scim_resource(const json& body, const ScimShape& shape,
                             const ScimLeniency& leniency) {
  check_schemas(body, shape, leniency);
  ScimInput input{json::object()};
  const Reader reader(shape, leniency);
  for (const auto& [name, value] : body.items()) reader.read(input, name, value);
  check_scim_primaries(input.content, leniency);
  return input;
}

const json* find_scim_value(const json& content, const ScimPlace& place) {
  const json* at = &content;
  const auto step = [&](std::string_view name) {
    const auto found = at->is_object() ? at->find(std::string(name)) : at->end();
    at = at->is_object() && found != at->end() ? &*found : nullptr;
    return at != nullptr;
  };
  if (place.extension != nullptr && !step(place.extension->urn)) return nullptr;
  if (place.attribute != nullptr && !step(place.attribute->name)) return nullptr;
  if (place.sub != nullptr && !step(place.sub->name)) return nullptr;
  return at;
}

void set_scim_value(json& content, const ScimPlace& place, json value) {
  auto& parent = parent_of(content, place);
  if (place.attribute == nullptr) {
    parent = std::move(value);
  } else {
    auto& attribute = parent[std::string(place.attribute->name)];
    (place.sub != nullptr ? attribute[std::string(place.sub->name)] : attribute) = std::move(value);
    if (place.sub != nullptr) drop_if_empty(attribute, std::string(place.sub->name));
    drop_if_empty(parent, std::string(place.attribute->name));
  }
  if (place.extension != nullptr) drop_if_empty(content, std::string(place.extension->urn));
}

void check_scim_primaries(json& content, const ScimLeniency& leniency) {
  for (auto& [name, value] : content.items()) {
    if (!value.is_array()) continue;
    const auto first = std::find_if(value.begin(), value.end(), is_primary);
    if (first == value.end()) continue;
    for (auto at = std::next(first); at != value.end(); ++at) {
      if (!is_primary(*at)) continue;
      if (!leniency.two_primaries) throw_value(name, "only one value can be primary");
      (*at)["primary"] = false;
    }
  }
}

}  // namespace usher::sandbox
