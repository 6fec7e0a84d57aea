#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "connectors/scim/sandbox_directory.h"

namespace usher::sandbox {

/// The ids in a list of members as clients send it: `[{"value": id}]`, one object, a plain id.
/// Throws ScimError `invalidValue`.
[[nodiscard]] std::vector<std::string> read_member_ids(const nlohmann::json& value);

/// Adds the named ones to `members`. Throws ScimError `invalidValue` for an unknown id, unless
/// `ignore_unknown`.
void add_members(ScimMembers& members, const std::vector<std::string>& ids,
                 const ScimDirectory& directory, bool ignore_unknown);

}  // namespace usher::sandbox
