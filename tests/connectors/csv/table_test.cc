#include "connectors/csv/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "connectors/csv/settings.h"
#include "connectors/error.h"
#include "mapping/receipt.h"
#include "tests/support/collected_people.h"

namespace usher::csv {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Outcome {
  CollectedPeople sink;
  Receipt receipt;
};

Settings by_id() {
  Settings settings;
  settings.id = "id";
  return settings;
}

Outcome read(std::string_view text, const Settings& settings = by_id()) {
  Outcome outcome;
  Table table(settings, "hr.csv", outcome.sink, outcome.receipt);
  Parser parser(settings.delimiter, table);
  parser.feed(text);
  parser.finish();
  table.finish();
  return outcome;
}

std::string error_of(std::string_view text, const Settings& settings = by_id()) {
  try {
    (void)read(text, settings);
  } catch (const ConnectorError& error) {
    return error.what();
  }
  return "";
}

TEST(TableTest, CellsBecomeAttributesByColumnName) {
  const Outcome got = read("id,mail,Given Name\nE1,ann@example.com,Ann\n");
  ASSERT_THAT(got.sink.people, SizeIs(1));
  const Person& ann = got.sink.people[0];
  EXPECT_EQ(ann.source_id, "E1");
  EXPECT_EQ(ann.where, "hr.csv:2:1");
  EXPECT_THAT(*ann.find("MAIL"), ElementsAre("ann@example.com"));
  EXPECT_THAT(*ann.find("given name"), ElementsAre("Ann"));
  EXPECT_TRUE(got.receipt.complete());
  EXPECT_EQ(got.receipt.entries, 1U);
}

TEST(TableTest, AnEmptyCellIsAnAbsentAttribute) {
  const Outcome got = read("id,mail,team\nE1,\"\",x\n");
  EXPECT_EQ(got.sink.people.at(0).find("mail"), nullptr);
}

TEST(TableTest, ColumnsAreRenamed) {
  Settings settings = by_id();
  settings.columns.set("First Name", "given_name");
  settings.columns.set("No", "id");
  const Outcome got = read("No,first name\nE1,Ann\n", settings);
  EXPECT_EQ(got.sink.people.at(0).source_id, "E1");
  EXPECT_THAT(*got.sink.people[0].find("given_name"), ElementsAre("Ann"));
}

TEST(TableTest, TheIdMayBeNamedAsTheFileNamesIt) {
  Settings settings;
  settings.id = "No";
  settings.columns.set("No", "employee");
  EXPECT_EQ(read("No\nE1\n", settings).sink.people.at(0).source_id, "E1");
}

TEST(TableTest, GroupsAreAListWithoutRepeats) {
  Settings settings = by_id();
  settings.groups_column = "teams";
  settings.groups_separator = "|";
  const Outcome got = read("id,teams\nE1,sales| eu |sales||\nE2,\n", settings);
  EXPECT_THAT(*got.sink.people.at(0).find("groups"), ElementsAre("eu", "sales"));
  EXPECT_THAT(*got.sink.people[0].find("teams"), ElementsAre("sales| eu |sales||"));
  EXPECT_EQ(got.sink.people.at(1).find("groups"), nullptr);
}

TEST(TableTest, AColumnNamedGroupsIsTheListOfGroupsByItself) {
  const Outcome got = read("id,groups\nE1,a;b\nE2,\n");
  EXPECT_THAT(*got.sink.people.at(0).find("groups"), ElementsAre("a", "b"));
  EXPECT_EQ(got.sink.people.at(1).find("groups"), nullptr);
  EXPECT_TRUE(got.sink.people.at(1).has_groups);
  EXPECT_FALSE(read("id\nE1\n").sink.people.at(0).has_groups);
}

TEST(TableTest, DuplicateIdsArePassedOn) {
  EXPECT_THAT(read("id\nE1\nE1\n").sink.people, SizeIs(2));
}

// never-again 54
struct FaultCase {
  std::string name;
  std::string row;  ///< below `id,mail,team`, with a good row after it
  std::string where;
  std::string fault;  ///< part of it
};

class FaultyRowTest : public testing::TestWithParam<FaultCase> {};

TEST_P(FaultyRowTest, MakesItsPersonUnknownAndNothingElse) {
  const Outcome got = read("id,mail,team\n" + GetParam().row + "\nE2,b@example.com,x\n");
  ASSERT_THAT(got.sink.people, SizeIs(2));
  EXPECT_EQ(got.sink.people[0].source_id, "E1");
  EXPECT_EQ(got.sink.people[0].where, GetParam().where);
  EXPECT_THAT(got.sink.people[0].fault, HasSubstr(GetParam().fault));
  EXPECT_TRUE(got.sink.people[0].attributes.empty());
  EXPECT_EQ(got.sink.people[1].fault, "");
  EXPECT_THAT(got.receipt.reasons, IsEmpty());
  EXPECT_EQ(got.receipt.entries, 2U);
}

INSTANTIATE_TEST_SUITE_P(
    Table, FaultyRowTest,
    testing::Values(FaultCase{"TooFewCells", "E1,a@example.com", "hr.csv:2:17",
                              "2 cells, the header has 3"},
                    FaultCase{"TooManyCells", "E1,a,b,c", "hr.csv:2:8", "4 cells"},
                    FaultCase{"BadUtf8", "E1,\xC3\xA9\xFF,x", "hr.csv:2:5", "0xFF"},
                    FaultCase{"Utf8CutByTheDelimiter", "E1,\xC3,\xA9", "hr.csv:2:4", "0xC3"},
                    FaultCase{"ZeroByte", std::string("E1,a\0b,x", 8), "hr.csv:2:5", "zero byte"},
                    FaultCase{"StrayQuote", "E1,a\"b,x", "hr.csv:2:5", "double the quotes"},
                    FaultCase{"TextAfterQuote", "E1,\"a\"b,x", "hr.csv:2:6", "closing quote"},
                    FaultCase{"BareReturn", "E1,a\rb,x", "hr.csv:2:5", "carriage return"}),
    [](const auto& tested) { return tested.param.name; });

struct UnidentifiedCase {
  std::string name;
  std::string text;
  std::string reason;  ///< part of it
};

class UnidentifiedRowTest : public testing::TestWithParam<UnidentifiedCase> {};

TEST_P(UnidentifiedRowTest, MakesTheReceiptIncomplete) {
  const Outcome got = read(GetParam().text);
  EXPECT_THAT(got.sink.people, SizeIs(1)) << "only the good row";
  EXPECT_THAT(got.receipt.reasons, ElementsAre(HasSubstr(GetParam().reason)));
  EXPECT_THAT(got.sink.problems, SizeIs(1));
  EXPECT_THAT(got.sink.problems.at(0).where, HasSubstr("hr.csv:2:"));
}

INSTANTIATE_TEST_SUITE_P(
    Table, UnidentifiedRowTest,
    testing::Values(
        UnidentifiedCase{"Empty", "id,mail\n,a@example.com\nE2,b\n", "hr.csv:2:1: the id is empty"},
        UnidentifiedCase{"Blank", "id,mail\n  ,a@example.com\nE2,b\n", "the id is empty"},
        UnidentifiedCase{"NotUtf8", "id,mail\n\xFF,a\nE2,b\n", "the id is not UTF-8"},
        UnidentifiedCase{"WithALineEnd", "id,mail\n\"E1\nE3\",a\nE2,b\n", "control character"},
        UnidentifiedCase{"WithAStrayQuote", "id,mail\nE1\",a\nE2,b\n", "quote out of place"},
        UnidentifiedCase{"ShortRowWithoutId", "mail,id\na@example.com\nb,E2\n",
                         "the row ends before the column of the id"}),
    [](const auto& tested) { return tested.param.name; });

TEST(TableTest, ASurplusCellBeforeTheIdMakesItDoubtful) {
  const Outcome got = read("name,id\nSmith, Ann,E1\nBob,E2\n");
  EXPECT_THAT(got.receipt.reasons, ElementsAre(HasSubstr("the id may stand in another one")));
  EXPECT_EQ(got.sink.people.at(0).source_id, "Ann");
  EXPECT_NE(got.sink.people[0].fault, "");
}

TEST(TableTest, ABrokenRowOfSeveralLinesMayHaveSwallowedOthers) {
  const Outcome got = read("id,name,team\nE1,\"Ann,x\nE2,\"Bob\",y\nE3,Eve,z\n");
  EXPECT_EQ(got.sink.find("E2"), nullptr);
  EXPECT_THAT(got.receipt.reasons, ElementsAre(HasSubstr("may have swallowed others")));
}

struct CutCase {
  std::string name;
  std::string text;
  std::size_t people;
};

class CutFileTest : public testing::TestWithParam<CutCase> {};

TEST_P(CutFileTest, MakesTheReceiptIncomplete) {
  const Outcome got = read(GetParam().text);
  EXPECT_FALSE(got.receipt.complete());
  EXPECT_THAT(got.receipt.reasons.back(), HasSubstr("may have been cut"));
  EXPECT_THAT(got.sink.people, SizeIs(GetParam().people));
}

INSTANTIATE_TEST_SUITE_P(
    Table, CutFileTest,
    testing::Values(CutCase{"BetweenCells", "id,mail,team\nE1,a,x\nE2,b@exam", 2},
                    CutCase{"RaggedButEnded", "id,mail,team\nE1,a,x\nE2,b\n", 2},
                    CutCase{"BeforeEmptyLines", "id,mail,team\nE1,a,x\nE2,b\n\n\r\n", 2},
                    CutCase{"InTheId", "id,mail,team\nE1,a,x\nE00", 1},
                    CutCase{"InsideQuotes", "id,mail,team\nE1,a,x\nE2,\"b@exam", 2},
                    CutCase{"InsideQuotesOfTheLastCell", "id,mail\nE1,a\nE2,\"b\nE3,c\n", 2}),
    [](const auto& tested) { return tested.param.name; });

TEST(TableTest, ARaggedRowBeforeTheLastIsNotACut) {
  EXPECT_TRUE(read("id,mail\nE1\nE2,b\n").receipt.complete());
}

TEST(TableTest, AMillionBadRowsAreSummedUp) {
  std::string text = "id,mail\n";
  for (int i = 0; i < 1000; ++i) text += ",x\n";
  const Outcome got = read(text + "E1,a\n");
  EXPECT_THAT(got.receipt.reasons, SizeIs(21));
  EXPECT_THAT(got.receipt.reasons.back(), HasSubstr("980 more rows"));
  EXPECT_THAT(got.sink.problems, SizeIs(21));
}

TEST(TableTest, MessagesEscapeTheNameOfTheFile) {
  CollectedPeople sink;
  Receipt receipt;
  const Settings settings = by_id();
  Table table(settings, "a\x1B[31m.csv", sink, receipt);
  Parser parser(',', table);
  parser.feed("id\nE1\n");
  EXPECT_EQ(sink.people.at(0).where.find('\x1B'), std::string::npos);
}

TEST(TableHeaderTest, AFileWithoutTheIdColumnCannotBeRead) {
  EXPECT_THAT(error_of("number,mail\nE1,a\n"),
              testing::AllOf(HasSubstr("hr.csv:1:1"), HasSubstr("no column `id`"),
                             HasSubstr("It has: number, mail")));
}

TEST(TableHeaderTest, AWrongDelimiterIsGuessed) {
  EXPECT_THAT(error_of("id;mail\nE1;a\n"), HasSubstr("Is `delimiter: \";\"` meant?"));
  EXPECT_THAT(error_of("id\tmail\n"), HasSubstr("Is `delimiter: tab` meant?"));
}

TEST(TableHeaderTest, AnEmptyFileHasNoHeader) {
  EXPECT_THAT(error_of(""), HasSubstr("not even a header"));
  EXPECT_THAT(error_of("\xEF\xBB\xBF\r\n"), HasSubstr("not even a header"));
}

TEST(TableHeaderTest, ForeignEncodingsAreNamed) {
  EXPECT_THAT(error_of(std::string("\xFF\xFEi\0d\0\n\0", 8)), HasSubstr("UTF-16"));
  EXPECT_THAT(error_of("id,na\xEFve\n"), HasSubstr("hr.csv:1:6: the header is not UTF-8"));
  EXPECT_THAT(error_of("id,mail\rE1,a\r"), HasSubstr("carriage return without line feed"));
}

TEST(TableHeaderTest, AColumnThatIsThereTwiceIsUnknown) {
  const Outcome got = read("id,mail,Mail,team\nE1,a,b,x\n");
  EXPECT_TRUE(got.sink.people.at(0).is_unread("mail"));
  EXPECT_EQ(got.sink.people[0].attributes.find("mail"), nullptr);
  EXPECT_TRUE(got.sink.people[0].attributes.contains("team"));
  EXPECT_THAT(got.sink.problems.at(0).message, HasSubstr("columns 2 and 3 are both `Mail`"));
}

TEST(TableHeaderTest, ADuplicateIdColumnCannotBeRead) {
  EXPECT_THAT(error_of("id,ID\nE1,E2\n"), HasSubstr("no column `id`"));
}

TEST(TableHeaderTest, AColumnWithoutNameIsReported) {
  const Outcome got = read("id,,mail\nE1,x,a\n");
  EXPECT_THAT(got.sink.problems.at(0).message, HasSubstr("column 2 has no name"));
  EXPECT_EQ(got.sink.people.at(0).fault, "");
}

TEST(TableHeaderTest, AMissingGroupsColumnMakesGroupsUnknown) {
  Settings settings = by_id();
  settings.groups_column = "teams";
  const Outcome got = read("id,mail\nE1,a\n", settings);
  EXPECT_TRUE(got.sink.people.at(0).is_unread("groups"));
  EXPECT_TRUE(got.receipt.complete());
  EXPECT_THAT(got.sink.problems.at(0).message, HasSubstr("no column `teams`"));
}

TEST(TableHeaderTest, AMissingRenamedColumnMakesItsAttributeUnknown) {
  Settings settings = by_id();
  settings.columns.set("Dept", "department");
  settings.columns.set("Abteilung", "department");
  EXPECT_FALSE(read("id,dept\nE1,a\n", settings).sink.people.at(0).is_unread("department"));
  EXPECT_TRUE(read("id,mail\nE1,a\n", settings).sink.people.at(0).is_unread("department"));
}

}  // namespace
}  // namespace usher::csv
