#pragma once

#include <nlohmann/json_fwd.hpp>

#include "mapping/change.h"

namespace usher {

/// A change with everything in it, for the journal, holds and saved plans.
[[nodiscard]] nlohmann::json to_json(const Change& change);

/// Throws nlohmann::json::exception for what is not a change.
[[nodiscard]] Change change_from_json(const nlohmann::json& json);

}  // namespace usher
