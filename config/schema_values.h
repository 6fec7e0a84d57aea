#pragma once

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>

#include "config/address.h"
#include "mapping/setting.h"

namespace usher::schema {

using Json = nlohmann::ordered_json;

/// Any value that the file may call a text: `workspace: 4711` is one too.
[[nodiscard]] Json scalar();
/// The same, but not empty.
[[nodiscard]] Json text();

[[nodiscard]] Json any_of(std::initializer_list<Json> schemas);
[[nodiscard]] Json reference(const std::string& definition);

/// An object that has no other properties than these.
[[nodiscard]] Json closed_object(Json properties);

/// `{ env }`, `{ file }` or `{ credential }`.
[[nodiscard]] Json secret();

/// A text with a variable of `for_each` in it: what it becomes only the parser knows.
[[nodiscard]] Json variable();
enum class Variables { kRefused, kAllowed };

/// The properties that a table of settings describes, nested as the dots of the names say.
[[nodiscard]] Json properties_of(std::span<const SettingSpec> keys, UrlFamily urls,
                                 Variables variables = Variables::kRefused);

}  // namespace usher::schema
