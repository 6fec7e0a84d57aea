#include "mapping/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "mapping/syntax_error.h"

namespace usher {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Person template_ann() {
  Person person;
  person.attributes.set("mail", {"Ann.Lee@Example.com"});
  person.attributes.set("uid", {"ann"});
  person.attributes.set("First Name", {" Zo\u00eb "});
  person.attributes.set("roles", {"b", "a", "c"});
  person.attributes.set("list", {"one;two;;three"});
  person.attributes.set("empty", {""});
  person.unread = {"memberOf"};
  return person;
}

Template::Result render(std::string_view text) {
  return Template::parse(text).render(template_ann());
}

TEST(TemplateTest, EachFilterDoesWhatItsNameSays) {
  const struct {
    std::string_view text;
    std::string_view want;
  } cases[] = {
      {"plain", "plain"},
      {"", ""},
      {"cost: 5$", "cost: 5$"},
      {"$${mail}", "${mail}"},
      {"${mail}", "Ann.Lee@Example.com"},
      {"${ MAIL }", "Ann.Lee@Example.com"},
      {"<${uid}>, <${uid}>", "<ann>, <ann>"},
      {"${mail | lower}", "ann.lee@example.com"},
      {"${mail|lower|upper}", "ANN.LEE@EXAMPLE.COM"},
      {"${First Name | trim}", "Zo\u00eb"},
      {"${First Name | trim | ascii}", "Zoe"},
      {"${none | default('x')}", "x"},
      {"${none | default('')}", ""},
      {"${uid | default(\"x\")}", "ann"},
      {"${none | upper | default('it''s')}", "it's"},
      {"${mail | replace('.', '-')}", "Ann-Lee@Example-com"},
      {"${uid | replace('n', '')}", "a"},
      {R"(${mail | regex_replace('^(\w+)\.(\w+)@.*$', '\2, \1')})", "Lee, Ann"},
      {"${list | split(';') | join('+')}", "one+two+three"},
      {"${list | split(';') | first}", "one"},
      {"${list | split(';') | last}", "three"},
      {"${roles | join(', ')}", "b, a, c"},
      {"<${roles | first}>", "<b>"},
      {"${First Name | trim | slice(2)}", "\u00eb"},
      {"${First Name | trim | slice(0, 1)}", "Z"},
      {"${mail | slice(-3)}", "com"},
      {"${mail | slice(0,-4)}", "Ann.Lee@Example"},
      {"${uid | slice(7)}", ""},
      {"${uid | slice(2, 1)}", ""},
      {"${uid | ensure_domain('example.com')}", "ann@example.com"},
      {"${uid | ensure_domain('@example.com')}", "ann@example.com"},
      {"${mail | ensure_domain('example.org')}", "Ann.Lee@Example.com"},
      {"${empty | ensure_domain('example.org')}", ""},
      {"${mail | local_part}", "Ann.Lee"},
      {"${uid | local_part}", "ann"},
      {"${mail | domain}", "Example.com"},
      {"${uid | domain | default('none')}", "none"},
      {"${none | default('a@b@c') | local_part}", "a@b"},
      {"${none | default('a@b@c') | domain}", "c"},
      {"${none | default('}|${') }", "}|${"},
  };
  for (const auto& [text, want] : cases) {
    const Template::Result result = render(text);
    ASSERT_TRUE(result.texts.has_value()) << text << ": " << result.missing << result.fault;
    EXPECT_THAT(*result.texts, ElementsAre(want)) << text;
  }
}

TEST(TemplateTest, AnAbsentVariableMakesTheWholeAbsent) {
  const Template::Result result = render("${uid}-${none}");
  EXPECT_FALSE(result.texts.has_value());
  EXPECT_EQ(result.missing, "none");
  EXPECT_FALSE(result.unread);
}

TEST(TemplateTest, AnEmptyTextIsNotAbsent) {
  EXPECT_THAT(*render("${empty}").texts, ElementsAre(""));
}

TEST(TemplateTest, AVariableThatWasNotReadIsNeitherAbsentNorDefault) {
  const Template::Result result = render("${memberof | default('x')}");
  EXPECT_FALSE(result.texts.has_value());
  EXPECT_TRUE(result.unread);
}

TEST(TemplateTest, SeveralValuesPassWhereTheTemplateIsOneVariableAlone) {
  EXPECT_THAT(*render("${roles | upper}").texts, ElementsAre("B", "A", "C"));
  EXPECT_THAT(*render("${list | split(';')}").texts, ElementsAre("one", "two", "three"));
}

TEST(TemplateTest, SeveralValuesInsideALongerTextAreAFaultWithItsCure) {
  const Template::Result result = render("r-${roles}");
  EXPECT_FALSE(result.texts.has_value());
  EXPECT_THAT(result.fault, HasSubstr("`roles` has 3 values"));
  EXPECT_THAT(result.fault, HasSubstr("${roles | join(', ')}"));
}

TEST(TemplateTest, VariablesAreListedOnceInOrder) {
  const Template parsed = Template::parse("${mail} ${uid | default('x')} ${MAIL}");
  EXPECT_THAT(parsed.variables(), ElementsAre("mail", "uid"));
  EXPECT_EQ(parsed.text(), "${mail} ${uid | default('x')} ${MAIL}");
}

TEST(TemplateTest, ABrokenTemplateSaysWhereAndWhatToDo) {
  const struct {
    std::string_view text;
    std::size_t offset;
    std::string_view cure;
  } cases[] = {
      {"a ${mail", 2, "never closed"},
      {"${mail | lower", 0, "never closed"},
      {"${mail | ", 0, "never closed"},
      {"${mail | default('x'", 0, "never closed"},
      {"${mail and ${uid}", 0, "never closed"},
      {"${mail | default('x)}", 17, "quote is never closed"},
      {"${}", 0, "write ${mail}"},
      {"${ | lower}", 0, "write ${mail}"},
      {"${'mail'}", 2, "without quotes"},
      {"${mail | }", 9, "name of a filter is missing"},
      {"${mail | lowr}", 9, "did you mean `lower`?"},
      {"${mail | encrypt}", 9, "there are: lower, upper"},
      {"${mail | lower | titel('x')}", 17, "no filter `titel`"},
      {"${mail | lower('x')}", 9, "wrong number of arguments (1): write lower"},
      {"${mail | default}", 9, "write default('text')"},
      {"${mail | replace('a')}", 9, "write replace('from', 'to')"},
      {"${mail | slice('x')}", 15, "not a whole number"},
      {"${mail | slice(99999999999999999999)}", 15, "not a whole number"},
      {"${mail | default(x)}", 17, "texts stand in quotes"},
      {"${mail | default('x' 'y')}", 21, "separated by `,`"},
      {"${mail | lower upper}", 15, "next filter begins with `|`"},
      {"${mail | replace('', 'x')}", 17, "must not be empty"},
      {"${mail | split('')}", 15, "must not be empty"},
      {"${mail | ensure_domain('@')}", 23, "must not be empty"},
      {"${mail | regex_replace('(', 'x')}", 23, "missing )"},
      {"${mail | regex_replace('a', '\\1')}", 28, "replacement is not usable"},
      {"\xff", 0, "UTF-8"},
  };
  for (const auto& [text, offset, cure] : cases) {
    try {
      (void)Template::parse(text);
      ADD_FAILURE() << "accepted: " << text;
    } catch (const SyntaxError& error) {
      EXPECT_EQ(error.offset, offset) << text << ": " << error.what();
      EXPECT_THAT(error.what(), HasSubstr(cure)) << text;
    }
  }
}

// What a text with a syntax of its own needs: the template's own words stay as they are.
TEST(TemplateTest, ValuesAreEncodedAfterTheirFilters) {
  Person person;
  person.attributes.set("unit", {"a'b"});
  const auto doubled = [](std::string_view value) {
    return std::string(value) + "|" + std::string(value);
  };
  const Template text = Template::parse("'${unit | upper}' and ${unit}");
  EXPECT_EQ(text.render(person, doubled).texts, Texts{"'A'B|A'B' and a'b|a'b"});
  EXPECT_EQ(text.render(person).texts, Texts{"'A'B' and a'b"});
}

}  // namespace
}  // namespace usher
