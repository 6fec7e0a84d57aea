#include "connectors/scim/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/scim/target.h"

namespace usher::scim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

SettingValues with_token() {
  SettingValues values;
  values.set("url", std::string("https://scim.example/v2"));
  values.set("token", Secret("CANARY"));
  return values;
}

std::vector<std::string> faults(const SettingValues& values) {
  std::vector<std::string> texts;
  for (const SettingFault& fault : check_settings(values)) {
    texts.push_back(fault.setting + ": " + fault.message);
  }
  return texts;
}

TEST(ScimSettingsTest, ATokenIsEnough) {
  EXPECT_THAT(faults(with_token()), IsEmpty());
  EXPECT_EQ(read_settings(with_token()).profile.name, "generic");
}

TEST(ScimSettingsTest, NoWayInIsSaid) {
  EXPECT_THAT(faults({}), ElementsAre(HasSubstr("nothing to log in with")));
}

TEST(ScimSettingsTest, TwoWaysInAreOneTooMany) {
  SettingValues values = with_token();
  values.set("username", std::string("usher"));
  values.set("password", Secret("x"));
  EXPECT_THAT(faults(values), ElementsAre(HasSubstr("two ways to log in")));
}

TEST(ScimSettingsTest, HalfAWayInIsNone) {
  SettingValues values;
  values.set("username", std::string("usher"));
  EXPECT_THAT(faults(values), ElementsAre(HasSubstr("password: `password` is missing")));
  SettingValues oauth;
  oauth.set("oauth2.token_url", std::string("https://id.example/token"));
  EXPECT_THAT(faults(oauth),
              ElementsAre(HasSubstr("oauth2.client_id"), HasSubstr("oauth2.client_secret")));
}

TEST(ScimSettingsTest, AProfileThatTakesAnotherWayInIsSaid) {
  SettingValues values = with_token();
  values.set("profile", std::string("entra-scim-api"));
  EXPECT_THAT(faults(values), ElementsAre(HasSubstr("it takes oauth2")));
}

TEST(ScimSettingsTest, GroupsWhereThereAreNoneAreRefused) {
  SettingValues values = with_token();
  values.set("profile", std::string("datadog"));
  values.set("groups.include", Texts{"app-*"});
  EXPECT_THAT(faults(values), ElementsAre(HasSubstr("Datadog has no groups")));
}

TEST(ScimSettingsTest, AnUpdateThatTheProviderDoesNotHaveIsRefused) {
  SettingValues values = with_token();
  values.set("profile", std::string("sentry"));
  values.set("update", std::string("put"));
  EXPECT_THAT(faults(values), ElementsAre(HasSubstr("Sentry has no PUT")));
}

TEST(ScimSettingsTest, SingleKeysOfAProfileCanBeChanged) {
  SettingValues values = with_token();
  values.set("profile_overrides", SettingValues::Pairs{{"page_size", "25"}, {"etag", "false"}});
  EXPECT_EQ(read_settings(values).profile.page_size, 25);
  EXPECT_FALSE(read_settings(values).profile.etag);
  values.set("profile_overrides", SettingValues::Pairs{{"page_sise", "25"}});
  EXPECT_THAT(faults(values), ElementsAre(HasSubstr("did you mean `page_size`")));
}

TEST(ScimSettingsTest, ThereIsNoDefaultUrl) {
  const auto specs = setting_specs();
  const auto url = std::ranges::find(specs, "url", &SettingSpec::name);
  ASSERT_NE(url, specs.end());
  EXPECT_TRUE(url->required);
}

TEST(ScimSettingsTest, PatternsChooseGroupsWithoutRegardToCase) {
  struct Row {
    const char* pattern;
    const char* name;
    bool want;
  };
  constexpr Row kRows[]{{"app-*", "app-sales", true},
                        {"app-*", "APP-Sales", true},
                        {"app-*", "my-app-sales", false},
                        {"*", "", true},
                        {"*-admins", "hr-admins", true},
                        {"*-admins", "hr-admins2", false},
                        {"a*b*c", "axxbyyc", true},
                        {"a*b*c", "axxbyy", false},
                        {"app", "app", true},
                        {"app", "apps", false}};
  for (const Row& row : kRows) {
    EXPECT_EQ(matches_any({row.pattern}, row.name), row.want) << row.pattern << " " << row.name;
  }
}

TEST(ScimCapabilitiesTest, AUserIsKnownByUserName) {
  const Capabilities can = capabilities(read_settings(with_token()));
  EXPECT_EQ(can.key, "userName");
  EXPECT_TRUE(can.find("USERNAME")->ignores_case);
  EXPECT_TRUE(can.can_deactivate && can.can_reactivate && can.can_delete && can.can_update);
  EXPECT_EQ(can.find("groups"), nullptr) << "nobody asked for groups";
}

Capabilities of_profile(const char* name) {
  SettingValues values = with_token();
  values.set("profile", std::string(name));
  return capabilities(read_settings(values));
}

// never-again 24
TEST(ScimCapabilitiesTest, WhereDeactivatingDeletesAHumanDecides) {
  for (const char* name : {"sentry", "gitlab"}) {
    const Capabilities can = of_profile(name);
    EXPECT_FALSE(can.can_deactivate) << name;
    EXPECT_THAT(can.manual_removal, HasSubstr("delete the account for good"));
  }
}

TEST(ScimCapabilitiesTest, WhereDeletingOnlyDeactivatesThereIsNoDeletion) {
  EXPECT_FALSE(of_profile("slack").can_delete);
  EXPECT_FALSE(of_profile("atlassian").can_delete);
  EXPECT_THAT(of_profile("github-enterprise").delete_means, HasSubstr("for good"));
}

TEST(ScimCapabilitiesTest, WhatCannotBeReadBackIsNotCompared) {
  EXPECT_FALSE(of_profile("sentry").find("name.givenName")->returned);
  EXPECT_FALSE(of_profile("gitlab").find("name.givenName")->returned);
  EXPECT_TRUE(of_profile("gitlab").find("name.formatted")->returned);
  EXPECT_FALSE(of_profile("generic").find("password")->returned);
}

TEST(ScimCapabilitiesTest, WhatCannotBeChangedIsSaid) {
  const Capabilities can = of_profile("sentry");
  EXPECT_FALSE(can.find("userName")->updatable);
  EXPECT_TRUE(can.find("active")->updatable);
  EXPECT_EQ(of_profile("aws-iam-identity-center").find("entitlements"), nullptr);
}

TEST(ScimCapabilitiesTest, GroupsAreEntitlementsThatAreWrittenLast) {
  SettingValues values = with_token();
  values.set("groups.include", Texts{"app-*"});
  values.set("groups.delete", true);
  const Capabilities can = capabilities(read_settings(values));
  const AttributeSpec* groups = can.find("groups");
  ASSERT_NE(groups, nullptr);
  EXPECT_TRUE(groups->entitlement && groups->deferred && groups->is_multi);
  EXPECT_EQ(groups->groups_setting, "groups.include");
  EXPECT_THAT(groups->loss_means, HasSubstr("groups.delete"));
  EXPECT_EQ(can.deferred_batch, 100U);
}

TEST(ScimCapabilitiesTest, EveryProfilesAttributesCanBeMapped) {
  const Capabilities& can = kind().spec.capabilities;
  for (const char* name :
       {"groups", "password", "roles", "emails[type eq \"work\"].value",
        "urn:ietf:params:scim:schemas:extension:Microsoft:Entra:2.0:User:mailNickname"}) {
    EXPECT_NE(can.find(name), nullptr) << name;
  }
}

}  // namespace
}  // namespace usher::scim
