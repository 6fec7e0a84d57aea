#include <gmock/gmock.h>

#include "daemon/report/report.h"
#include "tests/daemon/report/sample.h"

namespace usher {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(MarkdownReportTest, FitsIntoACommentAndSaysWhatIsMissing) {
  Plan plan = sample::quiet_plan("t");
  for (int i = 0; i < 5000; ++i)
    plan.changes.push_back(sample::invitation(std::to_string(10000 + i)));
  const std::string markdown = render(sample::report_of(plan), Format::kMarkdown);
  EXPECT_LE(markdown.size(), 60'200U);
  EXPECT_GT(markdown.size(), 59'000U);
  EXPECT_THAT(markdown, HasSubstr("more lines.** The formats html, json and csv hold everything."));
}

TEST(MarkdownReportTest, AShortReportIsWhole) {
  EXPECT_THAT(render(sample::full_report(), Format::kMarkdown), Not(HasSubstr("Cut here")));
}

TEST(MarkdownReportTest, ForeignTextCannotBecomeMarkup) {
  Plan plan = sample::quiet_plan("t");
  plan.changes = {sample::manual_leaver("0001")};
  plan.changes[0].key = "a|b`c<img src=x>[d](http://e) @admin";
  const std::string markdown = render(sample::report_of(plan), Format::kMarkdown);
  EXPECT_THAT(
      markdown,
      HasSubstr("a&#124;b&#96;c&#60;img src=x&#62;&#91;d&#93;(http&#58;//e) @<!-- -->admin"));
}

TEST(MarkdownReportTest, AnAddressStaysReadable) {
  EXPECT_THAT(render(sample::full_report(), Format::kMarkdown),
              HasSubstr("| person0001@example.com<br>E0001 |"));
}

}  // namespace
}  // namespace usher
