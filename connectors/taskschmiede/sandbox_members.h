#pragma once

#include "connectors/taskschmiede/sandbox_operations.h"

/// What the fake does with memberships: `ts.org.*`.
namespace usher::sandbox::taskschmiede {

[[nodiscard]] Outcome list_members(Call& call);
[[nodiscard]] Outcome add_member(Call& call);
[[nodiscard]] Outcome set_role(Call& call);
[[nodiscard]] Outcome remove_member(Call& call);

}  // namespace usher::sandbox::taskschmiede
