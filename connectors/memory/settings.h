#pragma once

#include <vector>

#include "connectors/http/client.h"
#include "mapping/capabilities.h"
#include "mapping/secret.h"
#include "mapping/setting.h"

namespace usher::memory {

/// One tenancy of the reference provider, checked and typed.
struct Settings {
  HttpOptions http;
  Secret token;
};

/// The keys a target with `connector: memory` understands.
[[nodiscard]] std::vector<SettingSpec> setting_specs();

[[nodiscard]] Settings read_settings(const SettingValues& values);

[[nodiscard]] Capabilities capabilities(double requests_per_second);

}  // namespace usher::memory
