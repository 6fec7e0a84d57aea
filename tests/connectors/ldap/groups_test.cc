#include "connectors/ldap/groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace usher::ldap {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// staff ⊃ sales ⊃ leads; ann is a lead, bob is in sales.
Groups three_levels(bool nested) {
  Groups groups;
  const auto staff = groups.add("cn=staff", "staff");
  const auto sales = groups.add("cn=sales", "sales");
  const auto leads = groups.add("cn=leads", "leads");
  groups.add_member(staff, "cn=sales");
  groups.add_member(sales, "cn=leads");
  groups.add_member(sales, "cn=bob");
  groups.add_member(leads, "cn=ann");
  groups.seal(nested);
  return groups;
}

TEST(GroupsTest, AMemberIsInTheGroupsThatListIt) {
  Groups groups = three_levels(false);
  EXPECT_THAT(groups.of_member("cn=ann"), ElementsAre("leads"));
  EXPECT_THAT(groups.of_member("cn=eve"), IsEmpty());
}

TEST(GroupsTest, NestedGroupsAreExpanded) {
  Groups groups = three_levels(true);
  EXPECT_THAT(groups.of_member("cn=ann"), ElementsAre("leads", "sales", "staff"));
  EXPECT_THAT(groups.of_member("cn=bob"), ElementsAre("sales", "staff"));
  EXPECT_THAT(groups.of_groups({"cn=leads", "cn=elsewhere"}),
              ElementsAre("leads", "sales", "staff"));
}

TEST(GroupsTest, CyclesEnd) {
  Groups groups;
  const auto a = groups.add("cn=a", "a");
  const auto b = groups.add("cn=b", "b");
  groups.add_member(a, "cn=b");
  groups.add_member(b, "cn=a");
  groups.add_member(a, "cn=a");
  groups.add_member(a, "cn=ann");
  groups.seal(true);
  EXPECT_THAT(groups.of_member("cn=ann"), ElementsAre("a", "b"));
  EXPECT_THAT(groups.of_member("cn=ann"), ElementsAre("a", "b")) << "a second walk is fresh";
}

TEST(GroupsTest, ANameComesOnce) {
  Groups groups;
  groups.add_member(groups.add("cn=x,ou=a", "x"), "cn=ann");
  groups.add_member(groups.add("cn=x,ou=b", "x"), "cn=ann");
  groups.seal(false);
  EXPECT_THAT(groups.of_member("cn=ann"), ElementsAre("x"));
}

}  // namespace
}  // namespace usher::ldap
