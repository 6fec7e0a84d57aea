#pragma once

#include <string>
#include <vector>

#include "connectors/http/client.h"
#include "mapping/capabilities.h"
#include "mapping/setting.h"

namespace usher::dreadnode {

/// One workspace of one organisation, checked and typed.
struct Settings {
  HttpOptions http;  ///< ready to use: signs each request
  std::string org;
  std::string workspace;
  std::string email_key;  ///< what the body of a grant calls the address
  bool remove_member = false;
};

/// The keys a target with `connector: dreadnode` understands.
[[nodiscard]] std::vector<SettingSpec> setting_specs();
[[nodiscard]] Settings read_settings(const SettingValues& values);

/// Granting, and with `remove_member` removal from the whole organisation. Everything between the
/// two is a task for a human.
[[nodiscard]] Capabilities capabilities(const Settings& settings);

}  // namespace usher::dreadnode
