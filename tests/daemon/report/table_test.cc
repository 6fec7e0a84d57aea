#include "daemon/report/table.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace usher {
namespace {

TEST(TableTest, AlignsByDisplayWidthWithoutBlanksAtLineEnds) {
  Table table({{"name"}, {"people", Table::Align::kRight}, {"where"}});
  table.add({"王小明", "7", "Berlin"});
  table.add({"Zoë", "1204"});
  EXPECT_EQ(table.render({}, "  "),
            "  name    people  where\n"
            "  王小明       7  Berlin\n"
            "  Zoë       1204\n");
}

TEST(TableTest, ForeignCellsAreEscaped) {
  Table table({{"value"}});
  table.add({"a\x1b[2Jb"});
  EXPECT_EQ(table.render({}).find('\x1b'), std::string::npos);
}

TEST(TableTest, AColumnWithoutContentIsLeftOut) {
  Table table({{"target"}, {"error"}, {"run"}});
  table.add({"sales", "", "01J"});
  EXPECT_EQ(table.render({}), "target  run\nsales   01J\n");
}

TEST(TableTest, WithoutTitlesThereIsNoHead) {
  Table table({{}, {}});
  table.add({"mail", "ann@example.com"});
  EXPECT_EQ(table.render({}), "mail  ann@example.com\n");
}

TEST(TableTest, AnEmptyTableRendersNothing) {
  EXPECT_EQ(Table({{"a"}, {"b"}}).render({}), "");
}

TEST(TableTest, MoreCellsThanColumnsIsAProgrammingError) {
  Table table({{"a"}});
  EXPECT_THROW(table.add({"1", "2"}), std::invalid_argument);
}

}  // namespace
}  // namespace usher
