#pragma once

#include <memory>
#include <vector>

#include "connectors/sandbox/api.h"

namespace usher::sandbox {

/// The fake SCIM 2.0 service (RFC 7643, 7644, 9865): `scim` at `/scim/v2`, and beside it
/// `scim_oauth`, whose `/scim/oauth/token` hands out access tokens for it. The switch
/// `scim_profile` makes it behave like one provider's service; README.md tells the rest.
[[nodiscard]] std::vector<std::unique_ptr<Api>> make_scim_apis();

}  // namespace usher::sandbox
