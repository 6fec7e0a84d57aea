#pragma once

#include <string>

#include "connectors/http/client.h"
#include "connectors/http/json.h"
#include "mapping/account.h"
#include "mapping/change.h"

/// The reference service's JSON to our words and back. Pure.
namespace usher::memory {

/// Throws ConnectorError `kMalformed` when a member is missing or of another kind.
[[nodiscard]] Account to_account(const Json& user);

/// What the change is to write, as a request body.
[[nodiscard]] std::string to_body(const Change& change);

/// `{"error": {"code", "message"}}`; anything else is left to its status. Does not throw.
[[nodiscard]] ProviderError read_error(const HttpResponse& response);

}  // namespace usher::memory
