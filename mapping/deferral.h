#pragma once

#include <optional>

#include "mapping/capabilities.h"
#include "mapping/change.h"

namespace usher {

/// Whether all that the change writes are deferred attributes.
[[nodiscard]] bool is_deferred(const Change& change, const Capabilities& can);

/// Takes the deferred attributes out of `change` and returns them as an update of their own, to be
/// sent when the account is there and other people's can travel with it. Nothing for removals, and
/// where no deferred attribute differs.
[[nodiscard]] std::optional<Change> split_deferred(Change& change, const Capabilities& can);

}  // namespace usher
