#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "connectors/sandbox/workspaces.h"

namespace usher::sandbox {

/// One operation under way: the caller is who they say, workspace and user exist, the body is an
/// object.
struct PartnerCall {
  Workspaces& workspaces;
  const Context& context;
  const Partner& partner;
  Workspace* workspace = nullptr;  ///< null for create_workspace only
  std::int64_t user_id = 0;        ///< 0 where the path names no user
  nlohmann::json body = {};
};

/// 400 with the code that bad bodies have.
[[nodiscard]] Response invalid_request(std::string_view description);

// The eight operations there are.
[[nodiscard]] Response create_workspace(PartnerCall& call);
[[nodiscard]] Response get_workspace(PartnerCall& call);
[[nodiscard]] Response patch_workspace(PartnerCall& call);
[[nodiscard]] Response create_users(PartnerCall& call);
[[nodiscard]] Response make_qr(PartnerCall& call);
[[nodiscard]] Response disconnect(PartnerCall& call);
[[nodiscard]] Response get_token(PartnerCall& call);
[[nodiscard]] Response rotate_token(PartnerCall& call);

}  // namespace usher::sandbox
