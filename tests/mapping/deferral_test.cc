#include "mapping/deferral.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace usher {
namespace {

using testing::ElementsAre;

Capabilities with_memberships() {
  Capabilities can;
  can.attributes = {{.name = "email"},
                    {.name = "role", .entitlement = true, .ranks = {"guest", "admin"}},
                    {.name = "groups", .is_multi = true, .entitlement = true, .deferred = true}};
  return can;
}

Change update(Fields before, Fields after) {
  Change change;
  for (const auto& [name, value] : after) change.fields.push_back(name);
  change.before = std::move(before);
  change.after = std::move(after);
  return change;
}

Fields fields(const char* role, Texts groups) {
  Fields fields;
  fields.set("groups", std::move(groups));
  fields.set("role", std::string(role));
  return fields;
}

TEST(DeferralTest, TakesWhatIsWrittenLaterOutOfAChange) {
  Change now = update(fields("guest", {"a"}), fields("admin", {"a", "b"}));
  const auto later = split_deferred(now, with_memberships());
  ASSERT_TRUE(later);
  EXPECT_THAT(now.fields, ElementsAre("role"));
  EXPECT_FALSE(now.after->contains("groups"));
  EXPECT_THAT(later->fields, ElementsAre("groups"));
  EXPECT_FALSE(later->after->contains("role"));
  EXPECT_TRUE(is_deferred(*later, with_memberships()));
}

TEST(DeferralTest, OfACreationIsAnUpdateThatMailsNobody) {
  Change create = update({}, fields("guest", {"a"}));
  create.action = Action::kInvite;
  create.sends_mail = true;
  const auto later = split_deferred(create, with_memberships());
  EXPECT_EQ(later->action, Action::kUpdate);
  EXPECT_FALSE(later->sends_mail);
  EXPECT_TRUE(create.sends_mail);
}

TEST(DeferralTest, CountsALossOfPowerWhereItIs) {
  Change now = update(fields("guest", {"a", "b"}), fields("admin", {"a"}));
  now.lowers_entitlement = true;
  EXPECT_TRUE(split_deferred(now, with_memberships())->lowers_entitlement);
  EXPECT_FALSE(now.lowers_entitlement);
}

TEST(DeferralTest, LeavesRemovalsAndOtherChangesAlone) {
  Change removal = update(fields("guest", {"a"}), fields("guest", {"b"}));
  removal.action = Action::kDeactivate;
  EXPECT_FALSE(split_deferred(removal, with_memberships()));
  Fields only_role;
  only_role.set("role", std::string("admin"));
  Change update_of_role = update({}, only_role);
  EXPECT_FALSE(split_deferred(update_of_role, with_memberships()));
  EXPECT_FALSE(is_deferred(update_of_role, with_memberships()));
}

}  // namespace
}  // namespace usher
