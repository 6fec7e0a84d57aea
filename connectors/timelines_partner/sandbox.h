#pragma once

#include <memory>

#include "connectors/sandbox/api.h"
#include "connectors/sandbox/workspaces.h"

namespace usher::sandbox {

/// The fake Partner API, named `timelines_partner`, at `/partner/api/v1`: all eight operations on
/// workspaces, placeholder users, QR links and tokens. README.md of this folder tells what the
/// real one does; what its documents leave open is a switch.
[[nodiscard]] std::unique_ptr<Api> make_timelines_partner_api(
    std::shared_ptr<Workspaces> workspaces);

}  // namespace usher::sandbox
