#include <gmock/gmock.h>

#include <algorithm>

#include "daemon/report/report.h"
#include "tests/daemon/report/sample.h"

namespace usher {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string csv_of(const std::string& key) {
  Plan plan = sample::quiet_plan("t");
  plan.changes = {sample::change(Action::kDelete, Cause::kLeaver, "0001")};
  plan.changes[0].key = key;
  return render(sample::report_of(plan), Format::kCsv);
}

TEST(CsvReportTest, HasAHeaderAndOneRowPerChangeEndingInCrLf) {
  const RunReport report = sample::full_report();
  const std::string csv = render(report, Format::kCsv);
  EXPECT_THAT(csv, StartsWith("\"target\",\"connector\",\"status\",\"action\","));
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(csv, '\n')),
            1 + report.targets[1].changes.size());
  EXPECT_EQ(std::ranges::count(csv, '\n'), std::ranges::count(csv, '\r'));
  EXPECT_TRUE(csv.ends_with("\"\r\n"));
}

TEST(CsvReportTest, DisarmsWhatASpreadsheetWouldTakeForAFormula) {
  struct Case {
    std::string key;
    std::string cell;
  };
  const Case cases[] = {{"=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""},
                        {"+1", "\"'+1\""},
                        {"-1", "\"'-1\""},
                        {"@SUM(A1)", "\"'@SUM(A1)\""},
                        {"\t=1", "\"'\t=1\""},
                        {"\r=1", "\"'\r=1\""},
                        {"a=1", "\"a=1\""},
                        {"", "\"\""}};
  for (const Case& c : cases)
    EXPECT_THAT(csv_of(c.key), HasSubstr(",\"40001\"," + c.cell + ",")) << c.key;
}

TEST(CsvReportTest, SeparatorsQuotesAndNewlinesStayInsideTheirCell) {
  EXPECT_THAT(csv_of("a,\"b\"\nc"), HasSubstr("\"a,\"\"b\"\"\nc\""));
}

}  // namespace
}  // namespace usher
