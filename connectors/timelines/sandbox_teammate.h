#pragma once

#include <string>
#include <string_view>

#include "connectors/sandbox/api.h"
#include "connectors/sandbox/workspace.h"

namespace usher::sandbox {

struct TimelinesError {
  int status = 400;
  std::string_view code;  ///< empty: the reply carries none
  std::string message;
  std::string field;  ///< the body's member that was at fault; empty: a rule of the business
};

/// The error envelope: `{"status": "error", "message": …, "error_code": …, "errors": […]}`.
[[nodiscard]] Response timelines_error(const TimelinesError& error, const Context& context);

/// `{"status": "ok", "data": …}` with one teammate.
[[nodiscard]] Response teammate_response(const Workspace& workspace, const User& user,
                                         const Context& context);

/// The whole list of a workspace, with its teams.
[[nodiscard]] std::string render_teammates(const Workspace& workspace, const Context& context);

}  // namespace usher::sandbox
