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
