#pragma once

#include <string>
#include <vector>

#include "connectors/http/client.h"
#include "mapping/capabilities.h"
#include "mapping/secret.h"
#include "mapping/setting.h"

namespace usher::timelines_partner {

/// One workspace of a partner, checked and typed.
struct Settings {
  HttpOptions http;
  std::string partner_id;
  Secret partner_secret;  ///< signs the token of every request
  std::string workspace;  ///< the slug; the API cannot list workspaces
};

/// The keys a target with `connector: timelines_partner` understands. `reuse` and `reuse_after` are
/// part of them and are carried out by the planner, not here.
[[nodiscard]] std::vector<SettingSpec> setting_specs();

/// Takes checked values; the HTTP options come without `authorize` and `read_error`.
[[nodiscard]] Settings read_settings(const SettingValues& values);

/// What the Partner API can do: create placeholders in batches, and take WhatsApp away from one.
[[nodiscard]] Capabilities capabilities(double requests_per_second);

/// The vendor allows 30 requests a second from one address, and queues 10 more.
inline constexpr std::string_view kRequestsPerSecond = "30";
inline constexpr std::string_view kBurst = "10";

/// The most users that one request may ask for.
inline constexpr std::size_t kBatch = 99;

}  // namespace usher::timelines_partner
