#include "connectors/timelines_partner/settings.h"

#include <gtest/gtest.h>

#include "connectors/timelines_partner/target.h"

namespace usher::timelines_partner {
namespace {

TEST(PartnerSettingsTest, NothingOfAPersonCanBeSent) {
  const Capabilities& can = kind().spec.capabilities;
  EXPECT_EQ(can.key, "");
  EXPECT_TRUE(can.find("label")->local);
  EXPECT_FALSE(can.can_update);
  EXPECT_FALSE(can.creation_mails);
}

// C2
TEST(PartnerSettingsTest, ABatchHasAtMostNinetyNine) {
  EXPECT_EQ(kind().spec.capabilities.batch, 99U);
}

// C10
TEST(PartnerSettingsTest, ALeaverDoesNotFreeASeat) {
  EXPECT_FALSE(kind().spec.capabilities.removal_frees_seat);
  EXPECT_FALSE(kind().spec.capabilities.can_delete);
}

TEST(PartnerSettingsTest, WorkspacesOfOneOriginShareTheLimit) {
  SettingValues values;
  values.set("partner_id", std::string("acme"));
  values.set("partner_secret", Secret("s"));
  values.set("workspace", std::string("nw"));
  values.set("url", std::string("https://app.timelines.ai/partner/api/v1"));
  EXPECT_EQ(read_settings(values).http.limit_scope, "https://app.timelines.ai");
}

}  // namespace
}  // namespace usher::timelines_partner
