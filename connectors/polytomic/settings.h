#pragma once

#include <string>
#include <vector>

#include "connectors/http/client.h"
#include "mapping/capabilities.h"
#include "mapping/connector_spec.h"
#include "mapping/secret.h"
#include "mapping/setting.h"

namespace usher::polytomic {

/// One organisation, checked and typed.
struct Settings {
  HttpOptions http;
  Secret key;
  std::string organization;  ///< its uuid, lower-case: `key` is a partner key; empty: `key` is the
                             ///< organisation's own
  std::string api_version;   ///< a date; sent with every request

  [[nodiscard]] bool by_partner() const { return !organization.empty(); }
};

/// The keys a target with `connector: polytomic` understands.
[[nodiscard]] std::vector<SettingSpec> setting_specs();

/// `organization` must be a uuid, `api_version` a version that answers in the form we read.
[[nodiscard]] std::vector<SettingFault> check_settings(const SettingValues& values);

/// Takes checked values; the HTTP options come without `read_error`.
[[nodiscard]] Settings read_settings(const SettingValues& values);

/// Users are created, which mails them an invitation, get other roles, and are deleted for good.
/// There is no suspension, and an address cannot be changed.
[[nodiscard]] Capabilities capabilities(const Settings& settings);

}  // namespace usher::polytomic
