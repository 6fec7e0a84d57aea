#include "mapping/capabilities.h"

#include <gtest/gtest.h>

namespace usher {
namespace {

AttributeSpec role() {
  AttributeSpec spec;
  spec.name = "role";
  spec.entitlement = true;
  spec.ranks = {"collaborator", "agent", "admin"};
  return spec;
}

AttributeSpec roles() {
  AttributeSpec spec;
  spec.name = "roles";
  spec.entitlement = true;
  spec.is_multi = true;
  return spec;
}

bool lowers_from(const AttributeSpec& spec, const Value& before, const Value& after) {
  return lowers(spec, &before, &after);
}

TEST(CapabilitiesTest, AnAttributeIsFoundInAnyCase) {
  Capabilities capabilities;
  capabilities.attributes = {{.name = "email"}, {.name = "first_name"}};
  ASSERT_NE(capabilities.find("Email"), nullptr);
  EXPECT_EQ(capabilities.find("mail"), nullptr);
}

TEST(CapabilitiesTest, AStarStandsForAnySubKey) {
  Capabilities capabilities;
  capabilities.attributes = {{.name = "metadata.*"}, {.name = "metadata.team", .max_length = 5}};
  EXPECT_EQ(capabilities.find("metadata.cost_center")->name, "metadata.*");
  EXPECT_EQ(capabilities.find("metadata.team")->max_length, 5U) << "the exact name comes first";
  EXPECT_EQ(capabilities.find("metadata."), nullptr);
  EXPECT_EQ(capabilities.find("metadata"), nullptr);
}

TEST(CapabilitiesTest, AChangeCostsWhatItsProviderNeedsForIt) {
  Capabilities can;
  can.attributes = {{.name = "email"},
                    {.name = "external_id", .own_write = true},
                    {.name = "role", .own_request = true, .created_as = "member"}};
  can.requests_per_change = 2;
  can.requests_per_creation = 5;
  can.requests_per_removal = 3;
  struct Case {
    Action action;
    std::vector<std::string> fields;
    const char* role;
    int requests;
  };
  for (const Case& each :
       {Case{Action::kAdopt, {}, "member", 0}, Case{Action::kAdopt, {"email"}, "member", 2},
        Case{Action::kManual, {"email"}, "member", 0}, Case{Action::kUpdate, {"email"}, "admin", 2},
        Case{Action::kUpdate, {"role"}, "admin", 1},
        Case{Action::kUpdate, {"email", "role"}, "admin", 3},
        Case{Action::kUpdate, {"external_id"}, "admin", 2},
        Case{Action::kUpdate, {"email", "external_id"}, "admin", 3},
        Case{Action::kUpdate, {"external_id", "role"}, "admin", 3},
        Case{Action::kUpdate, {"email", "external_id", "role"}, "admin", 4},
        Case{Action::kReactivate, {}, "admin", 2},
        Case{Action::kCreate, {"email", "role"}, "member", 5},
        Case{Action::kCreate, {"email", "role"}, "admin", 6},
        Case{Action::kDeactivate, {}, "admin", 3}}) {
    Change change;
    change.action = each.action;
    change.fields = each.fields;
    change.after = Fields{};
    change.after->set("role", std::string(each.role));
    EXPECT_EQ(requests_of(change, can), each.requests)
        << to_string(each.action) << ' ' << each.role;
  }
}

TEST(CapabilitiesTest, WithoutFiguresOfTheirOwnAllChangesCostTheSame) {
  Capabilities can;
  can.requests_per_change = 2;
  for (const Action action : {Action::kInvite, Action::kReactivate, Action::kDelete}) {
    Change change;
    change.action = action;
    EXPECT_EQ(requests_of(change, can), 2) << to_string(action);
  }
}

TEST(CapabilitiesTest, ALowerRankLowers) {
  EXPECT_TRUE(lowers_from(role(), "admin", "agent"));
  EXPECT_FALSE(lowers_from(role(), "agent", "admin"));
  EXPECT_FALSE(lowers_from(role(), "agent", "Agent"));
}

TEST(CapabilitiesTest, AChangeToOrFromAnUnknownRankLowers) {
  EXPECT_TRUE(lowers_from(role(), "agent", "wizard"));
  EXPECT_TRUE(lowers_from(role(), "wizard", "admin"));
  EXPECT_FALSE(lowers_from(role(), "wizard", "wizard"));
}

TEST(CapabilitiesTest, ARemovedValueLowersAndAFirstOneDoesNot) {
  const Value agent = "agent";
  const Value nothing = "";
  EXPECT_TRUE(lowers(role(), &agent, nullptr));
  EXPECT_TRUE(lowers(role(), &agent, &nothing));
  EXPECT_FALSE(lowers(role(), nullptr, &agent));
  EXPECT_FALSE(lowers(role(), nullptr, nullptr));
}

TEST(CapabilitiesTest, OfSeveralValuesEachOneThatGoesLowers) {
  EXPECT_FALSE(lowers_from(roles(), Texts{"a"}, Texts{"a", "b"}));
  EXPECT_TRUE(lowers_from(roles(), Texts{"a", "b"}, Texts{"b", "c", "d"}));
  EXPECT_TRUE(lowers_from(roles(), Texts{"a"}, Texts{"b"}));
}

TEST(CapabilitiesTest, WhatGivesNoPowerCannotLowerIt) {
  EXPECT_FALSE(lowers_from({.name = "title"}, "Head of Sales", ""));
}

}  // namespace
}  // namespace usher
