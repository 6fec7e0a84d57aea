#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace usher::e2e {

/// A running `usher-sandbox`, and its control endpoint. Killed with the object.
class SandboxProcess {
 public:
  /// `arguments` come after `--seed`. Returns when connections are accepted.
  explicit SandboxProcess(const TempDir& folder, std::string_view seed,
                          const std::vector<std::string>& arguments = {});

  [[nodiscard]] int port() const { return port_; }
  /// `timelines` or `timelines_partner`: what a target's `url` must be.
  [[nodiscard]] std::string url(std::string_view api) const;

  /// GET and POST `/_sandbox/<verb>`. Throw std::runtime_error with what the sandbox says.
  [[nodiscard]] nlohmann::json get(const std::string& verb) const;
  nlohmann::json post(const std::string& verb, const nlohmann::json& body) const;
  /// Adds a rule (or a list of them); all earlier ones are forgotten with `clear_faults`.
  void fault(const nlohmann::json& rule) const { post("faults", rule); }
  void clear_faults() const;
  /// Until a `hold` has caught a request; throws when it asked often enough.
  void wait_for_held() const;

  /// What people of `northwind-eu` found in their mailboxes: invitations by address.
  [[nodiscard]] std::map<std::string, int> invitations() const;
  /// Requests so far that were not GET, and all requests of the APIs.
  [[nodiscard]] std::size_t writes() const;
  [[nodiscard]] std::size_t requests() const;
  /// The users of a workspace as the control endpoint shows them.
  [[nodiscard]] nlohmann::json users(std::string_view workspace) const;

  void kill() { process_.send_signal(9); }

 private:
  [[nodiscard]] nlohmann::json control(std::string_view method, const std::string& verb,
                                       std::string_view body) const;

  Process process_;
  std::string timelines_;
  std::string partner_;
  int port_ = 0;
};

}  // namespace usher::e2e
