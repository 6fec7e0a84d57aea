#pragma once

#include <nlohmann/json_fwd.hpp>

#include "mapping/change.h"
#include "mapping/problem.h"
#include "mapping/receipt.h"
#include "mapping/value.h"

namespace usher {

// Values as the stable JSON of reports and commands shows them, keys in their documented order.
// What does not exist (a remote id, an error, a place) is null.
[[nodiscard]] nlohmann::ordered_json public_json(const Value& value);
[[nodiscard]] nlohmann::ordered_json public_json(const Fields& fields);
[[nodiscard]] nlohmann::ordered_json public_json(const Change& change);
[[nodiscard]] nlohmann::ordered_json public_json(const Problem& problem);
[[nodiscard]] nlohmann::ordered_json public_json(const Receipt& receipt);

/// Null for the empty text.
[[nodiscard]] nlohmann::ordered_json text_or_null(const std::string& text);

/// The document as text, indented, with a newline at its end. Ill-formed UTF-8 becomes U+FFFD,
/// because the output must be JSON whatever a directory holds.
[[nodiscard]] std::string print_json(const nlohmann::ordered_json& document);

}  // namespace usher
