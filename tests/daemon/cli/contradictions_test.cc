#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "config/settings.h"
#include "daemon/engine/catalogue.h"

namespace usher {
namespace {

using testing::HasSubstr;

std::string problem_of(const std::string& source) {
  const std::string text =
      "version: 1\nsources:\n  people: { type: ldap, base: dc=x, " + source +
      " }\ntargets:\n"
      "  t: { connector: timelines_partner, source: people, partner_id: p, workspace: w,\n"
      "       partner_secret: { env: HOME }, map: { label: \"${cn}\" } }\n";
  try {
    (void)parse_config(text, "usher.yaml", make_catalogue(), Secrets::kOptional);
    return "accepted";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST(ContradictionsTest, LdapSettingsThatDoNotGoTogetherAreInvalidConfiguration) {
  struct Case {
    const char* settings;
    const char* want;
  };
  for (const Case& one : {
           Case{"url: \"ldaps://h\"", "needs `bind_dn` and `bind_password`"},
           Case{"url: \"ldaps://h\", bind: external", "needs `cert_file` and `key_file`"},
           Case{"url: \"ldaps://h\", bind: anonymous, start_tls: true", "`start_tls` goes with"},
           Case{"url: \"ldaps://h\", bind: anonymous, groups: { kind: memberOf, nested: true }",
                "needs `groups.base`"},
           Case{"url: \"ldaps://h\", bind: anonymous", "accepted"},
       }) {
    EXPECT_THAT(problem_of(one.settings), HasSubstr(one.want)) << one.settings;
  }
}

}  // namespace
}  // namespace usher
