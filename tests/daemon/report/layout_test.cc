#include "daemon/report/layout.h"

#include <gmock/gmock.h>

namespace usher {
namespace {

using ::testing::ElementsAre;

TEST(LayoutTest, WidthCountsColumnsNotBytes) {
  struct Case {
    std::string text;
    std::size_t width;
  };
  const Case cases[] = {{"", 0},
                        {"abc", 3},
                        {"Zoë", 3},
                        {"e\u0301", 1},
                        {"王小明", 6},
                        {"a\xff", 2},
                        {"\x1b[1;31mred\x1b[0m", 3}};
  for (const Case& c : cases) EXPECT_EQ(display_width(c.text), c.width) << c.text;
}

TEST(LayoutTest, PadsByColumnsAndLeavesLongTextWhole) {
  EXPECT_EQ(pad_right("王", 4), "王  ");
  EXPECT_EQ(pad_left("7", 3), "  7");
  EXPECT_EQ(pad_right("long", 2), "long");
}

TEST(LayoutTest, WrapsAtBlanksAndGivesLongWordsALineOfTheirOwn) {
  EXPECT_THAT(wrap("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("a verylongword b", 5), ElementsAre("a", "verylongword", "b"));
  EXPECT_THAT(wrap("as it is", 0), ElementsAre("as it is"));
  EXPECT_THAT(wrap("", 5), ElementsAre(""));
}

TEST(LayoutTest, NumbersAreGroupedAndNounsAgree) {
  EXPECT_EQ(counted(1, "change"), "1 change");
  EXPECT_EQ(counted(0, "change"), "0 changes");
  EXPECT_EQ(counted(1204, "person", "people"), "1,204 people");
  EXPECT_EQ(grouped(1'000'000), "1,000,000");
  EXPECT_EQ(grouped(999), "999");
}

TEST(LayoutTest, TimesAreUtcAndSpansRoundUp) {
  EXPECT_EQ(format_utc(1767323045), "2026-01-02T03:04:05Z");
  EXPECT_EQ(format_utc(0), "never");
  EXPECT_EQ(format_span(0.2), "1 s");
  EXPECT_EQ(format_span(59.5), "1 min 0 s");
  EXPECT_EQ(format_span(7500), "2 h 5 min");
}

}  // namespace
}  // namespace usher
