#include "connectors/scim/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "mapping/text.h"

namespace usher::scim {
namespace {

constexpr std::array<std::string_view, 2> kUpdates{"patch", "put"};

/// One of the ways in.
struct Way {
  std::string_view auth;  ///< as profiles call it
  std::string_view words;
  std::vector<std::string_view> settings;
};

const std::vector<Way>& ways() {
  static const std::vector<Way> kWays{
      {"bearer", "`token`", {"token"}},
      {"basic", "`username` and `password`", {"username", "password"}},
      {"oauth2",
       "`oauth2` with `token_url`, `client_id` and `client_secret`",
       {"oauth2.token_url", "oauth2.client_id", "oauth2.client_secret"}}};
  return kWays;
}

bool is_begun(const Way& way, const SettingValues& values) {
  return std::ranges::any_of(way.settings, [&](auto name) { return values.has(name); });
}

std::vector<const Way*> begun_ways(const SettingValues& values) {
  std::vector<const Way*> begun;
  for (const Way& way : ways()) {
    if (is_begun(way, values)) begun.push_back(&way);
  }
  return begun;
}

const Profile& base_profile(const SettingValues& values) {
  const Profile* profile = find_profile(values.text_or("profile", "generic"));
  return profile != nullptr ? *profile : *find_profile("generic");
}

SettingValues::Pairs overrides(const SettingValues& values) {
  return values.has("profile_overrides") ? values.pairs("profile_overrides")
                                         : SettingValues::Pairs{};
}

void check_credentials(const SettingValues& values, const Profile& profile,
                       std::vector<SettingFault>& faults) {
  const auto begun = begun_ways(values);
  if (begun.empty()) {
    faults.push_back({"token",
                      "there is nothing to log in with; add `token`, or `username` and "
                      "`password`, or `oauth2`"});
    return;
  }
  if (begun.size() > 1) {
    faults.push_back({std::string(begun[1]->settings.front()),
                      fmt::format("{} and {} are two ways to log in; keep one", begun[0]->words,
                                  begun[1]->words)});
    return;
  }
  const Way& way = *begun.front();
  for (const auto name : way.settings) {
    if (values.has(name)) continue;
    faults.push_back(
        {std::string(name), fmt::format("`{}` is missing; {} go together", name, way.words)});
  }
  if (std::ranges::count(profile.auth, way.auth) == 0) {
    faults.push_back({std::string(way.settings.front()),
                      fmt::format("{} does not take {}; it takes {}", profile.title, way.words,
                                  fmt::join(profile.auth, ", "))});
  }
}

void check_update(const SettingValues& values, const Profile& profile,
                  std::vector<SettingFault>& faults) {
  const std::string update = values.text_or("update", "");
  const bool is_refused =
      (update == "put" && !profile.user_put) || (update == "patch" && !profile.user_patch);
  if (!is_refused) return;
  faults.push_back({"update", fmt::format("{} has no {} of users; leave `update` out",
                                          profile.title, update == "put" ? "PUT" : "PATCH")});
}

std::string limit_scope(const Settings& settings) {
  // Whoever counts, counts by credential at the finest; the secret itself must not be a label.
  const std::string credential = settings.token.reveal() + settings.username +
                                 (settings.oauth ? settings.oauth->client_id : std::string());
  return fmt::format("scim {}#{:016x}", settings.http.base_url,
                     std::hash<std::string>{}(credential));
}

std::vector<SettingSpec> access_specs() {
  using enum SettingKind;
  return {
      {.name = "token",
       .kind = kSecret,
       .help = "bearer token; or username and password; or oauth2"},
      {.name = "username", .kind = kText, .help = "name for HTTP Basic", .decides = false},
      {.name = "password", .kind = kSecret, .help = "password for HTTP Basic"},
      {.name = "oauth2.token_url",
       .kind = kUrl,
       .help = "where access tokens come from (client credentials)",
       .decides = false},
      {.name = "oauth2.client_id",
       .kind = kText,
       .help = "the client that asks for them",
       .decides = false},
      {.name = "oauth2.client_secret", .kind = kSecret, .help = "its secret"},
      {.name = "oauth2.scope",
       .kind = kText,
       .help = "scope to ask for, where the service wants one",
       .decides = false},
  };
}

std::span<const std::string_view> profile_names() {
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> names;
    for (const Profile& profile : builtin_profiles()) names.push_back(profile.name);
    return names;
  }();
  return kNames;
}

std::vector<SettingSpec> service_specs() {
  using enum SettingKind;
  return {
      {.name = "profile",
       .kind = kChoice,
       .fallback = "generic",
       .help = "the provider whose habits are known",
       .choices = profile_names()},
      {.name = "profile_overrides",
       .kind = kTextMap,
       .help = "single keys of the profile set otherwise: { page_size: 50 }; `usher probe` "
               "proposes them"},
      {.name = "update",
       .kind = kChoice,
       .help = "how users are changed: patch, or put (read, merge, write); absent: found out",
       .choices = kUpdates,
       .decides = false},
      {.name = "groups.include",
       .kind = kTexts,
       .help = "which of the people's groups become groups there, by display name: [\"app-*\"]"},
      {.name = "groups.create",
       .kind = kBoolean,
       .fallback = "true",
       .help = "whether a group that is missing is made"},
      {.name = "groups.delete",
       .kind = kBoolean,
       .fallback = "false",
       .help = "whether a group that usher made and emptied is deleted"},
  };
}

}  // namespace

std::vector<SettingSpec> setting_specs() {
  std::vector<SettingSpec> specs = http_settings("", "0", "1");
  for (const auto& more : {access_specs(), service_specs()}) {
    specs.insert(specs.end(), more.begin(), more.end());
  }
  return specs;
}

std::vector<SettingFault> check_settings(const SettingValues& values) {
  std::vector<SettingFault> faults;
  Profile profile = base_profile(values);
  try {
    profile = merged(std::move(profile), overrides(values));
  } catch (const ProfileError& error) {
    for (const auto& [key, message] : error.problems) {
      faults.push_back(
          {"profile_overrides", fmt::format("`{}` {}", escape_for_display(key), message)});
    }
    return faults;
  }
  check_credentials(values, profile, faults);
  check_update(values, profile, faults);
  const bool has_groups = values.has("groups.include") && !values.texts("groups.include").empty();
  if (has_groups && !profile.groups) {
    faults.push_back(
        {"groups.include", fmt::format("{} has no groups; leave `groups` out", profile.title)});
  }
  return faults;
}

Settings read_settings(const SettingValues& values) {
  Settings settings;
  settings.http = http_options(values);
  settings.profile = merged(base_profile(values), overrides(values));
  settings.username = values.text_or("username", "");
  if (values.has("token")) settings.token = values.secret("token");
  if (values.has("password")) settings.password = values.secret("password");
  if (values.has("oauth2.token_url")) {
    settings.oauth =
        OAuth{values.text("oauth2.token_url"), values.text("oauth2.client_id"),
              values.secret("oauth2.client_secret"), values.text_or("oauth2.scope", "")};
  }
  if (values.has("update")) {
    settings.update = values.text("update") == "put" ? Update::kPut : Update::kPatch;
  }
  if (values.has("groups.include")) settings.groups.include = values.texts("groups.include");
  if (values.has("groups.create")) settings.groups.create = values.flag("groups.create");
  if (values.has("groups.delete")) settings.groups.remove = values.flag("groups.delete");
  settings.http.limit_scope = limit_scope(settings);
  for (const Secret* secret : {&settings.token, &settings.password}) {
    if (!secret->empty()) settings.http.secrets.push_back(secret->reveal());
  }
  if (settings.oauth) settings.http.secrets.push_back(settings.oauth->client_secret.reveal());
  return settings;
}

bool matches_any(const Texts& patterns, std::string_view name) {
  return std::ranges::any_of(patterns,
                             [&](const std::string& pattern) { return fits(pattern, name); });
}

}  // namespace usher::scim
