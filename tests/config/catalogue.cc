#include "tests/config/catalogue.h"

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

namespace usher::test {
namespace {

using Kind = SettingKind;

constexpr std::array<std::string_view, 1> kOff{"off"};
constexpr std::array<std::string_view, 3> kDelimiters{",", ";", "tab"};
constexpr std::array<std::string_view, 2> kFiles{"stable", "any"};
constexpr std::array<std::string_view, 3> kBinds{"simple", "anonymous", "external"};
constexpr std::array<std::string_view, 3> kGroupKinds{"member", "memberUid", "memberOf"};

SourceSpec csv() {
  return {"csv",
          {{.name = "path", .kind = Kind::kPath, .required = true, .help = "file or directory"},
           {.name = "delimiter", .kind = Kind::kChoice, .fallback = ",", .choices = kDelimiters},
           {.name = "columns", .kind = Kind::kTextMap},
           {.name = "id", .required = true, .help = "column of the immutable id"},
           {.name = "groups.column"},
           {.name = "groups.separator", .fallback = ";"},
           {.name = "files", .kind = Kind::kChoice, .fallback = "stable", .choices = kFiles}}};
}

SourceSpec ldap() {
  return {"ldap",
          {{.name = "url", .kind = Kind::kUrl, .required = true, .help = "the server"},
           {.name = "start_tls", .kind = Kind::kBoolean, .fallback = "false"},
           {.name = "ca_file", .kind = Kind::kPath, .decides = false},
           {.name = "bind", .kind = Kind::kChoice, .fallback = "simple", .choices = kBinds},
           {.name = "bind_password", .kind = Kind::kSecret},
           {.name = "base", .required = true, .help = "entry below which people are looked for"},
           {.name = "id", .fallback = "entryUUID"},
           {.name = "page_size",
            .kind = Kind::kInteger,
            .fallback = "1000",
            .minimum = 1,
            .maximum = 100'000,
            .decides = false},
           {.name = "groups.kind",
            .kind = Kind::kChoice,
            .required = true,
            .help = "how groups name people",
            .choices = kGroupKinds},
           {.name = "groups.nested", .kind = Kind::kBoolean, .fallback = "false"}},
          [](const SettingValues& values) -> std::vector<SettingFault> {
            if (values.text("bind") != "anonymous" || !values.has("bind_password")) return {};
            return {{"bind", "an anonymous bind has no password; remove 'bind_password'"}};
          }};
}

std::vector<SettingSpec> with_http(std::string_view url, std::vector<SettingSpec> own) {
  std::vector<SettingSpec> all{
      {.name = "url",
       .kind = Kind::kUrl,
       .required = url.empty(),
       .fallback = url,
       .help = "where the provider's API begins"},
      {.name = "proxy", .kind = Kind::kUrl, .choices = kOff},
      {.name = "timeout", .kind = Kind::kDuration, .fallback = "30s", .minimum = 1},
      {.name = "max_response", .kind = Kind::kSize, .fallback = "64MiB"},
      {.name = "rate", .kind = Kind::kChoice, .choices = kOff},
      {.name = "rate.per_second", .kind = Kind::kNumber, .fallback = "0.8"},
      {.name = "rate.burst", .kind = Kind::kNumber, .fallback = "2"},
      {.name = "parallel", .kind = Kind::kInteger, .fallback = "1", .minimum = 1, .maximum = 32}};
  for (SettingSpec& spec : all) spec.decides = spec.name == "url";
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

ConnectorSpec chat() {
  const Texts roles{"collaborator", "agent", "team_supervisor", "admin"};
  Capabilities can;
  can.attributes = {{.name = "email", .required = true, .ignores_case = true},
                    {.name = "first_name", .returned = false},
                    {.name = "team"},
                    {.name = "role", .values = roles, .entitlement = true, .ranks = roles}};
  can.key = "email";
  return {"chat",
          with_http("https://chat.example.com/api", {{.name = "token",
                                                      .kind = Kind::kSecret,
                                                      .required = true,
                                                      .help = "token of the workspace"}}),
          can};
}

ConnectorSpec seats() {
  Capabilities can;
  can.attributes = {{.name = "label", .local = true}};
  can.creation = Action::kCreate;
  can.assigns = true;
  return {"seats",
          with_http("https://seats.example.com",
                    {{.name = "partner_id", .required = true, .help = "who we are"},
                     {.name = "partner_secret",
                      .kind = Kind::kSecret,
                      .required = true,
                      .help = "signs each request"},
                     {.name = "workspace", .required = true, .help = "whose seats they are"},
                     {.name = "reuse", .kind = Kind::kBoolean, .fallback = "false"},
                     {.name = "reuse_after", .kind = Kind::kDuration, .fallback = "7d"}}),
          can};
}

ConnectorSpec open() {
  Capabilities can;
  can.attributes = {{.name = "userName", .required = true},
                    {.name = "active", .is_boolean = true},
                    {.name = "metadata.*"}};
  can.key = "userName";
  return {"open", with_http("", {}), can};
}

/// There is one plug-in, and it brings the connector `letters`.
std::vector<ConnectorSpec> load_plugin(const std::string& path) {
  if (path != "/usr/lib/usher/letters.so") {
    throw std::runtime_error("the plug-in " + path + ": is not there");
  }
  ConnectorSpec letters = open();
  letters.name = "letters";
  return {letters};
}

}  // namespace

const Catalogue& catalogue() {
  static const Catalogue all{{csv(), ldap()}, {chat(), seats(), open()}, nullptr, &load_plugin};
  return all;
}

}  // namespace usher::test
