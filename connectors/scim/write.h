#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/http/json.h"
#include "connectors/scim/profile.h"
#include "mapping/value.h"

/// Our words to request bodies. Pure: no clock, no socket.
namespace usher::scim {

/// What a user is to become: attribute → value; an empty value clears it. `groups` is not among
/// them: memberships are written to groups.
struct Wanted {
  Fields fields;
  std::optional<Fields> before;  ///< what the service has; nothing: not known
};

/// Body of the POST that makes a user; active unless `fields` says otherwise. Throws ConnectorError
/// `kRejected`, before anything leaves, when something is missing that the profile demands.
[[nodiscard]] std::string to_creation(const Fields& fields, const Profile& profile);

/// Bodies of the PATCH requests, one after the other: one operation for one path, always with the
/// path, in lower case unless the profile wants otherwise. Each may be repeated without harm.
/// Throws `kRejected` for what the profile cannot clear.
[[nodiscard]] std::vector<std::string> to_patches(const Wanted& wanted, const Profile& profile);

/// Body of the PUT: the resource as it was read with `fields` merged in, so that what we do not
/// know survives. What is readOnly is left out.
[[nodiscard]] std::string to_replacement(const Json& user, const Fields& fields);

[[nodiscard]] std::string to_group(std::string_view name, std::string_view external_id);

/// Body of the PATCH that adds members, or removes them one by one; never all of them.
[[nodiscard]] std::string to_member_patch(const Texts& ids, bool adds, const Profile& profile);

/// Body of the PUT that does the same to a group as it was read.
[[nodiscard]] std::string to_group_replacement(const Json& group, const Texts& ids, bool adds);

}  // namespace usher::scim
