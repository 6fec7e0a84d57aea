#pragma once

#include <string_view>

#include "connectors/http/client.h"

namespace usher::scim {

/// Reads an error (RFC 7644 section 3.12) in the spellings that are seen: status as text or number,
/// AWS's exceptions, errors in another protocol's shape. A 404 that is a web page proves nothing
/// about users and is `kMalformed`; `uniqueness` is a conflict whatever the status. Does not throw.
[[nodiscard]] ProviderError read_error(const HttpResponse& response);

}  // namespace usher::scim
