#include "connectors/dreadnode/settings.h"

#include <fmt/format.h>

#include <array>

namespace usher::dreadnode {

std::vector<SettingSpec> setting_specs() {
  using enum SettingKind;
  static constexpr std::array<std::string_view, 2> kAuths{"bearer", "x-api-key"};
  // No limit is published: it is learned from the 429s.
  std::vector<SettingSpec> specs = http_settings("https://app.dreadnode.io", "0", "1");
  specs.push_back({"org", kText, true, "", "key of the organisation, as addresses show it"});
  specs.push_back({"workspace", kText, true, "", "key of the workspace"});
  specs.push_back({"api_key", kSecret, true, "", "API key of an owner (dn_key_…)"});
  specs.push_back({.name = "auth",
                   .kind = kChoice,
                   .fallback = "bearer",
                   .help = "header that carries the API key",
                   .choices = kAuths,
                   .decides = false});
  specs.push_back({"email_key", kText, false, "user_email", "what a grant calls the address"});
  specs.push_back({"remove_member", kBoolean, false, "false",
                   "whether `do: delete` removes people from the whole organisation; the accounts "
                   "of those who are in no other are deleted with that"});
  return specs;
}

Settings read_settings(const SettingValues& values) {
  Settings settings{http_options(values), values.text("org"), values.text("workspace"),
                    values.text_or("email_key", "user_email"),
                    values.has("remove_member") && values.flag("remove_member")};
  const bool is_bearer = values.text_or("auth", "bearer") == "bearer";
  settings.http.authorize = [is_bearer, key = values.secret("api_key")](HttpRequest& request) {
    request.headers.emplace_back(is_bearer ? "Authorization" : "X-API-Key",
                                 (is_bearer ? "Bearer " : "") + key.reveal());
  };
  settings.http.secrets = {values.secret("api_key").reveal()};
  return settings;
}

Capabilities capabilities(const Settings& settings) {
  Capabilities can;
  can.attributes = {
      {.name = "email", .required = true, .updatable = false, .ignores_case = true},
      {.name = "permission",
       .required = true,
       .updatable = false,
       .entitlement = true,
       .ranks = {"reader", "contributor", "owner"}},
  };
  can.key = "email";
  can.creation = Action::kCreate;
  can.creation_mails = true;  // nobody says that it does not
  can.can_update = false;
  can.can_delete = settings.remove_member;
  can.delete_means = fmt::format(
      "This removes {{key}} from the whole organisation {}, not from workspace {} alone; when they "
      "are in no other organisation, Dreadnode deletes their account",
      settings.org, settings.workspace);
  can.manual_removal =
      "Dreadnode documents no operation that takes a grant back: remove {key} by hand, as an "
      "owner, "
      "in the settings of the workspace";
  can.manual_rename =
      "Dreadnode documents no operation that changes a grant: give one to {new_key} and remove "
      "that "
      "of {key} by hand, as an owner, in the settings of the workspace";
  can.requests_per_second = settings.http.rate.per_second;
  return can;
}

}  // namespace usher::dreadnode
