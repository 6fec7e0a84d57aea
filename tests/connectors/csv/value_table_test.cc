#include "connectors/csv/value_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace usher::csv {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> texts(const ValueTable::Row& row) {
  std::vector<std::string> all;
  for (const ValueTable::Cell& cell : row) all.push_back(cell.text);
  return all;
}

std::string fault_of(std::string_view text) {
  const ValueTable table = parse_value_table(text);
  if (table.faults.size() != 1) return std::to_string(table.faults.size()) + " faults";
  const ValueTable::Fault& fault = table.faults.front();
  return std::to_string(fault.line) + ":" + std::to_string(fault.column) + ": " + fault.message;
}

TEST(ValueTableTest, EveryCellKnowsItsPlace) {
  const ValueTable table =
      parse_value_table("\xEF\xBB\xBFslug, name\n\"a\",\" b, \"\"c\"\" \"\n\nd,\n");
  EXPECT_THAT(texts(table.header), ElementsAre("slug", "name"));
  ASSERT_THAT(table.rows, SizeIs(2));
  EXPECT_THAT(texts(table.rows[0]), ElementsAre("a", "b, \"c\""));
  EXPECT_THAT(texts(table.rows[1]), ElementsAre("d", ""));
  EXPECT_EQ(table.rows[1][1].line, 4);
  EXPECT_EQ(table.rows[1][1].column, 3);
  EXPECT_THAT(table.faults, IsEmpty());
}

TEST(ValueTableTest, WhatIsWrongIsToldWithItsPlace) {
  EXPECT_THAT(fault_of(""), HasSubstr("0:0: the file is empty"));
  EXPECT_THAT(fault_of("a,b\n1\n"), HasSubstr("2:1: the row has 1 values and the header 2 names"));
  EXPECT_THAT(fault_of("a,A\n"), HasSubstr("1:3: there are two columns 'A'"));
  EXPECT_THAT(fault_of("a,\n"), HasSubstr("1:3: column 2 has no name"));
  EXPECT_THAT(fault_of("a\nx\xFF\n"), HasSubstr("2:2: this is not UTF-8"));
  EXPECT_THAT(fault_of("a\n\"x"), HasSubstr("the file ends inside a quoted value"));
}

TEST(ValueTableTest, ARowThatCannotBeReadIsLeftOut) {
  const ValueTable table = parse_value_table("a,b\n1,2\n3\n4,5\n");
  EXPECT_THAT(table.rows, SizeIs(2));
  EXPECT_THAT(table.faults, SizeIs(1));
}

TEST(ValueTableTest, AHeaderThatCannotBeReadLeavesNoRows) {
  const ValueTable table = parse_value_table("a\"b\nx\ny\n");
  EXPECT_THAT(table.header, IsEmpty());
  EXPECT_THAT(table.rows, IsEmpty());
  EXPECT_THAT(table.faults, SizeIs(1));
}

TEST(ValueTableTest, AFileIsReadAndAMissingOneIsAFault) {
  const TempDir dir;
  dir.write("w.csv", "a\n1\n");
  EXPECT_THAT(load_value_table(dir / "w.csv").rows, SizeIs(1));
  EXPECT_THAT(load_value_table(dir / "nowhere.csv").faults.at(0).message,
              HasSubstr("No such file"));
  EXPECT_THAT(load_value_table(dir.path()).faults.at(0).message, HasSubstr("not a regular file"));
}

}  // namespace
}  // namespace usher::csv
