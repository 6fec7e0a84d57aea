#include <gtest/gtest.h>

#include <regex>

#include "daemon/report/html_page.h"
#include "daemon/report/report.h"
#include "tests/daemon/report/golden.h"
#include "tests/daemon/report/sample.h"

namespace usher {
namespace {

TEST(GoldenTest, Text) {
  expect_golden("full.txt",
                render(sample::full_report(), Format::kText, {.colour = false, .width = 100}));
}

TEST(GoldenTest, TextInColour) {
  expect_golden("full.ansi",
                render(sample::full_report(), Format::kText, {.colour = true, .width = 100}));
}

TEST(GoldenTest, Json) {
  expect_golden("full.json", render(sample::full_report(), Format::kJson));
}

/// Style and script have files of their own: their every change must not change the golden page.
TEST(GoldenTest, Html) {
  std::string page = render(sample::full_report(), Format::kHtml);
  for (const std::string_view asset : {kReportStyle, kReportScript}) {
    page.replace(page.find(asset), asset.size(), "…");
  }
  page = std::regex_replace(page, std::regex("sha256-[A-Za-z0-9+/=]{44}"), "sha256-…");
  expect_golden("full.html", page);
}

TEST(GoldenTest, Markdown) {
  expect_golden("full.md", render(sample::full_report(), Format::kMarkdown));
}
TEST(GoldenTest, Csv) {
  expect_golden("full.csv", render(sample::full_report(), Format::kCsv));
}

}  // namespace
}  // namespace usher
