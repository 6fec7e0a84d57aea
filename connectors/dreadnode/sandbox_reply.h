#pragma once

#include <string>
#include <string_view>

#include "connectors/dreadnode/sandbox_world.h"

namespace usher::sandbox::dreadnode {

/// An error as the reference shows it: `{code, detail, errors, type}`, or plain `{detail}`.
struct Refusal {
  int status = 400;
  std::string_view type;  ///< empty: what usually goes with the status
  std::string detail;
  std::string field = {};  ///< the body's member that is at fault; then `detail` is about it
};

[[nodiscard]] Response refuse(const Refusal& refusal, const Context& context);

/// What FastAPI itself answers where there is no such path or method.
[[nodiscard]] Response no_such_operation(int status);

[[nodiscard]] Response grant_response(const Workspace& workspace, std::int64_t number,
                                      const Context& context);

/// The whole list of a workspace.
[[nodiscard]] std::string render_grants(const Workspace& workspace, const Context& context);

}  // namespace usher::sandbox::dreadnode
