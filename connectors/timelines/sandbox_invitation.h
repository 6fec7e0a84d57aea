#pragma once

#include <string_view>

#include "connectors/sandbox/workspaces.h"

namespace usher::sandbox {

/// POST /workspace/invitations: invites somebody, or sets role and team of somebody who is in the
/// workspace already.
[[nodiscard]] Response invite(Workspaces& workspaces, Workspace& workspace, std::string_view body,
                              const Context& context);

}  // namespace usher::sandbox
