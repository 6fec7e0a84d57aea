#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "connectors/scim/sandbox_schema.h"

namespace usher::sandbox {

/// How what clients send is taken.
struct ScimLeniency {
  bool unknown_attributes = true;  ///< ignored; false: refused
  bool two_primaries = false;      ///< the first one stays primary; false: refused
};

/// The body of a POST or PUT, in canonical spelling and without what only the server writes.
struct ScimInput {
  nlohmann::json content;                            ///< without `members`
  nlohmann::json members = nlohmann::json(nullptr);  ///< as sent; null: not sent
};

/// Parses a body; throws ScimError `invalidSyntax` for what is no JSON object or too deep.
[[nodiscard]] nlohmann::json parse_scim_body(std::string_view text);

/// Reads a resource as sent: names without regard to case, dotted and URN keys, `"True"` for true,
/// one value for a list of one. Throws ScimError.
[[nodiscard]] ScimInput read_scim_resource(const nlohmann::json& body, const ScimShape& shape,
                                           const ScimLeniency& leniency);

/// A value for the attribute or sub-attribute at `place` in canonical form; null: there is nothing
/// in it. Throws ScimError `invalidValue`.
[[nodiscard]] nlohmann::json read_scim_value(const ScimPlace& place, const nlohmann::json& value);

/// One element of a multi-valued attribute.
[[nodiscard]] nlohmann::json read_scim_element(const ScimAttribute& attribute,
                                               const nlohmann::json& value);

/// What an extension holds, from an object of its attributes.
[[nodiscard]] nlohmann::json read_scim_extension(const ScimSchema& extension,
                                                 const nlohmann::json& value,
                                                 const ScimLeniency& leniency);

/// The value at `place`; null when there is none. The whole extension where it names one.
[[nodiscard]] const nlohmann::json* find_scim_value(const nlohmann::json& content,
                                                    const ScimPlace& place);

/// Puts a value there; null and empty ones take it away, with parents that are empty then.
void set_scim_value(nlohmann::json& content, const ScimPlace& place, nlohmann::json value);

/// Throws ScimError `invalidValue` when a list has two primary values, or corrects it.
void check_scim_primaries(nlohmann::json& content, const ScimLeniency& leniency);

}  // namespace usher::sandbox
