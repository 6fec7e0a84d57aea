#pragma once

#include <string>
#include <vector>

#include "connectors/http/client.h"
#include "mapping/capabilities.h"
#include "mapping/secret.h"
#include "mapping/setting.h"

namespace usher::timelines {

/// One workspace of the TimelinesAI Public API, checked and typed.
struct Settings {
  HttpOptions http;
  Secret token;           ///< resolves to one member of one workspace; Owner or Admin
  std::string demote_to;  ///< `collaborator`, or empty: an active leaver is left as they are
};

/// The keys a target with `connector: timelines` understands.
[[nodiscard]] std::vector<SettingSpec> setting_specs();

/// Takes checked values; the HTTP options come without `authorize` and `read_error`.
[[nodiscard]] Settings read_settings(const SettingValues& values);

/// What the Public API can do. It has no look-up, no suspension and no deletion: an active member
/// who must go is a task for a human, softened by `demote_to` where that is set.
[[nodiscard]] Capabilities capabilities(const std::string& demote_to, double requests_per_second);

/// The requests in a second that are used where the configuration says nothing: the vendor's help
/// centre allows 50 a minute in a workspace, and 39.6 with a burst of 10 never exceed that.
inline constexpr std::string_view kRequestsPerSecond = "0.66";
inline constexpr std::string_view kBurst = "10";

}  // namespace usher::timelines
