#include "connectors/polytomic/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/polytomic/target.h"

namespace usher::polytomic {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

SettingValues values(std::initializer_list<std::pair<std::string_view, std::string>> texts) {
  SettingValues values;
  values.set("url", std::string("https://app.polytomic.com"));
  values.set("key", Secret("k"));
  for (const auto& [name, text] : texts) values.set(name, text);
  return values;
}

TEST(PolytomicSettingsTest, OnlyAnAddressIsRequiredAndRolesGivePower) {
  const Capabilities& can = kind().spec.capabilities;
  EXPECT_TRUE(can.find("email")->required);
  EXPECT_FALSE(can.find("email")->updatable);
  EXPECT_TRUE(can.find("roles")->entitlement);
  EXPECT_TRUE(can.find("roles")->is_multi);
  EXPECT_TRUE(can.creation_mails);
}

// A role that is taken away is power that is taken away, whatever comes in its place.
TEST(PolytomicSettingsTest, ARoleThatGoesAwayIsARemoval) {
  const AttributeSpec& roles = *kind().spec.capabilities.find("roles");
  const Value both = Texts{"Analyst", "Member"};
  const Value one = Texts{"Member"};
  const Value other = Texts{"Admin", "Member"};
  EXPECT_TRUE(lowers(roles, &both, &one));
  EXPECT_TRUE(lowers(roles, &both, &other));
  EXPECT_FALSE(lowers(roles, &one, &both));
}

TEST(PolytomicSettingsTest, ALeaverIsDeletedOrLeftToAHuman) {
  const Capabilities& can = kind().spec.capabilities;
  EXPECT_TRUE(can.can_delete);
  EXPECT_FALSE(can.can_deactivate);
  EXPECT_FALSE(can.can_revoke);
  EXPECT_THAT(can.delete_means, HasSubstr("for good"));
  EXPECT_THAT(can.manual_removal, HasSubstr("`leavers: { do: delete }`"));
  EXPECT_THAT(can.manual_rename, HasSubstr("{new_key}"));
}

TEST(PolytomicSettingsTest, AnOrganisationIsAUuid) {
  EXPECT_THAT(check_settings(values({})), IsEmpty());
  EXPECT_THAT(check_settings(values({{"organization", "248DF4B7-aa70-47b8-a036-33ac447e668d"}})),
              IsEmpty());
  for (const char* text :
       {"", "northwind", "248df4b7-aa70-47b8-a036-33ac447e668",
        "248df4b7-aa70-47b8-a036-33ac447e668g", "248df4b7aa7047b8a03633ac447e668d"}) {
    const auto faults = check_settings(values({{"organization", text}}));
    ASSERT_THAT(faults, SizeIs(1)) << text;
    EXPECT_EQ(faults[0].setting, "organization");
  }
}

TEST(PolytomicSettingsTest, OnlyVersionsThatUpdateWithPutAreTaken) {
  for (const char* text : {"2024-02-08", "2025-09-18", "2027-01-01"}) {
    EXPECT_THAT(check_settings(values({{"api_version", text}})), IsEmpty()) << text;
  }
  for (const char* text : {"", "latest", "2021-05-23", "2023-04-25", "2025-9-18", "2025-09-18\n"}) {
    const auto faults = check_settings(values({{"api_version", text}}));
    ASSERT_THAT(faults, SizeIs(1)) << text;
    EXPECT_EQ(faults[0].setting, "api_version");
  }
}

TEST(PolytomicSettingsTest, TheVersionIsTheNewestWhereNobodySays) {
  EXPECT_EQ(read_settings(values({})).api_version, "2025-09-18");
}

TEST(PolytomicSettingsTest, TheCredentialDecidesThePathFamilyAndTheRequestsOfAList) {
  const Settings own = read_settings(values({}));
  const Settings partners =
      read_settings(values({{"organization", "248DF4B7-aa70-47b8-a036-33ac447e668d"}}));
  EXPECT_FALSE(own.by_partner());
  EXPECT_EQ(partners.organization, "248df4b7-aa70-47b8-a036-33ac447e668d");
  EXPECT_EQ(capabilities(own).requests_per_list, 3);
  EXPECT_EQ(capabilities(partners).requests_per_list, 2);
}

}  // namespace
}  // namespace usher::polytomic
