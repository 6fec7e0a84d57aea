#include "mapping/mapper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace usher {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Capabilities capabilities() {
  Capabilities can;
  can.attributes = {{.name = "email", .required = true, .ignores_case = true, .max_length = 20},
                    {.name = "name", .max_length = 4},
                    {.name = "active", .is_boolean = true},
                    {.name = "roles", .is_multi = true},
                    {.name = "role", .values = {"admin", "agent"}},
                    {.name = "metadata.*"}};
  can.key = "email";
  return can;
}

Person mapped_ann() {
  Person person;
  person.attributes.set("mail", {"Ann@Example.com"});
  person.attributes.set("groups", {"leads", "staff"});
  person.attributes.set("status", {"Active"});
  person.attributes.set("roles", {"b", "a", "b", ""});
  person.unread = {"memberOf"};
  return person;
}

Rule rule(std::string_view text) {
  return {std::nullopt, Template::parse(text)};
}

Rule rule(std::string_view when, std::string_view text) {
  return {Filter::parse(when), Template::parse(text)};
}

/// The e-mail address, which is required, and whatever the test is about.
Mapper mapper_with(std::string attribute, std::vector<Rule> rules) {
  return Mapper({{"email", {rule("${mail}")}}, {std::move(attribute), std::move(rules)}},
                capabilities());
}

Desired desired_with(std::string attribute, std::vector<Rule> rules) {
  return mapper_with(std::move(attribute), std::move(rules)).desired(mapped_ann());
}

TEST(MapperTest, AttributesComeFromTheirTemplates) {
  const Desired desired = desired_with("name", {rule("${mail | slice(0, 3)}")});
  EXPECT_EQ(*desired.account.fields.find("email"), Value("Ann@Example.com"));
  EXPECT_EQ(*desired.account.fields.find("name"), Value("Ann"));
  EXPECT_THAT(desired.faults, IsEmpty());
  EXPECT_THAT(desired.unread, IsEmpty());
}

TEST(MapperTest, TheKeyIsTheTextOfTheKeyAttribute) {
  EXPECT_EQ(desired_with("name", {rule("x")}).account.key, "Ann@Example.com");
}

TEST(MapperTest, NamesAreSpelledAsTheTargetSpellsThem) {
  const Desired desired = desired_with("ROLE", {rule("agent")});
  EXPECT_EQ(desired.account.fields.begin()[1].first, "role");
}

TEST(MapperTest, ASubKeyIsCalledWhatTheMappingCallsIt) {
  EXPECT_EQ(*desired_with("metadata.Team", {rule("x")}).account.fields.find("metadata.team"),
            Value("x"));
}

TEST(MapperTest, TheFirstRuleThatHoldsDecides) {
  const std::vector<Rule> rules = {rule("groups eq \"admins\"", "admin"),
                                   rule("groups eq \"leads\"", "agent"), rule("admin")};
  EXPECT_EQ(*desired_with("role", rules).account.fields.find("role"), Value("agent"));
}

TEST(MapperTest, AnAttributeForWhichNoRuleHoldsIsUnmanaged) {
  const Desired desired = desired_with("role", {rule("groups eq \"admins\"", "admin")});
  EXPECT_FALSE(desired.account.fields.contains("role"));
  EXPECT_THAT(desired.faults, IsEmpty());
}

TEST(MapperTest, AnAbsentVariableLeavesTheAttributeUnmanaged) {
  EXPECT_FALSE(desired_with("name", {rule("${none}")}).account.fields.contains("name"));
}

TEST(MapperTest, AnEmptyTextClearsTheAttribute) {
  EXPECT_EQ(*desired_with("name", {rule("")}).account.fields.find("name"), Value(""));
}

TEST(MapperTest, ARuleThatMightHoldMakesTheAttributeUnread) {
  const Desired desired =
      desired_with("role", {rule("memberOf eq \"admins\"", "admin"), rule("agent")});
  EXPECT_THAT(desired.unread, ElementsAre("role"));
  EXPECT_FALSE(desired.account.fields.contains("role"));
}

TEST(MapperTest, AValueThatWasNotReadMakesTheAttributeUnread) {
  EXPECT_THAT(desired_with("name", {rule("${memberOf}")}).unread, ElementsAre("name"));
}

// never-again 101
TEST(MapperTest, BooleansAreTyped) {
  EXPECT_EQ(*desired_with("active", {rule("${status}")}).account.fields.find("active"),
            Value(true));
  EXPECT_EQ(*desired_with("active", {rule("False")}).account.fields.find("active"), Value(false));
  EXPECT_EQ(*desired_with("active", {{std::nullopt, false}}).account.fields.find("active"),
            Value(false));
}

TEST(MapperTest, ABooleanForATextAttributeIsItsWord) {
  EXPECT_EQ(
      *desired_with("metadata.vip", {{std::nullopt, true}}).account.fields.find("metadata.vip"),
      Value("true"));
}

TEST(MapperTest, SeveralValuesAreSortedAndUnique) {
  EXPECT_EQ(*desired_with("roles", {rule("${roles}")}).account.fields.find("roles"),
            Value(Texts{"a", "b"}));
}

// never-again 74
TEST(MapperTest, WhatTheTargetWouldRefuseIsAFault) {
  const struct {
    std::string attribute;
    std::string_view text;
    std::string_view fault;
  } cases[] = {
      {"active", "maybe", "active is true or false, but the mapping yields `maybe`"},
      {"active", "", "active is true or false"},
      {"name", "Ann-L", "name is 5 characters long, the target takes 4"},
      {"name", "${groups}", "name takes one value, but the mapping yields 2 (leads, staff)"},
      {"name", "x${groups}", "name: `groups` has 2 values"},
      {"role", "agnet", "role cannot be `agnet`: it is one of admin, agent; did you mean `agent`?"},
      {"name", std::string_view("a\0b", 3), "name holds a NUL character"},
  };
  for (const auto& [attribute, text, fault] : cases) {
    const Desired desired = desired_with(attribute, {rule(text)});
    EXPECT_THAT(desired.faults, ElementsAre(HasSubstr(fault))) << text;
    EXPECT_FALSE(desired.account.fields.contains(attribute)) << text;
  }
}

TEST(MapperTest, LengthIsCountedInCodePointsAndTheLimitPasses) {
  EXPECT_THAT(desired_with("name", {rule("Zo\u00eb\u00eb")}).faults, IsEmpty());
}

TEST(MapperTest, AllowedValuesIgnoreCase) {
  EXPECT_THAT(desired_with("role", {rule("Agent")}).faults, IsEmpty());
}

TEST(MapperTest, AFaultNamesTheRequiredAttributeAndWhatIsAbsent) {
  const Mapper mapper({{"email", {rule("${mail2 | lower}")}}}, capabilities());
  EXPECT_THAT(mapper.desired(mapped_ann()).faults,
              ElementsAre(AllOf(HasSubstr("email is required"), HasSubstr("mail2 is absent"))));
}

TEST(MapperTest, ARequiredAttributeMustNotBeEmptyOrLeftOut) {
  EXPECT_THAT(Mapper({{"email", {rule("")}}}, capabilities()).desired(mapped_ann()).faults,
              ElementsAre(HasSubstr("email is required, but the mapping yields an empty text")));
  EXPECT_THAT(Mapper({}, capabilities()).desired(mapped_ann()).faults,
              ElementsAre(HasSubstr("email is required, but `map` does not mention it")));
}

TEST(MapperTest, ARequiredAttributeThatWasNotReadIsNoFault) {
  const Desired desired =
      Mapper({{"email", {rule("${memberOf}")}}}, capabilities()).desired(mapped_ann());
  EXPECT_THAT(desired.unread, ElementsAre("email"));
  EXPECT_THAT(desired.faults, IsEmpty());
}

TEST(MapperTest, AKeyThatCouldPassForAnotherIsAFault) {
  const Mapper mapper({{"email", {rule("\uff41nn@example.com")}}}, capabilities());
  EXPECT_THAT(mapper.desired(mapped_ann()).faults,
              ElementsAre(AllOf(HasSubstr("email"), HasSubstr("pass for the letter a"))));
}

TEST(MapperTest, VariablesAreThoseOfTemplatesAndFilters) {
  const Mapper mapper = mapper_with("role", {rule("groups pr", "${role}"), rule("${MAIL}")});
  EXPECT_THAT(mapper.variables(), ElementsAre("mail", "groups", "role"));
}

TEST(MapperTest, ExplainNamesTheRuleThatDecided) {
  const auto provenance =
      mapper_with("role", {rule("groups eq \"leads\"", "agent")}).explain(mapped_ann());
  ASSERT_EQ(provenance.size(), 2U);
  EXPECT_EQ(provenance[0].rule, "${mail}");
  EXPECT_EQ(provenance[1].attribute, "role");
  EXPECT_EQ(provenance[1].value, Value("agent"));
  EXPECT_EQ(provenance[1].rule, "agent when groups eq \"leads\"");
}

TEST(MapperTest, ExplainSaysWhyThereIsNoValue) {
  const auto note = [](std::vector<Rule> rules) {
    return mapper_with("name", std::move(rules)).explain(mapped_ann())[1].note;
  };
  EXPECT_EQ(note({rule("${none}")}), "none is absent");
  EXPECT_EQ(note({rule("groups eq \"x\"", "y")}), "no rule holds");
  EXPECT_THAT(note({rule("${memberOf}")}), HasSubstr("not completely read: memberOf"));
  EXPECT_THAT(note({rule("memberOf pr", "x")}), HasSubstr("unknown whether this rule holds"));
  EXPECT_THAT(note({rule("Anneliese")}), HasSubstr("9 characters long"));
}

TEST(MapperTest, GroupsThatFitAPatternAreValuesWhereNoRuleSaysOtherwise) {
  const Mapper mapper({{"email", {rule("${mail}")}}, {"roles", {}, {"LEAD*", "x"}}},
                      capabilities());
  const Value want = Texts{"leads"};
  EXPECT_EQ(*mapper.desired(mapped_ann()).account.fields.find("roles"), want);
  EXPECT_THAT(mapper.variables(), testing::Contains("groups"));
  EXPECT_EQ(mapper.explain(mapped_ann())[1].rule, "groups that fit LEAD*, x");
}

TEST(MapperTest, GroupsThatWereNotReadAreUnknown) {
  Person person = mapped_ann();
  person.unread = {"groups"};
  const Mapper mapper({{"email", {rule("${mail}")}}, {"roles", {}, {"*"}}}, capabilities());
  EXPECT_THAT(mapper.desired(person).unread, ElementsAre("roles"));
}

// Somebody in no group loses what groups gave; where the source has no groups, nobody does.
TEST(MapperTest, NoGroupsAreAnAnswerOnlyWhereTheSourceReadsGroups) {
  Person person = mapped_ann();
  person.attributes.erase("groups");
  const Mapper by_pattern({{"email", {rule("${mail}")}}, {"roles", {}, {"*"}}}, capabilities());
  const Mapper by_rule = mapper_with("roles", {rule("${groups | lower}")});
  for (const Mapper* mapper : {&by_pattern, &by_rule}) {
    EXPECT_FALSE(mapper->desired(person).account.fields.contains("roles"));
    EXPECT_TRUE(mapper->takes_groups());
  }
  EXPECT_EQ(by_pattern.explain(person)[1].note, "the source does not say who is in which group");
  person.has_groups = true;
  for (const Mapper* mapper : {&by_pattern, &by_rule}) {
    EXPECT_EQ(*mapper->desired(person).account.fields.find("roles"), Value(Texts{}));
  }
}

TEST(MapperTest, WhoIsInNoGroupThatFitsHasNone) {
  const Mapper mapper({{"email", {rule("${mail}")}}, {"roles", {}, {"app-*"}}}, capabilities());
  EXPECT_EQ(*mapper.desired(mapped_ann()).account.fields.find("roles"), Value(Texts{}));
}

}  // namespace
}  // namespace usher
