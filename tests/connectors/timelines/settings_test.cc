#include "connectors/timelines/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/timelines/target.h"

namespace usher::timelines {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(TimelinesSettingsTest, TheRateWithItsBurstStaysWithinFiftyAMinute) {
  const double in_a_minute =
      60 * std::stod(std::string(kRequestsPerSecond)) + std::stod(std::string(kBurst));
  EXPECT_LE(in_a_minute, 50);
}

TEST(TimelinesSettingsTest, RolesAreRankedAndTheOwnerIsNotAmongThem) {
  const AttributeSpec* role = kind().spec.capabilities.find("role");
  ASSERT_NE(role, nullptr);
  EXPECT_TRUE(role->entitlement);
  EXPECT_THAT(role->ranks,
              ElementsAre("collaborator", "agent", "teammate", "team_supervisor", "admin"));
  EXPECT_THAT(role->values, Not(Contains("owner")));
}

// C18
TEST(TimelinesSettingsTest, AnActiveMemberIsLoweredOnlyWhereThatIsConfigured) {
  EXPECT_TRUE(capabilities("", 0).demotion.empty());
  EXPECT_EQ(to_text(*capabilities("collaborator", 0).demotion.find("role")), "collaborator");
  EXPECT_FALSE(capabilities("", 0).can_deactivate);
  EXPECT_FALSE(capabilities("", 0).can_delete);
  EXPECT_THAT(capabilities("", 0).manual_removal, HasSubstr("select {key}, click Delete"));
}

// C21
TEST(TimelinesSettingsTest, NamesAndAddressCannotBeChangedLater) {
  const Capabilities can = capabilities("", 0);
  EXPECT_FALSE(can.find("email")->updatable);
  EXPECT_FALSE(can.find("first_name")->updatable);
  EXPECT_FALSE(can.find("first_name")->returned);
  EXPECT_THAT(can.manual_rename, HasSubstr("{new_key}"));
}

}  // namespace
}  // namespace usher::timelines
