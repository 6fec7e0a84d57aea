#pragma once

#include <string>
#include <string_view>

#include "connectors/http/json.h"
#include "mapping/account.h"
#include "mapping/change.h"

/// The platform's JSON to our words and back. Pure.
namespace usher::dreadnode {

/// A grant, as the list and the answer to a new one show it. The address may be called `email_key`,
/// `user_email` or `email`. Throws ConnectorError `kMalformed` when it, the user's id or the
/// permission is missing or no text.
[[nodiscard]] Account to_account(const Json& grant, std::string_view email_key);

/// The body of a new grant.
[[nodiscard]] std::string to_body(const Change& change, const std::string& email_key);

}  // namespace usher::dreadnode
