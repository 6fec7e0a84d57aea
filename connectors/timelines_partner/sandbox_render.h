#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "connectors/sandbox/workspaces.h"

namespace usher::sandbox {

/// Free seats; negative when more are taken than were bought.
[[nodiscard]] std::int64_t seats_available(const Workspace& workspace, const Context& context);

/// One user as the Partner API shows it.
[[nodiscard]] nlohmann::json user_json(const User& user, const Context& context);

/// Who lost a seat, with the WhatsApp account that went with it.
[[nodiscard]] nlohmann::json suspended_member(const User& user);

/// What creating or changing a workspace answers.
[[nodiscard]] nlohmann::json workspace_summary(const Workspace& workspace, const Context& context);

/// A whole workspace with its users, WhatsApp accounts and open QR links.
[[nodiscard]] std::string render_workspace(const Workspaces& workspaces, const Workspace& workspace,
                                           const Context& context);

}  // namespace usher::sandbox
