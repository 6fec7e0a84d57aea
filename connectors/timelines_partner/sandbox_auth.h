#pragma once

#include <string>
#include <string_view>

#include "connectors/sandbox/workspaces.h"

namespace usher::sandbox {

/// The error envelope `{"error": …, "status": …, "description": …}`.
[[nodiscard]] Response partner_error(int status, std::string_view code,
                                     std::string_view description);

struct PartnerAuth {
  const Partner* partner = nullptr;  ///< null: refused
  std::string_view code;             ///< why: `invalid_signature`
  int status = 0;
  std::string description;
};

/// Checks the two headers and the signed token (HS256, `partner_id`, `nbf`, `exp`).
[[nodiscard]] PartnerAuth authenticate_partner(const Request& request, const Workspaces& workspaces,
                                               const Context& context);

}  // namespace usher::sandbox
