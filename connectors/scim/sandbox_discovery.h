#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/scim/sandbox_scene.h"

namespace usher::sandbox {

/// ServiceProviderConfig, ResourceTypes and Schemas: the document at `segments` (the path below the
/// base); nothing when the path is none of theirs. Throws ScimError (404, 403 for a filter).
[[nodiscard]] std::optional<std::string> scim_discovery(const std::vector<std::string>& segments,
                                                        const Request& request,
                                                        const ScimScene& scene);

}  // namespace usher::sandbox
