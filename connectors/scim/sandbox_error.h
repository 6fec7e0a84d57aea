#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace usher::sandbox {

/// A request that the fake refuses, as RFC 7644 section 3.12 has it. Thrown inside of the fake,
/// turned into a reply at its front door.
class ScimError : public std::runtime_error {
 public:
  /// `scim_type`: `uniqueness`; empty: none.
  ScimError(int http_status, std::string_view scim_type, const std::string& detail)
      : std::runtime_error(detail), status(http_status), type(scim_type) {}

  int status;
  std::string type;
};

}  // namespace usher::sandbox
