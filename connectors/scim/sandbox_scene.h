#pragma once

#include <cstdint>
#include <string>

#include "connectors/sandbox/message.h"
#include "connectors/sandbox/switches.h"
#include "connectors/scim/profile.h"
#include "connectors/scim/sandbox_content.h"

namespace usher::sandbox {

/// What everything that answers one request looks at.
struct ScimScene {
  const scim::Profile& profile;
  const Switches& switches;
  std::int64_t now = 0;
  std::string base;  ///< `http://127.0.0.1:8765/scim/v2`
  ScimShape users;
  ScimShape groups;
  ScimLeniency leniency;

  ScimScene(const scim::Profile& played, const Switches& set, std::int64_t time,
            const Request& request, std::string_view base_path);

  [[nodiscard]] const ScimShape& shape(ScimKind kind) const {
    return kind == ScimKind::kUser ? users : groups;
  }
};

/// `text` at its commas, without blanks and empty parts.
[[nodiscard]] Texts split_scim_list(std::string_view text);

/// A reply with a JSON body, in the type that the client accepts and the provider sends.
[[nodiscard]] Response scim_response(const ScimScene& scene, const Request& request, int status,
                                     std::string body);

/// The error body of RFC 7644 section 3.12, or the provider's own.
[[nodiscard]] std::string scim_error_body(const ScimScene& scene, int status,
                                          std::string_view scim_type, std::string_view detail);

}  // namespace usher::sandbox
