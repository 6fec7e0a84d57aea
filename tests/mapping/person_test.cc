#include "mapping/person.h"

#include <gtest/gtest.h>

namespace usher {
namespace {

Person person_with(std::string_view name, std::string_view value) {
  Person person;
  person.attributes.set(name, {std::string(value)});
  return person;
}

TEST(PersonTest, AnAttributeIsFoundInAnyCase) {
  const Person person = person_with("givenName", "Ann");
  ASSERT_NE(person.find("GIVENNAME"), nullptr);
  EXPECT_EQ(person.find("surname"), nullptr);
}

TEST(PersonTest, AnAttributeWithoutValuesIsAbsent) {
  Person person;
  person.attributes.set("mail", {});
  EXPECT_EQ(person.find("mail"), nullptr);
}

TEST(PersonTest, ActiveComesFromTheDisabledBitOfActiveDirectory) {
  EXPECT_EQ(*person_with("userAccountControl", "512").find("active"), Texts{"true"});
  EXPECT_EQ(*person_with("userAccountControl", "514").find("active"), Texts{"false"});
  EXPECT_EQ(*person_with("userAccountControl", "66050").find("active"), Texts{"false"});
}

TEST(PersonTest, AnAccountControlThatIsNoNumberSaysNothing) {
  EXPECT_EQ(person_with("userAccountControl", "512x").find("active"), nullptr);
  EXPECT_EQ(person_with("userAccountControl", "").find("active"), nullptr);
}

TEST(PersonTest, AnActiveOfTheSourceItselfWins) {
  Person person = person_with("userAccountControl", "512");
  person.attributes.set("Active", {"no"});
  EXPECT_EQ(*person.find("active"), Texts{"no"});
}

TEST(PersonTest, ActiveIsUnreadWhenWhatItIsDerivedFromIs) {
  Person person;
  person.unread = {"useraccountcontrol"};
  EXPECT_TRUE(person.is_unread("active"));
  EXPECT_FALSE(person.is_unread("mail"));
  person.attributes.set("active", {"true"});
  EXPECT_FALSE(person.is_unread("active"));
}

// never-again 101
TEST(PersonTest, BooleanWordsAreReadInAnyCase) {
  for (const std::string_view word : {"true", "TRUE", "False", "yes", "No", "1", "0", "on", "OFF",
                                      "Active", "inactive", "Enabled", "disabled"}) {
    EXPECT_TRUE(parse_boolean(word).has_value()) << word;
  }
  EXPECT_EQ(parse_boolean("True"), true);
  EXPECT_EQ(parse_boolean("False"), false);
  EXPECT_EQ(parse_boolean("Inactive"), false);
}

TEST(PersonTest, OtherWordsAreNoBooleans) {
  for (const std::string_view word : {"", "y", "truee", " true", "2", "-1", "maybe"}) {
    EXPECT_EQ(parse_boolean(word), std::nullopt) << word;
  }
}

}  // namespace
}  // namespace usher
