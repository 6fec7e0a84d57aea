#include "connectors/dreadnode/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/dreadnode/target.h"

namespace usher::dreadnode {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

SettingValues values() {
  SettingValues values;
  values.set("url", std::string("https://app.dreadnode.io/"));
  values.set("org", std::string("acme"));
  values.set("workspace", std::string("main"));
  values.set("api_key", Secret("dn_key_1"));
  return values;
}

HttpRequest sign(const SettingValues& settings) {
  HttpRequest request;
  read_settings(settings).http.authorize(request);
  return request;
}

TEST(DreadnodeSettingsTest, TheKeyTravelsInTheConfiguredHeader) {
  using Header = std::pair<std::string, std::string>;
  SettingValues settings = values();
  EXPECT_THAT(sign(settings).headers, ElementsAre(Header{"Authorization", "Bearer dn_key_1"}));
  settings.set("auth", std::string("bearer"));
  EXPECT_THAT(sign(settings).headers, ElementsAre(Header{"Authorization", "Bearer dn_key_1"}));
  settings.set("auth", std::string("x-api-key"));
  EXPECT_THAT(sign(settings).headers, ElementsAre(Header{"X-API-Key", "dn_key_1"}));
}

TEST(DreadnodeSettingsTest, WhatTheFileLeavesOutIsTheDocumentedDefault) {
  const Settings settings = read_settings(values());
  EXPECT_EQ(settings.email_key, "user_email");
  EXPECT_FALSE(settings.remove_member);
  EXPECT_EQ(settings.http.base_url, "https://app.dreadnode.io");
  EXPECT_THAT(settings.http.secrets, ElementsAre("dn_key_1"));
}

TEST(DreadnodeSettingsTest, TheTableHasTheDocumentedKeysAndDefaults) {
  std::map<std::string_view, std::string_view> own;
  std::vector<std::string_view> required;
  for (const SettingSpec& spec : kind().spec.settings) {
    own.emplace(spec.name, spec.fallback);
    if (spec.required) required.push_back(spec.name);
  }
  EXPECT_EQ(own.at("url"), "https://app.dreadnode.io");
  EXPECT_EQ(own.at("auth"), "bearer");
  EXPECT_EQ(own.at("email_key"), "user_email");
  EXPECT_EQ(own.at("remove_member"), "false");
  EXPECT_THAT(required, ElementsAre("org", "workspace", "api_key"));
}

TEST(DreadnodeSettingsTest, AGrantCanOnlyBeGiven) {
  const Capabilities& can = kind().spec.capabilities;
  EXPECT_EQ(can.creation, Action::kCreate);
  EXPECT_TRUE(can.creation_mails);
  EXPECT_FALSE(can.can_update || can.can_deactivate || can.can_reactivate || can.can_revoke ||
               can.can_delete || can.has_lookup);
  EXPECT_THAT(can.manual_removal, HasSubstr("remove {key} by hand"));
  EXPECT_THAT(can.manual_rename, HasSubstr("{new_key}"));
  for (const AttributeSpec& attribute : can.attributes) {
    EXPECT_TRUE(attribute.required);
    EXPECT_FALSE(attribute.updatable);
  }
}

TEST(DreadnodeSettingsTest, PermissionsAreRankedAndOthersAreTaken) {
  const AttributeSpec* permission = kind().spec.capabilities.find("permission");
  ASSERT_NE(permission, nullptr);
  EXPECT_TRUE(permission->entitlement);
  EXPECT_THAT(permission->ranks, ElementsAre("reader", "contributor", "owner"));
  EXPECT_THAT(permission->values, IsEmpty());
  EXPECT_TRUE(kind().spec.capabilities.find("email")->ignores_case);
}

// never-again 25
TEST(DreadnodeSettingsTest, RemovalMustBeAskedForAndSaysHowFarItReaches) {
  EXPECT_FALSE(capabilities(read_settings(values())).can_delete);
  SettingValues settings = values();
  settings.set("remove_member", true);
  const Capabilities can = capabilities(read_settings(settings));
  EXPECT_TRUE(can.can_delete);
  EXPECT_THAT(can.delete_means, HasSubstr("removes {key} from the whole organisation acme"));
  EXPECT_THAT(can.delete_means, HasSubstr("deletes their account"));
}

}  // namespace
}  // namespace usher::dreadnode
