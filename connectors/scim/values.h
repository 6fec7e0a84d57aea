#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "connectors/scim/attributes.h"
#include "mapping/value.h"

/// Values as requests write them.
namespace usher::scim {

/// Compact, and well-formed whatever the texts in it.
[[nodiscard]] std::string dump(const nlohmann::json& body);

/// `[{"value": "x"}, …]`
[[nodiscard]] nlohmann::json list_of(const Texts& texts);

/// Throws ConnectorError `kRejected` for something else than true or false where that is wanted.
[[nodiscard]] nlohmann::json to_json(const Attribute& attribute, const Value& value);

/// What is written of `fields`: everything but memberships, which are not the user's.
template <typename Each>
void for_each_attribute(const Fields& fields, const Each& each) {
  for (const Attribute& attribute : attributes()) {
    if (const Value* value = fields.find(attribute.path)) each(attribute, *value);
  }
}

/// Throws ConnectorError `kRejected`.
[[noreturn]] void refuse(const std::string& message);

}  // namespace usher::scim
