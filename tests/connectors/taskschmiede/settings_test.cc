#include "connectors/taskschmiede/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace usher::taskschmiede {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

SettingValues values(std::initializer_list<const char*> names) {
  SettingValues values;
  values.set("url", std::string("https://ts.example.com/"));
  values.set("organization", std::string("org_1"));
  for (const std::string name : names) {
    if (name == "email") {
      values.set(name, std::string("ada@example.com"));
    } else {
      values.set(name, Secret("s3cret-" + name));
    }
  }
  return values;
}

TEST(TaskschmiedeSettingsTest, EitherATokenOrAnAccountLogsIn) {
  EXPECT_THAT(check_settings(values({"token"})), IsEmpty());
  EXPECT_THAT(check_settings(values({"email", "password"})), IsEmpty());
}

TEST(TaskschmiedeSettingsTest, NothingBothAndHalfOfItArePointedAt) {
  struct Case {
    std::vector<SettingFault> faults;
    const char* setting;
    const char* words;
  };
  for (const Case& each :
       {Case{check_settings(values({})), "token", "nothing to log in with"},
        Case{check_settings(values({"email"})), "email", "go together"},
        Case{check_settings(values({"password"})), "password", "go together"},
        Case{check_settings(values({"token", "email", "password"})), "email", "keep one"},
        Case{check_settings(values({"token", "password"})), "password", "keep one"}}) {
    ASSERT_THAT(each.faults, SizeIs(1));
    EXPECT_EQ(each.faults[0].setting, each.setting);
    EXPECT_THAT(each.faults[0].message, HasSubstr(each.words));
  }
}

TEST(TaskschmiedeSettingsTest, McpAndTheLastOrganisationAreTheDefaults) {
  const Settings settings = read_settings(values({"token"}));
  EXPECT_EQ(settings.door, Door::kMcp);
  EXPECT_FALSE(settings.always_suspend);
  EXPECT_EQ(settings.http.base_url, "https://ts.example.com");
}

TEST(TaskschmiedeSettingsTest, WhatIsSecretIsBlottedOut) {
  EXPECT_THAT(read_settings(values({"token"})).http.secrets, ElementsAre("s3cret-token"));
  EXPECT_THAT(read_settings(values({"email", "password"})).http.secrets,
              ElementsAre("s3cret-password"));
}

// A session may make 60 calls and 5 logins in a minute.
TEST(TaskschmiedeSettingsTest, TheDefaultRatesNeverExceedTheProvidersLimits) {
  const double per_second = std::stod(std::string(kRequestsPerSecond));
  EXPECT_LE(60 * per_second + std::stod(std::string(kBurst)), 60.0);
  EXPECT_LE(60 * kLoginRate.per_second + kLoginRate.burst, 5.0);
}

TEST(TaskschmiedeSettingsTest, RolesAreRankedFromGuestToOwner) {
  const Capabilities can = capabilities({});
  const AttributeSpec* role = can.find("role");
  EXPECT_THAT(role->ranks, ElementsAre("guest", "member", "admin", "owner"));
  EXPECT_TRUE(role->entitlement);
  const Value admin = std::string("admin");
  const Value guest = std::string("guest");
  EXPECT_TRUE(lowers(*role, &admin, &guest));
}

TEST(TaskschmiedeSettingsTest, EverythingThatIsMappedCanBeChangedLater) {
  for (const AttributeSpec& spec : capabilities({}).attributes) {
    EXPECT_TRUE(spec.updatable) << spec.name;
  }
  EXPECT_EQ(capabilities({}).find("metadata.dept")->name, "metadata.*");
}

TEST(TaskschmiedeSettingsTest, ASuspensionInAnyCaseSaysHowFarItReaches) {
  EXPECT_EQ(capabilities({}).deactivate_means, "");
  SettingValues always = values({"token"});
  always.set("suspend", std::string("always"));
  EXPECT_THAT(capabilities(read_settings(always)).deactivate_means,
              HasSubstr("the account of {key} on the whole server"));
}

}  // namespace
}  // namespace usher::taskschmiede
