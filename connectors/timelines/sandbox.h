#pragma once

#include <memory>

#include "connectors/sandbox/api.h"
#include "connectors/sandbox/workspaces.h"

namespace usher::sandbox {

/// The fake Public API, named `timelines`, at `/integrations/api`: the workspace, its teammates and
/// invitations. README.md of this folder tells what the real one does; what its documents leave
/// open is a switch.
[[nodiscard]] std::unique_ptr<Api> make_timelines_api(std::shared_ptr<Workspaces> workspaces);

}  // namespace usher::sandbox
