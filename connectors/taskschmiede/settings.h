#pragma once

#include <string>
#include <vector>

#include "connectors/http/client.h"
#include "mapping/capabilities.h"
#include "mapping/connector_spec.h"
#include "mapping/secret.h"
#include "mapping/setting.h"

namespace usher::taskschmiede {

/// By which of its two doors a Taskschmiede server is entered. Both are open on the same port.
enum class Door { kMcp, kRest };

/// One organisation of a Taskschmiede server, checked and typed.
struct Settings {
  HttpOptions http;
  std::string organization;  ///< id: `org_…`
  Secret token;              ///< empty: `email` and `password` are used
  std::string email;
  Secret password;
  Door door = Door::kMcp;
  bool always_suspend = false;  ///< a leaver's account too, not only the membership
};

/// The keys a target with `connector: taskschmiede` understands.
[[nodiscard]] std::vector<SettingSpec> setting_specs();

/// Finds neither, both or half of the two ways to log in.
[[nodiscard]] std::vector<SettingFault> check_settings(const SettingValues& values);

/// Takes checked values; the HTTP options come without hooks.
[[nodiscard]] Settings read_settings(const SettingValues& values);

/// What Taskschmiede can do. An account is a membership of the organisation: it can be made and
/// ended, never deleted.
[[nodiscard]] Capabilities capabilities(const Settings& settings);

/// The values of `role`, weakest first.
[[nodiscard]] const Texts& roles();

/// The requests in a second where the configuration says nothing. A session may make 60 calls in a
/// minute: 57 and a burst of 3 never exceed that.
inline constexpr std::string_view kRequestsPerSecond = "0.95";
inline constexpr std::string_view kBurst = "3";

/// Five logins a minute are let through: two at once and one every twenty seconds stay within that.
inline constexpr RateLimit kLoginRate{.per_second = 0.05, .burst = 2};

}  // namespace usher::taskschmiede
