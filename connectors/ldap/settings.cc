#include "connectors/ldap/settings.h"

#include <array>
#include <string_view>

#include "connectors/error.h"

namespace usher::ldap {
namespace {

constexpr std::array<std::string_view, 3> kBinds = {"simple", "anonymous", "external"};
constexpr std::array<std::string_view, 3> kGroupKinds = {"member", "memberUid", "memberOf"};

Bind to_bind(std::string_view text) {
  if (text == "anonymous") return Bind::kAnonymous;
  return text == "external" ? Bind::kExternal : Bind::kSimple;
}

GroupKind to_group_kind(std::string_view text) {
  if (text == "member") return GroupKind::kMember;
  if (text == "memberUid") return GroupKind::kMemberUid;
  return text == "memberOf" ? GroupKind::kMemberOf : GroupKind::kNone;
}

std::string_view default_filter(GroupKind kind) {
  return kind == GroupKind::kMemberUid
             ? "(objectClass=posixGroup)"
             : "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=group))";
}

// RFC 4513 5.1.2: a name without password is accepted by many servers, as nobody.
void refuse_empty_password(const Settings& settings) {
  if (settings.bind != Bind::kSimple || !settings.bind_password.empty()) return;
  throw ConnectorError(
      ErrorKind::kRejected,
      "`bind: simple` needs a `bind_password` that is not empty; many servers take "
      "an empty one for an anonymous bind");
}

void read_groups(const SettingValues& values, Settings& settings) {
  settings.group_kind = to_group_kind(values.text_or("groups.kind", ""));
  settings.group_base = values.text_or("groups.base", "");
  settings.group_filter = values.text_or("groups.filter", default_filter(settings.group_kind));
  settings.group_name = values.text_or("groups.name", "cn");
  settings.nested = values.has("groups.nested") && values.flag("groups.nested");
  if (settings.group_base.empty() && settings.group_kind != GroupKind::kMemberOf) {
    settings.group_base = settings.base;
  }
}

}  // namespace

std::vector<SettingSpec> setting_specs() {
  return {
      {.name = "url",
       .kind = SettingKind::kUrl,
       .required = true,
       .help = "ldaps://, ldap:// (with start_tls, or to loopback) or ldapi://"},
      {.name = "start_tls",
       .kind = SettingKind::kBoolean,
       .fallback = "false",
       .help = "encrypt an ldap:// connection before anything is sent",
       .decides = false},
      {.name = "ca_file",
       .kind = SettingKind::kPath,
       .help = "PEM file of the authorities that may sign the server's certificate; default: the "
               "system's",
       .decides = false},
      {.name = "bind",
       .kind = SettingKind::kChoice,
       .fallback = "simple",
       .help = "simple: DN and password; anonymous; external: by client certificate or over ldapi",
       .choices = kBinds},
      {.name = "bind_dn", .kind = SettingKind::kText, .help = "DN to bind as"},
      {.name = "bind_password",
       .kind = SettingKind::kSecret,
       .help = "its password",
       .decides = false},
      {.name = "cert_file",
       .kind = SettingKind::kPath,
       .help = "PEM file of the client certificate, for bind: external",
       .decides = false},
      {.name = "key_file",
       .kind = SettingKind::kPath,
       .help = "PEM file of its key",
       .decides = false},
      {.name = "base",
       .kind = SettingKind::kText,
       .required = true,
       .help = "DN below which the people are"},
      {.name = "filter",
       .kind = SettingKind::kText,
       .fallback = "(objectClass=inetOrgPerson)",
       .help = "LDAP filter that people match (RFC 4515)"},
      {.name = "id",
       .kind = SettingKind::kText,
       .fallback = "entryUUID",
       .help = "attribute that holds the immutable id: entryUUID, objectGUID, employeeNumber"},
      {.name = "attributes",
       .kind = SettingKind::kTexts,
       .help = "attributes to ask for; default: all user attributes"},
      {.name = "page_size",
       .kind = SettingKind::kInteger,
       .fallback = "1000",
       .help = "entries per page; not above the server's own limit",
       .minimum = 1,
       .maximum = 100'000,
       .decides = false},
      {.name = "timeout",
       .kind = SettingKind::kDuration,
       .fallback = "30s",
       .help = "longest wait for a connection and for the next answer",
       .minimum = 1,
       .decides = false},
      {.name = "groups.kind",
       .kind = SettingKind::kChoice,
       .help = "member: groups list DNs (member, uniqueMember); memberUid: groups list login "
               "names; memberOf: people list DNs; default: groups are not read",
       .choices = kGroupKinds},
      {.name = "groups.base",
       .kind = SettingKind::kText,
       .help = "DN below which the groups are; default: base"},
      {.name = "groups.filter",
       .kind = SettingKind::kText,
       .help = "LDAP filter that groups match; default: the object classes of the kind"},
      {.name = "groups.name",
       .kind = SettingKind::kText,
       .fallback = "cn",
       .help = "attribute of a group that names it"},
      {.name = "groups.nested",
       .kind = SettingKind::kBoolean,
       .fallback = "false",
       .help = "members of a group inside a group are members of both"},
  };
}

Settings to_settings(const SettingValues& values) {
  Settings settings;
  settings.url = values.text("url");
  settings.start_tls = values.has("start_tls") && values.flag("start_tls");
  settings.ca_file = values.text_or("ca_file", "");
  settings.bind = to_bind(values.text_or("bind", "simple"));
  settings.bind_dn = values.text_or("bind_dn", "");
  if (values.has("bind_password")) settings.bind_password = values.secret("bind_password");
  settings.cert_file = values.text_or("cert_file", "");
  settings.key_file = values.text_or("key_file", "");
  settings.base = values.text("base");
  settings.filter = values.text_or("filter", "(objectClass=inetOrgPerson)");
  settings.id = values.text_or("id", "entryUUID");
  if (values.has("attributes")) settings.attributes = values.texts("attributes");
  if (values.has("page_size")) settings.page_size = static_cast<int>(values.integer("page_size"));
  if (values.has("timeout")) settings.timeout = values.duration("timeout");
  read_groups(values, settings);
  refuse_empty_password(settings);
  return settings;
}

std::vector<SettingFault> check_settings(const SettingValues& values) {
  const std::string& url = values.text("url");
  const Bind bind = to_bind(values.text_or("bind", "simple"));
  const bool is_nested = values.has("groups.nested") && values.flag("groups.nested");
  std::vector<SettingFault> faults;
  if (bind == Bind::kSimple && !(values.has("bind_dn") && values.has("bind_password"))) {
    faults.push_back(
        {"bind",
         "`bind: simple`, which is the default, needs `bind_dn` and `bind_password`; add "
         "them, or write `bind: anonymous`"});
  }
  const bool has_certificate = values.has("cert_file") && values.has("key_file");
  if (bind == Bind::kExternal && !has_certificate && !url.starts_with("ldapi://")) {
    faults.push_back(
        {"bind", "`bind: external` needs `cert_file` and `key_file`, or an ldapi:// url"});
  }
  if (values.has("start_tls") && values.flag("start_tls") && !url.starts_with("ldap://")) {
    faults.push_back({"start_tls",
                      "`start_tls` goes with an ldap:// url only; ldaps:// is encrypted from the "
                      "first byte"});
  }
  if (is_nested && values.text_or("groups.kind", "") == "memberOf" && !values.has("groups.base")) {
    faults.push_back(
        {"groups.nested", "`groups.nested` with `kind: memberOf` needs `groups.base`"});
  }
  return faults;
}

}  // namespace usher::ldap
