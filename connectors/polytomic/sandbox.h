#pragma once

#include <memory>

#include "connectors/sandbox/api.h"

namespace usher::sandbox {

/// The fake service, named `polytomic`, at `/polytomic` (so that `url` is that address):
/// organisations, their users and roles, behind keys of organisations, of users, and of the
/// partner. What the vendor's pages leave open is a switch.
[[nodiscard]] std::unique_ptr<Api> make_polytomic_api();

}  // namespace usher::sandbox
