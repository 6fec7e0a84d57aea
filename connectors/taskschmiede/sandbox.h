#pragma once

#include <memory>

#include "connectors/sandbox/api.h"

namespace usher::sandbox {

/// The fake server, named `taskschmiede`: the tools at `/taskschmiede/mcp` and the API at
/// `/taskschmiede/api/v1`, over the same users and organisations. It does what was seen of version
/// 0.5.4; where the documentation says something else there is a switch.
[[nodiscard]] std::unique_ptr<Api> make_taskschmiede_api();

}  // namespace usher::sandbox
