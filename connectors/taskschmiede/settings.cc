#include "connectors/taskschmiede/settings.h"

#include <array>

namespace usher::taskschmiede {
namespace {

constexpr std::array<std::string_view, 2> kTransports{"mcp", "rest"};
constexpr std::array<std::string_view, 2> kSuspends{"last", "always"};

std::vector<AttributeSpec> attributes(Door door) {
  AttributeSpec email{.name = "email", .required = true, .ignores_case = true};
  AttributeSpec name{.name = "name", .required = true, .is_name = true};
  AttributeSpec role{.name = "role", .values = roles(), .entitlement = true, .own_request = true};
  role.ranks = roles();
  if (door == Door::kMcp) role.created_as = "member";  // by REST the membership carries the role
  AttributeSpec external{.name = "external_id", .own_write = door == Door::kMcp};  // by REST
  AttributeSpec metadata{.name = "metadata.*"};
  return {email, name, role, external, metadata};
}

}  // namespace

const Texts& roles() {
  static const Texts roles{"guest", "member", "admin", "owner"};
  return roles;
}

std::vector<SettingSpec> setting_specs() {
  using enum SettingKind;
  std::vector<SettingSpec> specs = http_settings("", kRequestsPerSecond, kBurst);
  specs.push_back({.name = "organization",
                   .kind = kText,
                   .required = true,
                   .help = "id of the organisation whose members are kept: org_…"});
  specs.push_back({.name = "token",
                   .kind = kSecret,
                   .help = "API token (ts.tkn.create) of a master admin; or email and password"});
  specs.push_back({.name = "email",
                   .kind = kText,
                   .help = "address of the master admin to log in as",
                   .decides = false});
  specs.push_back({.name = "password", .kind = kSecret, .help = "password of that account"});
  specs.push_back({.name = "transport",
                   .kind = kChoice,
                   .fallback = "mcp",
                   .help = "mcp: the tools at /mcp; rest: the API at /api/v1",
                   .choices = kTransports,
                   .decides = false});
  specs.push_back({.name = "suspend",
                   .kind = kChoice,
                   .fallback = "last",
                   .help = "when a leaver's account is suspended beside the removal of the "
                           "membership: last: with the last organisation; always",
                   .choices = kSuspends});
  return specs;
}

std::vector<SettingFault> check_settings(const SettingValues& values) {
  std::vector<SettingFault> faults;
  const bool has_email = values.has("email");
  const bool has_password = values.has("password");
  if (values.has("token")) {
    if (has_email || has_password) {
      faults.push_back({has_email ? "email" : "password",
                        "`token` and `email` with `password` are two ways to log in; keep one"});
    }
  } else if (!has_email && !has_password) {
    faults.push_back({"token",
                      "there is nothing to log in with; add `token`, or `email` and "
                      "`password`"});
  } else if (!has_email || !has_password) {
    faults.push_back({has_email ? "email" : "password",
                      "`email` and `password` go together; add the other one, or use `token`"});
  }
  return faults;
}

Settings read_settings(const SettingValues& values) {
  Settings settings;
  settings.http = http_options(values);
  settings.organization = values.text("organization");
  if (values.has("token")) settings.token = values.secret("token");
  settings.email = values.text_or("email", "");
  if (values.has("password")) settings.password = values.secret("password");
  settings.door = values.text_or("transport", "mcp") == "rest" ? Door::kRest : Door::kMcp;
  settings.always_suspend = values.text_or("suspend", "last") == "always";
  // The server counts by session and by address; all our targets come from one address.
  settings.http.limit_scope = "taskschmiede " + settings.http.base_url;
  for (const Secret* secret : {&settings.token, &settings.password}) {
    if (!secret->empty()) settings.http.secrets.push_back(secret->reveal());
  }
  return settings;
}

Capabilities capabilities(const Settings& settings) {
  Capabilities can;
  can.attributes = attributes(settings.door);
  can.key = "email";
  can.creation = Action::kCreate;
  can.can_deactivate = true;
  can.can_reactivate = true;
  can.has_lookup = true;
  if (settings.always_suspend) {
    can.deactivate_means =
        "`suspend: always` suspends the account of {key} on the whole server, for its other "
        "organisations too";
  }
  // A look and a write. A creation looks at the whole server; the four writes of REST are one tool.
  // A leaver's user, suspension and removal; the look back at who is in no organisation is two.
  can.requests_per_change = 2;
  can.requests_per_creation = settings.door == Door::kMcp ? 2 : 5;
  can.requests_per_removal = 4;
  can.requests_per_list = 5;
  can.requests_per_second = settings.http.rate.per_second;
  return can;
}

}  // namespace usher::taskschmiede
