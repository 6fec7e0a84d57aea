#include "daemon/report/html_page.h"

#include <gmock/gmock.h>

#include <regex>

#include "daemon/report/report.h"
#include "tests/daemon/report/sample.h"

namespace usher {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(HtmlPageTest, ThePolicyAllowsNothingButOurOwnStyleAndScript) {
  const std::string page = html_page("t", "");
  const std::regex policy(
      "content=\"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; "
      "script-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'\"");
  EXPECT_TRUE(std::regex_search(page, policy)) << page.substr(0, 600);
}

TEST(HtmlPageTest, NothingIsFetchedAndNothingInlineEscapesThePolicy) {
  const std::string page = render(sample::full_report(), Format::kHtml);
  for (const char* forbidden :
       {"src=", "@import", "url(", "<link", "<iframe", "style=", "onclick", "javascript:"}) {
    EXPECT_THAT(page, Not(HasSubstr(forbidden)));
  }
}

TEST(HtmlPageTest, StyleAndScriptDoNotEndTheirOwnElement) {
  EXPECT_THAT(std::string(kReportStyle), Not(HasSubstr("</")));
  EXPECT_THAT(std::string(kReportScript), Not(HasSubstr("</")));
}

TEST(HtmlPageTest, EscapesWhatHasAMeaningInElementsAndAttributes) {
  EXPECT_EQ(escape_html("<a href=\"x\">'&'</a>"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
}

TEST(HtmlPageTest, TablesAndLanguageAreMarkedForScreenReaders) {
  const std::string page = render(sample::full_report(), Format::kHtml);
  EXPECT_THAT(page, HasSubstr("<html lang=\"en\">"));
  EXPECT_THAT(page, HasSubstr("<th scope=\"col\""));
  EXPECT_THAT(page, HasSubstr("<th scope=\"row\""));
  EXPECT_THAT(page, HasSubstr("aria-label=\"Filter"));
}

// never-again 72
TEST(HtmlPageTest, HoldsStandAboveTheChangesWithTheirPeople) {
  const std::string page = render(sample::full_report(), Format::kHtml);
  const std::size_t hold = page.find("2 changes held in sales-whatsapp");
  ASSERT_NE(hold, std::string::npos);
  EXPECT_LT(hold, page.find("<h3>Invite"));
  EXPECT_NE(page.find("person0070@example.com", hold), std::string::npos);
}

}  // namespace
}  // namespace usher
