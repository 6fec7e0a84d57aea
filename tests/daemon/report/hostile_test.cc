// Whatever a directory or a provider holds must not act on the reader: one report full of hostile
// values, every format.

#include <gmock/gmock.h>

#include "daemon/report/report.h"
#include "tests/daemon/report/sample.h"

namespace usher {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kHostile =
    "</script><script>alert(1)</script>\" onload='x' \x1b[2J\r\n\x07\u202Eevil\u2066 |`@all =cmd()";

RunReport hostile_report() {
  RunReport report = sample::full_report();
  report.problems = {{Severity::kError, kHostile, kHostile, kHostile}};
  SourceReport& source = report.sources.front();
  source.name = kHostile;
  source.receipt.reasons = {kHostile};
  source.problems = report.problems;
  Plan& plan = report.targets.back();
  plan.target = plan.scope = kHostile;
  plan.sources = {kHostile};
  plan.receipt.reasons = {kHostile};
  plan.problems = report.problems;
  plan.unmanaged = {{kHostile, kHostile}};
  for (Hold& hold : plan.holds) hold.limit = hold.setting = kHostile;
  for (Change& change : plan.changes) {
    change.key = change.source_id = change.remote_id = change.reason = change.error = kHostile;
    change.fields = {kHostile};
    change.before = Fields{};
    change.before->set(kHostile, kHostile);
    change.after = Fields{};
    change.after->set(kHostile, Texts{kHostile, kHostile});
  }
  return report;
}

class HostileTest : public ::testing::TestWithParam<Format> {};

TEST_P(HostileTest, NoControlOrBidirectionalCharacterIsLeft) {
  const std::string text = render(hostile_report(), GetParam());
  for (const char* forbidden : {"\x1b", "\r", "\x07", "\u202E", "\u2066"}) {
    EXPECT_THAT(text, Not(HasSubstr(forbidden)));
  }
}

INSTANTIATE_TEST_SUITE_P(ForPeople, HostileTest,
                         ::testing::Values(Format::kText, Format::kHtml, Format::kMarkdown));

TEST(HostileTest, HtmlHasOnlyOurOwnScript) {
  const std::string page = render(hostile_report(), Format::kHtml);
  const std::size_t first = page.find("<script>");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(page.find("<script>", first + 1), std::string::npos);
  EXPECT_THAT(page, Not(HasSubstr("onload='x'")));
  EXPECT_THAT(page, Not(HasSubstr("\" onload")));
}

TEST(HostileTest, MarkdownHasNoElementButOurBreaks) {
  std::string markdown = render(hostile_report(), Format::kMarkdown);
  for (const std::string ours : {"<br>", "<!-- -->"}) {
    for (std::size_t at = 0; (at = markdown.find(ours, at)) != std::string::npos;)
      markdown.erase(at, ours.size());
  }
  EXPECT_THAT(markdown, Not(HasSubstr("<")));
}

TEST(HostileTest, JsonKeepsTheValueAsItIs) {
  EXPECT_THAT(render(hostile_report(), Format::kJson), HasSubstr("\\u001b[2J\\r\\n\\u0007"));
}

}  // namespace
}  // namespace usher
