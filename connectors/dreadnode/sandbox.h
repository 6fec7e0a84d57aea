#pragma once

#include <memory>

#include "connectors/sandbox/api.h"

namespace usher::sandbox {

/// The fake platform, named `dreadnode`, at `/dreadnode` (so that `url` is that address): granting
/// a workspace, listing who has it, and removal from the organisation. What the platform's pages
/// leave open is a switch.
[[nodiscard]] std::unique_ptr<Api> make_dreadnode_api();

}  // namespace usher::sandbox
