#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "mapping/connector_spec.h"
#include "mapping/secret.h"
#include "mapping/setting.h"
#include "mapping/value.h"

namespace usher::ldap {

enum class Bind { kSimple, kAnonymous, kExternal };

/// Where the directory keeps who is in which group.
enum class GroupKind {
  kNone,       ///< groups are not read
  kMember,     ///< in the group, by DN: `member` (groupOfNames, AD) and `uniqueMember`
  kMemberUid,  ///< in the group, by login name: `memberUid` (posixGroup)
  kMemberOf,   ///< in the person, by DN: `memberOf`
};

/// The settings of one LDAP source, as the reader uses them.
struct Settings {
  std::string url;
  bool start_tls = false;
  std::string ca_file;  ///< empty: the system's authorities
  Bind bind = Bind::kSimple;
  std::string bind_dn;
  Secret bind_password;
  std::string cert_file;
  std::string key_file;
  std::string base;
  std::string filter;
  std::string id;
  Texts attributes;  ///< to ask for; empty: all user attributes
  int page_size = 1000;
  std::chrono::milliseconds timeout{30'000};  ///< of connecting, and between two answers

  GroupKind group_kind = GroupKind::kNone;
  std::string group_base;  ///< empty: that of the people; for memberOf: names come from the DNs
  std::string group_filter;
  std::string group_name = "cn";
  bool nested = false;
};

/// What the configuration may say about an LDAP source.
[[nodiscard]] std::vector<SettingSpec> setting_specs();

/// Settings that contradict each other.
[[nodiscard]] std::vector<SettingFault> check_settings(const SettingValues& values);

/// Throws ConnectorError for a simple bind with an empty password.
[[nodiscard]] Settings to_settings(const SettingValues& values);

}  // namespace usher::ldap
