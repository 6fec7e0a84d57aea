#include "connectors/polytomic/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "mapping/text.h"

namespace usher::polytomic {
namespace {

constexpr std::string_view kUrl = "https://app.polytomic.com";
constexpr std::string_view kVersion = "2025-09-18";
constexpr std::string_view kOldestVersion = "2024-02-08";  // before it an update was a PATCH

/// Whether `text` is written like `model`, where `x` stands for a hexadecimal and `9` for a
/// decimal digit.
bool is_like(std::string_view text, std::string_view model) {
  return std::ranges::equal(text, model, [](char c, char wanted) {
    constexpr std::string_view kDigits = "0123456789abcdefABCDEF";
    if (wanted == 'x') return kDigits.find(c) != std::string_view::npos;
    return wanted == '9' ? kDigits.substr(0, 10).find(c) != std::string_view::npos : c == wanted;
  });
}

// No limit is published. Whoever counts, counts by credential at the finest; the key itself must
// not show up in a label, so its hash stands for it.
std::string limit_scope(const Settings& settings) {
  return fmt::format("{}#{:016x}", settings.http.base_url,
                     std::hash<std::string>{}(settings.key.reveal()));
}

std::vector<AttributeSpec> attributes() {
  AttributeSpec email{.name = "email", .required = true, .updatable = false, .ignores_case = true};
  email.max_length = 254;
  AttributeSpec roles{.name = "roles", .is_multi = true, .entitlement = true};
  return {std::move(email), std::move(roles)};
}

}  // namespace

std::vector<SettingSpec> setting_specs() {
  std::vector<SettingSpec> specs = http_settings(kUrl, "0", "1");
  specs.push_back({.name = "key",
                   .kind = SettingKind::kSecret,
                   .required = true,
                   .help = "API key of the organisation; with `organization` a partner key"});
  specs.push_back({.name = "organization",
                   .kind = SettingKind::kText,
                   .help = "uuid of the organisation; only with a partner key"});
  specs.push_back({.name = "api_version",
                   .kind = SettingKind::kText,
                   .fallback = kVersion,
                   .help = "version of the API that is asked for, a date",
                   .decides = false});
  return specs;
}

std::vector<SettingFault> check_settings(const SettingValues& values) {
  std::vector<SettingFault> faults;
  const std::string organization = values.text_or("organization", "");
  const bool is_named = values.has("organization");
  if (is_named && !is_like(organization, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")) {
    faults.push_back({"organization",
                      fmt::format("`{}` is no uuid such as 248df4b7-aa70-47b8-a036-33ac447e668d; "
                                  "with the organisation's own key leave `organization` out",
                                  escape_for_display(organization))});
  }
  const std::string version = values.text_or("api_version", kVersion);
  if (!is_like(version, "9999-99-99") || version < kOldestVersion) {
    faults.push_back({"api_version",
                      fmt::format("`{}` is no version that usher can talk to; it is a date from {} "
                                  "on, best {}",
                                  escape_for_display(version), kOldestVersion, kVersion)});
  }
  return faults;
}

Settings read_settings(const SettingValues& values) {
  Settings settings;
  settings.http = http_options(values);
  settings.key = values.secret("key");
  settings.organization = ascii_lower(values.text_or("organization", ""));
  settings.api_version = values.text_or("api_version", kVersion);
  settings.http.limit_scope = limit_scope(settings);
  settings.http.secrets = {settings.key.reveal()};
  return settings;
}

Capabilities capabilities(const Settings& settings) {
  Capabilities can;
  can.attributes = attributes();
  can.key = "email";
  can.creation = Action::kCreate;
  can.creation_mails = true;
  can.can_delete = true;
  can.has_lookup = true;
  can.requests_per_list = settings.by_partner() ? 2 : 3;
  can.requests_per_second = settings.http.rate.per_second;
  can.delete_means =
      "Polytomic deletes {key} at once and for good; whoever comes back is invited anew";
  can.manual_removal =
      "Polytomic cannot suspend anybody, and its deletion is permanent: remove {key} by hand in "
      "the organisation's settings, or let usher do it with `leavers: { do: delete }`";
  can.manual_rename =
      "Polytomic cannot change the address of a user. Invite {new_key} and remove {key} by hand; "
      "the new user has a new id and must accept the invitation";
  return can;
}

}  // namespace usher::polytomic
