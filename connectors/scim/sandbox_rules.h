#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "connectors/scim/sandbox_patch.h"
#include "connectors/scim/sandbox_scene.h"

namespace usher::sandbox {

// What a provider refuses beyond the RFCs, as its profile tells. All of them throw ScimError.

/// Attributes that are refused, missing, too many, or in a domain that is not verified. `body` is
/// what was sent, `content` what was read of it; a `creation` needs more.
void check_scim_content(const ScimScene& scene, ScimKind kind, const nlohmann::json& body,
                        const nlohmann::json& content, bool creation);

/// The operations of one PATCH taken together. `operations` as sent, `steps` what was read of them.
void check_scim_patch(const ScimScene& scene, ScimKind kind, const nlohmann::json& operations,
                      const std::vector<ScimStep>& steps);

/// `userName` or `displayName` is there and not blank.
void check_scim_required(const ScimShape& shape, const nlohmann::json& content);

}  // namespace usher::sandbox
