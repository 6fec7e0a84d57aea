#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace usher::peers {

/// A SCIM 2.0 service that others wrote: SCIMMY under Node, see server.js. Killed with the object.
///
/// What it holds lies in a file, so it is the same service after `stop` and `start`. That file is
/// complete whenever no request is under way.
class Scimmy {
 public:
  static constexpr std::string_view kToken = "token-of-the-service-0123456789";

  /// Why it cannot be started here; empty when it can.
  [[nodiscard]] static std::string missing();

  /// Runs in `folder`, which must outlive it, on a port of its own, or with `socket` on a Unix
  /// socket for a proxy. `users` and `groups` are arrays of SCIM resources with ids.
  Scimmy(const TempDir& folder, bool socket, const nlohmann::json& users = nlohmann::json::array(),
         const nlohmann::json& groups = nlohmann::json::array());

  void start();
  void stop() { process_.reset(); }

  [[nodiscard]] const std::string& url() const { return url_; }  ///< without `socket`
  [[nodiscard]] std::string socket() const { return folder_ / "scimmy.sock"; }

  /// All of them, as SCIMMY handed them over to be kept.
  [[nodiscard]] nlohmann::json users() const { return store().at("User"); }
  [[nodiscard]] nlohmann::json groups() const { return store().at("Group"); }
  /// The only one of this name; null, and a failed test, when there is none or more.
  [[nodiscard]] nlohmann::json user(std::string_view name) const;
  /// User names of the members of the only group of this name.
  [[nodiscard]] std::multiset<std::string> members(std::string_view group) const;

 private:
  [[nodiscard]] nlohmann::json store() const;

  const TempDir& folder_;
  const bool has_socket_;
  std::optional<Process> process_;
  std::string url_;
};

}  // namespace usher::peers
