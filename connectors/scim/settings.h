#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/http/client.h"
#include "connectors/scim/profile.h"
#include "mapping/capabilities.h"
#include "mapping/connector_spec.h"
#include "mapping/secret.h"
#include "mapping/setting.h"

namespace usher::scim {

/// How a user is changed: by operations on single attributes, or by reading the resource, merging
/// and sending it back whole.
enum class Update { kPatch, kPut };

/// OAuth 2 client credentials (RFC 6749 section 4.4).
struct OAuth {
  std::string token_url;
  std::string client_id;
  Secret client_secret;
  std::string scope;  ///< empty: not sent
};

/// Which groups of the people become groups of the service.
struct GroupSettings {
  Texts include;        ///< patterns of display names, `*` stands for anything; empty: no groups
  bool create = true;   ///< a group that is missing is made
  bool remove = false;  ///< a group that we made and emptied is deleted
};

/// One tenancy of a SCIM service, checked and typed.
struct Settings {
  HttpOptions http;
  Secret token;          ///< bearer; empty: another way in
  std::string username;  ///< HTTP Basic, with `password`
  Secret password;
  std::optional<OAuth> oauth;
  Profile profile;               ///< with the changes that the configuration makes
  std::optional<Update> update;  ///< as configured; nothing: found out
  GroupSettings groups;
};

/// The keys a target with `connector: scim` understands.
[[nodiscard]] std::vector<SettingSpec> setting_specs();

/// Exactly one way in, and nothing that the profile rules out.
[[nodiscard]] std::vector<SettingFault> check_settings(const SettingValues& values);

/// Takes checked values; the HTTP options come without hooks.
[[nodiscard]] Settings read_settings(const SettingValues& values);

/// Whether one of the patterns fits `name`; letter case does not count.
[[nodiscard]] bool matches_any(const Texts& patterns, std::string_view name);

/// What a service with this profile can do.
[[nodiscard]] Capabilities capabilities(const Settings& settings);

/// What any of them can do: the attributes that `map` may name.
[[nodiscard]] Capabilities all_capabilities();

}  // namespace usher::scim
