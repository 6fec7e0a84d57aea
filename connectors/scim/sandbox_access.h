#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/sandbox/json_reader.h"
#include "connectors/scim/sandbox_scene.h"

namespace usher::sandbox {

/// Who may use the fake: bearer tokens, names with passwords, and OAuth 2 clients that exchange
/// their secret for short-lived tokens (RFC 6749 section 4.4).
class ScimAccess {
 public:
  void clear();
  /// `{"tokens": […], "basic": [{…}], "oauth_clients": [{…}]}`
  void load(JsonReader& seed);

  /// Name of the credential for the log. Throws ScimError 401.
  [[nodiscard]] std::string authenticate(const Request& request, const ScimScene& scene) const;

  /// The token endpoint.
  [[nodiscard]] Response issue(const Request& request, const Switches& switches, std::int64_t now);

  /// Access tokens handed out so far are worth nothing any more.
  std::size_t expire_all();

 private:
  struct Client {
    std::string secret;
    std::string scope;
  };
  struct Issued {
    std::string name;
    std::int64_t expires_at = 0;
  };

  std::map<std::string, std::string, std::less<>> tokens_;     ///< text → name in the log
  std::map<std::string, std::string, std::less<>> passwords_;  ///< user → password
  std::map<std::string, Client, std::less<>> clients_;
  std::map<std::string, Issued, std::less<>> issued_;
  std::uint64_t issued_count_ = 0;
};

}  // namespace usher::sandbox
