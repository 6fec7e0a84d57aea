#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "connectors/http/json.h"
#include "connectors/scim/profile.h"
#include "mapping/account.h"
#include "mapping/value.h"

/// SCIM resources to our words. Pure: no clock, no socket.
namespace usher::scim {

/// A user as the service wrote it, with every attribute that `map` may name. Lenient in how it is
/// written (letter case of names, dotted names, `"True"`, ids that are numbers, null, lists of
/// one), strict in what it is: throws ConnectorError `kMalformed` when id or userName is missing,
/// or a value is of another kind.
[[nodiscard]] Account to_account(const Json& user);

/// Whether the row is one of the profile's that stand for nobody.
[[nodiscard]] bool is_synthetic(const Profile& profile, const Account& account);

/// The account as `to_account` would give it once it was written: where the profile takes one value
/// of a list, only the work one is left.
[[nodiscard]] Account to_canonical(Account desired, const Profile& profile);

/// The filter `attribute eq "value"` (RFC 7644 section 3.4.2.2), not yet percent-encoded.
[[nodiscard]] std::string equals_filter(std::string_view attribute, std::string_view value);

/// The id at the end of a `Location`, where that is below `base_url` (a path will do); empty:
/// elsewhere, or none.
[[nodiscard]] std::string id_of_location(std::string_view location, std::string_view base_url);

}  // namespace usher::scim
