#include "connectors/memory/settings.h"

namespace usher::memory {

std::vector<SettingSpec> setting_specs() {
  std::vector<SettingSpec> specs = http_settings("", "0", "1");
  specs.push_back({.name = "token",
                   .kind = SettingKind::kSecret,
                   .required = true,
                   .help = "token of the reference service"});
  return specs;
}

Settings read_settings(const SettingValues& values) {
  Settings settings;
  settings.http = http_options(values);
  settings.token = values.secret("token");
  settings.http.limit_scope = settings.http.base_url;
  settings.http.secrets = {settings.token.reveal()};
  return settings;
}

Capabilities capabilities(double requests_per_second) {
  AttributeSpec email{.name = "email", .required = true, .ignores_case = true};
  AttributeSpec name{.name = "name", .is_name = true, .max_length = 100};
  AttributeSpec role{.name = "role", .values = {"viewer", "editor", "admin"}, .entitlement = true};
  role.ranks = role.values;
  Capabilities can;
  can.attributes = {std::move(email), std::move(name), std::move(role)};
  can.key = "email";
  can.creation = Action::kCreate;
  can.can_deactivate = can.can_reactivate = can.can_delete = can.has_lookup = true;
  can.requests_per_second = requests_per_second;
  return can;
}

}  // namespace usher::memory
