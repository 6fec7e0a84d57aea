#include "mapping/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "mapping/mapper.h"
#include "mapping/syntax_error.h"

namespace usher {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Person filter_ann() {
  Person person;
  person.attributes.set("userName", {"Ann.Lee"});
  person.attributes.set("department", {"Sales"});
  person.attributes.set("displayName", {"Zo\u00eb Lee"});
  person.attributes.set("active", {"TRUE"});
  person.attributes.set("level", {"10"});
  person.attributes.set("hired", {"2024-03-01T09:00:00+01:00"});
  person.attributes.set("groups", {"staff", "Sales-Leads"});
  person.attributes.set("note", {"maybe"});
  person.attributes.set("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
                        {"Field"});
  person.unread = {"memberOf"};
  return person;
}

Truth truth_of(std::string_view filter, const Texts& case_exact = {}) {
  const Person person = filter_ann();
  return Filter::parse(filter, case_exact).evaluate(PersonSubject(person));
}

struct FilterCase {
  std::string_view filter;
  bool want;
};

template <std::size_t kCount>
void check(const FilterCase (&cases)[kCount]) {
  for (const auto& [filter, want] : cases) {
    EXPECT_EQ(truth_of(filter), want ? Truth::kTrue : Truth::kFalse) << filter;
  }
}

TEST(FilterTest, TextOperators) {
  check({{"department eq \"Sales\"", true},
         {"department eq \"sales\"", true},
         {"department eq \"Sale\"", false},
         {"department eq \"Salesx\"", false},
         {"department ne \"Sales\"", false},
         {"department ne \"HR\"", true},
         {"department co \"ALE\"", true},
         {"department co \"ola\"", false},
         {"department sw \"sa\"", true},
         {"department sw \"ales\"", false},
         {"department sw \"Sales and\"", false},
         {"department ew \"LES\"", true},
         {"department ew \"sal\"", false},
         {"department gt \"Marketing\"", true},
         {"department gt \"sales\"", false},
         {"department ge \"SALES\"", true},
         {"department lt \"support\"", true},
         {"department le \"Sales\"", true},
         {"department lt \"Sales\"", false}});
}

TEST(FilterTest, OperatorsKeywordsAndNamesIgnoreCase) {
  check({{"DEPARTMENT EQ \"Sales\"", true},
         {"username Eq \"ann.lee\" AND Not (level PR) OR level eq 10", true},
         {"active eq True", true}});
}

TEST(FilterTest, TextComparesInItsComposedForm) {
  check({{"displayName eq \"Zoe\u0308 Lee\"", true},
         {"displayName co \"o\u0308\"", false},
         {"displayName sw \"ZO\u00eb\"", true},
         {"displayName eq \"Zo\\u00eb Lee\"", true}});
}

TEST(FilterTest, AttributesThatCompareExactlyKeepTheirCase) {
  EXPECT_EQ(truth_of("userName eq \"ann.lee\"", {"username"}), Truth::kFalse);
  EXPECT_EQ(truth_of("userName eq \"Ann.Lee\"", {"username"}), Truth::kTrue);
  EXPECT_EQ(truth_of("groups[value eq \"sales-leads\"]", {"groups.value"}), Truth::kFalse);
}

TEST(FilterTest, NumbersCompareAsNumbers) {
  check({{"level eq 10", true},
         {"level eq 10.0", true},
         {"level gt 9", true},
         {"level lt 9", false},
         {"level ge 1e1", true},
         {"level le -3", false},
         {"level gt \"9\"", false},  // a quoted number is a text
         {"department eq 10", false},
         {"department ne 10", true},
         {"department gt 10", false}});
}

TEST(FilterTest, LongWholeNumbersAreNotRounded) {
  Person person;
  person.attributes.set("number", {"9007199254740993"});
  const PersonSubject subject(person);
  EXPECT_EQ(Filter::parse("number eq 9007199254740992").evaluate(subject), Truth::kFalse);
  EXPECT_EQ(Filter::parse("number eq 9007199254740993").evaluate(subject), Truth::kTrue);
}

TEST(FilterTest, DateTimesCompareAsInstants) {
  check({{"hired eq \"2024-03-01T08:00:00Z\"", true},
         {"hired lt \"2024-03-01T08:00:00.5Z\"", true},
         {"hired gt \"2024-03-01T08:30:00+01:00\"", true},
         {"hired ge \"2024-03-01T08:00:00\"", true},
         {"hired sw \"2024-03\"", true}});
}

// never-again 101
TEST(FilterTest, BooleansCompareTyped) {
  check({{"active eq true", true},
         {"active ne false", true},
         {"active eq false", false},
         {"note eq true", false},
         {"note eq false", false},
         {"note ne true", true},
         {"active eq \"true\"", true}});
}

TEST(FilterTest, AnyValueOfSeveralMatches) {
  check({{"groups eq \"sales-leads\"", true},
         {"groups eq \"STAFF\"", true},
         {"groups eq \"hr\"", false},
         {"groups ne \"staff\"", true},
         {"not (groups eq \"staff\")", false},
         {"groups pr", true}});
}

TEST(FilterTest, AbsentNullAndEmptyAreOne) {
  check({{"manager pr", false},
         {"manager eq null", true},
         {"manager eq \"\"", true},
         {"manager ne null", false},
         {"manager ne \"Bo\"", true},
         {"manager ne true", true},
         {"manager eq \"Bo\"", false},
         {"manager co \"o\"", false},
         {"manager lt 5", false},
         {"department eq null", false},
         {"department ne \"\"", true}});
}

TEST(FilterTest, AndBindsTighterThanOr) {
  check({{"level eq 10 or level eq 1 and level eq 2", true},
         {"(level eq 10 or level eq 1) and level eq 2", false},
         {"level eq 1 and level eq 2 or level eq 10", true}});
}

TEST(FilterTest, NotBindsTighterThanAnd) {
  check({{"not (level eq 1) and level eq 10", true},
         {"not (level eq 10) and level eq 1 or level eq 10", true},
         {"not (level eq 1 and level eq 10)", true},
         {"not (not (level eq 10))", true}});
}

TEST(FilterTest, UrnPathsNameOneAttribute) {
  check(
      {{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq \"field\"", true},
       {"URN:ietf:params:scim:schemas:extension:Enterprise:2.0:user:department pr", true}});
}

TEST(FilterTest, AColumnMayHaveAnyLettersInItsName) {
  Person person;
  person.attributes.set("größe", {"L"});
  person.attributes.set("cn;lang-de", {"Anne"});
  person.attributes.set("2nd_mail", {"a@example.com"});
  const Filter filter = Filter::parse("größe eq \"l\" and cn;lang-de pr and 2nd_mail co \"@\"");
  EXPECT_EQ(filter.evaluate(PersonSubject(person)), Truth::kTrue);
}

TEST(FilterTest, StringsKnowTheEscapesOfJson) {
  Person person;
  person.attributes.set("name", {"a\"b\\c/\n\t🪑"});
  const Filter filter = Filter::parse(R"(name eq "a\"b\\c\/\n\t\uD83E\uDE91")");
  EXPECT_EQ(filter.evaluate(PersonSubject(person)), Truth::kTrue);
}

TEST(FilterTest, TheTextIsKept) {
  const std::string text = " department  eq \"Sales\" ";
  EXPECT_EQ(Filter::parse(text).text(), text);
}

TEST(FilterTest, AttributesAreListedOnceInOrder) {
  const Filter filter =
      Filter::parse("b eq 1 and (a pr or B eq 2) and not (groups[value eq \"x\"])");
  EXPECT_THAT(filter.attributes(), ElementsAre("b", "a", "groups"));
}

// --- Value paths -------------------------------------------------------------------------------

/// A JSON resource in small: a complex multi-valued attribute `emails`.
class Resource : public FilterSubject {
 public:
  explicit Resource(std::vector<Person> emails) : emails_(std::move(emails)) {}
  const Texts* values(std::string_view) const override { return nullptr; }
  bool is_unknown(std::string_view) const override { return false; }
  std::vector<std::unique_ptr<FilterSubject>> elements(std::string_view path) const override {
    std::vector<std::unique_ptr<FilterSubject>> elements;
    if (path != "emails") return elements;
    for (const Person& email : emails_) elements.push_back(std::make_unique<PersonSubject>(email));
    return elements;
  }

 private:
  std::vector<Person> emails_;
};

Person email(std::string_view type, std::string_view value) {
  Person element;
  element.attributes.set("type", {std::string(type)});
  element.attributes.set("value", {std::string(value)});
  return element;
}

Truth truth_of_resource(std::string_view filter) {
  const Resource resource({email("work", "ann@example.com"), email("home", "ann@home.example")});
  return Filter::parse(filter).evaluate(resource);
}

TEST(FilterTest, AValuePathWantsOneElementForWhichAllHolds) {
  EXPECT_EQ(truth_of_resource("emails[type eq \"work\" and value co \"@example.com\"]"),
            Truth::kTrue);
  EXPECT_EQ(truth_of_resource("emails[type eq \"work\" and value co \"@home\"]"), Truth::kFalse);
  EXPECT_EQ(truth_of_resource("emails[not (type eq \"work\")]"), Truth::kTrue);
  EXPECT_EQ(truth_of_resource("phones[type eq \"work\"]"), Truth::kFalse);
}

TEST(FilterTest, AComparisonBehindAValuePathIsAboutTheSameElement) {
  EXPECT_EQ(truth_of_resource("emails[type eq \"work\"].value eq \"ANN@example.com\""),
            Truth::kTrue);
  EXPECT_EQ(truth_of_resource("emails[type eq \"home\"].value eq \"ann@example.com\""),
            Truth::kFalse);
  EXPECT_EQ(truth_of_resource("emails[type eq \"home\" or type eq \"x\"].value pr and not (a pr)"),
            Truth::kTrue);
}

TEST(FilterTest, PlainValuesAreElementsWithAValue) {
  check({{"groups[value sw \"sales\"]", true},
         {"groups[value eq \"staff\" and value eq \"sales-leads\"]", false},
         {"groups[display pr]", false},
         {"manager[value pr]", false}});
}

// --- Three values ------------------------------------------------------------------------------

TEST(FilterTest, WhatWasNotReadIsUnknown) {
  for (const std::string_view filter :
       {"memberOf eq \"x\"", "memberof ne \"x\"", "memberOf pr", "not (memberOf pr)",
        "memberOf eq null", "memberOf[value eq \"x\"]", "memberOf pr and level eq 10",
        "memberOf pr or level eq 1"}) {
    EXPECT_EQ(truth_of(filter), Truth::kUnknown) << filter;
  }
}

TEST(FilterTest, WhatIsCertainDespiteTheUnknownIsCertain) {
  check({{"memberOf pr and level eq 1", false}, {"memberOf pr or level eq 10", true}});
}

TEST(FilterTest, AFalseThatRestsOnAnAbsentAttributeSaysSo) {
  const Person person = filter_ann();
  const PersonSubject subject(person);
  const auto by_absence = [&](std::string_view text) {
    return Filter::parse(text).false_by_absence(subject);
  };
  EXPECT_TRUE(by_absence("manager eq \"Bo\""));
  EXPECT_TRUE(by_absence("department eq \"Sales\" and manager eq \"Bo\""));
  EXPECT_TRUE(by_absence("department eq \"HR\" or manager eq \"Bo\""));
  EXPECT_TRUE(by_absence("not (manager ne \"Bo\")"));
  EXPECT_TRUE(by_absence("manager[value eq \"Bo\"]"));
  EXPECT_FALSE(by_absence("department eq \"HR\"")) << "a value was read";
  EXPECT_FALSE(by_absence("department eq \"HR\" and manager eq \"Bo\"")) << "false in any case";
  EXPECT_FALSE(by_absence("department eq \"Sales\"")) << "not false";
  EXPECT_FALSE(by_absence("memberOf eq \"x\"")) << "not false but unknown";
}

TEST(FilterTest, ExplainShowsEachComparisonWithWhatWasThere) {
  const Person person = filter_ann();
  const auto steps = Filter::parse(
                         "department eq \"HR\" and (not (groups eq \"staff\") or boss pr) "
                         "or memberOf[value eq \"x\"]")
                         .explain(PersonSubject(person));
  ASSERT_EQ(steps.size(), 4U);
  EXPECT_EQ(steps[0].text, "department eq \"HR\"");
  EXPECT_EQ(steps[0].actual, "Sales");
  EXPECT_EQ(steps[0].truth, Truth::kFalse);
  EXPECT_EQ(steps[1].text, "groups eq \"staff\"");
  EXPECT_EQ(steps[1].actual, "staff, Sales-Leads");
  EXPECT_EQ(steps[2].text, "boss pr");
  EXPECT_EQ(steps[2].actual, "(absent)");
  EXPECT_EQ(steps[3].text, "memberOf[value eq \"x\"]");
  EXPECT_EQ(steps[3].actual, "(not read)");
  EXPECT_EQ(steps[3].truth, Truth::kUnknown);
}

// --- Errors ------------------------------------------------------------------------------------

struct Broken {
  std::string text;
  std::size_t offset;
  std::string_view cure;
};

const std::string kTooDeep = std::string(100, '(') + "a pr" + std::string(100, ')');

const Broken kBroken[] = {
    {"", 0, "empty"},
    {"   ", 0, "empty"},
    {"department", 10, "operator is missing"},
    {"department eq", 13, "value to compare `department` with is missing"},
    {"department = \"Sales\"", 11, "write `eq`"},
    {"department==\"Sales\"", 10, "write `eq`"},
    {"level >= 3", 6, "write `ge`"},
    {"level!=3", 5, "write `ne`"},
    {"department contains \"a\"", 11, "write `co`"},
    {"department in (\"a\")", 11, "department eq \"a\" or department eq \"b\""},
    {"department eq Sales", 14, "double quotes, \"Sales\""},
    {"department eq 'Sales'", 14, "straight double quotes"},
    {"department eq “Sales”", 14, "straight double quotes"},
    {"number eq 007", 10, "double quotes, \"007\""},
    {"number eq 1e999", 10, "double quotes"},
    {"First Name eq \"Ann\"", 6, "`First Name`: a filter cannot name attributes with spaces"},
    {"department eq \"Sales", 14, "never closed"},
    {"department eq \"a\\x\"", 16, "unknown escape"},
    {"department eq \"\\ud83e\"", 15, "surrogate"},
    {"department eq \"\\u12g4\"", 15, "four hexadecimal digits"},
    {"department eq \"a\nb\"", 16, "\\n"},
    {"department eq \"a\xff\"", 16, "UTF-8"},
    {"a pr && b pr", 5, "write `and`"},
    {"a pr || b pr", 5, "write `or`"},
    {"a pr b pr", 5, "`and` or `or`, not `b`"},
    {"a eq \"x\" \"y\"", 9, "`and` or `or`"},
    {"a pr and", 8, "filter ends"},
    {"a pr or ", 8, "filter ends"},
    {"and a pr", 4, "`a` is no operator"},
    {"(a pr", 0, "never closed: add `)`"},
    {"a pr)", 4, "closes nothing"},
    {"()", 1, "attribute name is expected"},
    {"emails[type eq \"work\"", 6, "never closed: add `]`"},
    {"emails[type eq \"work\")", 21, "closes nothing"},
    {"emails[type eq \"work\"].", 23, "filter ends"},
    {"a[b[c pr]]", 3, "inside another"},
    {"not active eq true", 4, "`not` needs parentheses"},
    {"!(a pr)", 0, "not (…)"},
    {"(&(a=b)(c=d))", 1, "LDAP filter"},
    {"\"Sales\" eq department", 0, "attribute comes first"},
    {"name. eq \"x\"", 5, "not complete"},
    {"active gt true", 10, "only `eq` and `ne`"},
    {"manager lt null", 11, "only `eq` and `ne`"},
    {"level co 1", 9, "double quotes"},
    {"name sw \"\"", 8, "use `pr`"},
    {kTooDeep, 64, "more than 64 brackets"},
};

TEST(FilterTest, ABrokenFilterSaysWhereAndWhatToDo) {
  for (const auto& [text, offset, cure] : kBroken) {
    try {
      (void)Filter::parse(text);
      ADD_FAILURE() << "accepted: " << text;
    } catch (const SyntaxError& error) {
      EXPECT_EQ(error.offset, offset) << text << ": " << error.what();
      EXPECT_THAT(error.what(), HasSubstr(cure)) << text;
    }
  }
}

TEST(FilterTest, AValueBetweenQuotesStaysThatValue) {
  for (const std::string value :
       {"plain", R"(a" or userName pr or b eq ")", R"(back\slash\)", "tab\t\x01", "Zoë"}) {
    Person person;
    person.attributes.set("unit", {value});
    const auto filter = Filter::parse("unit eq \"" + Filter::quoted_part(value) + "\"");
    EXPECT_EQ(filter.evaluate(PersonSubject(person)), Truth::kTrue) << value;
    EXPECT_EQ(filter.evaluate(PersonSubject(Person{})), Truth::kFalse) << value;
  }
}

TEST(FilterTest, ALongChainIsNoDepth) {
  std::string text = "a eq 0";
  for (int i = 0; i < 20'000; ++i) text += " or a eq 1";
  EXPECT_EQ(Filter::parse(text).explain(PersonSubject(Person{})).size(), 20'001U);
}

TEST(FilterTest, KnowsTheEqualityWithoutWhichItIsFalse) {
  const auto equality_of = [](std::string_view filter) {
    const auto equality = Filter::parse(filter).necessary_equality();
    return equality ? equality->path + "=" + equality->text : "none";
  };
  EXPECT_EQ(equality_of(R"(department eq "Sales")"), "department=sales");
  EXPECT_EQ(equality_of(R"(active eq true and (groups eq "ZO\u00cb" and a pr))"),
            "groups=zo\u00cb");
  for (const char* filter :
       {R"(department ne "Sales")", R"(a eq "x" or b eq "y")", R"(not (a eq "x"))", R"(a eq "")",
        R"(level eq 10)", R"(hired eq "2024-03-01T08:00:00Z")", R"(mail co "x")", "a pr"}) {
    EXPECT_EQ(equality_of(filter), "none") << filter;
  }
}

}  // namespace
}  // namespace usher
