#include "config/units.h"

#include <gtest/gtest.h>

namespace usher {
namespace {

struct UnitCase {
  std::string_view in;
  std::optional<std::int64_t> want;
};

TEST(UnitsTest, DurationsAreWholeNumbersWithAUnit) {
  for (const UnitCase& c : {UnitCase{"500ms", 500},
                            {"30s", 30'000},
                            {"15m", 900'000},
                            {"12h", 43'200'000},
                            {"30d", 2'592'000'000},
                            {"0", 0},
                            {"0d", 0},
                            {"999999999d", 86'399'999'913'600'000},
                            {"30", {}},
                            {"", {}},
                            {"m", {}},
                            {"1.5h", {}},
                            {"-1s", {}},
                            {"1h30m", {}},
                            {"15 m", {}},
                            {"15M", {}},
                            {"1000000000s", {}},
                            {"+5s", {}}}) {
    EXPECT_EQ(parse_duration(c.in), c.want) << c.in;
  }
}

TEST(UnitsTest, SizesUseBinaryUnits) {
  for (const UnitCase& c : {UnitCase{"1B", 1},
                            {"64KiB", 65'536},
                            {"64MiB", 67'108'864},
                            {"1GiB", 1'073'741'824},
                            {"64MB", {}},
                            {"64", {}},
                            {"MiB", {}}}) {
    EXPECT_EQ(parse_size(c.in), c.want) << c.in;
  }
}

TEST(UnitsTest, PercentagesAreFromZeroToAHundred) {
  for (const UnitCase& c : {UnitCase{"0", 0},
                            {"10", 10},
                            {"10%", 10},
                            {"10 %", 10},
                            {"100", 100},
                            {"101", {}},
                            {"-1", {}},
                            {"1.5", {}},
                            {"%", {}},
                            {"", {}},
                            {"10%%", {}}}) {
    EXPECT_EQ(parse_percent(c.in), c.want) << c.in;
  }
}

TEST(UnitsTest, IntegersMayHaveASignButNothingElse) {
  for (const UnitCase& c : {UnitCase{"0", 0},
                            {"-5", -5},
                            {"+5", 5},
                            {"1000", 1000},
                            {"1e3", {}},
                            {"0x10", {}},
                            {"1 ", {}},
                            {"-", {}},
                            {"", {}},
                            {"9999999999999999999", {}}}) {
    EXPECT_EQ(parse_integer(c.in), c.want) << c.in;
  }
}

TEST(UnitsTest, NumbersMayHaveAFraction) {
  EXPECT_EQ(parse_number("30"), 30.0);
  EXPECT_EQ(parse_number("0.5"), 0.5);
  for (const std::string_view bad : {"", ".5", "5.", "-1", "1e3", "1.2.3", "nan"}) {
    EXPECT_EQ(parse_number(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace usher
