#pragma once

#include <string>
#include <utility>
#include <vector>

#include "connectors/scim/client.h"
#include "connectors/scim/discovery.h"
#include "connectors/scim/pages.h"
#include "connectors/scim/settings.h"
#include "connectors/scim/users.h"
#include "connectors/source.h"

namespace usher::scim {

/// Looks at a service by reading only, and says in which keys of the profile it differs from what
/// was seen.
class Probe {
 public:
  /// All must outlive it; `users` has learned what is advertised.
  Probe(const Settings& settings, Client& client, Users& users, const Advertised& advertised);

  /// Never throws: what failed is a finding.
  [[nodiscard]] std::vector<Finding> run();

 private:
  void look_at_discovery();
  void look_at_users();
  void look_at_pages(const Page& page);
  void look_at_filters();
  void look_at_one();
  void look_at_groups();
  void say_limits();
  void conclude();

  void say(std::string what) { findings_.push_back({true, std::move(what)}); }
  void warn(std::string what) { findings_.push_back({false, std::move(what)}); }
  void propose(std::string key, std::string value) {
    proposals_.emplace_back(std::move(key), std::move(value));
  }

  const Settings& settings_;
  const Profile& profile_;
  Client& client_;
  Users& users_;
  const Advertised& advertised_;
  std::vector<Finding> findings_;
  std::vector<std::pair<std::string, std::string>> proposals_;
  std::string some_id_;
};

}  // namespace usher::scim
