#include "daemon/report/summary.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "daemon/report/report.h"
#include "tests/daemon/report/sample.h"

namespace usher {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

/// The plain target `sales` in sync, and 500 customers: one failed, one with a change, the others
/// in sync, one of these with a warning.
RunReport many() {
  RunReport report = sample::report_of(sample::quiet_plan("sales"));
  for (int i = 0; i < 500; ++i) {
    report.targets.push_back(sample::quiet_plan(fmt::format("customers/c{:03}", i)));
  }
  Plan& failed = report.targets[300];
  failed.status = TargetStatus::kFailed;
  failed.receipt.incomplete("401: the token was refused");
  Plan& changed = report.targets[7];
  changed.status = TargetStatus::kChanges;
  changed.changes = {sample::invitation("0001")};
  report.targets[8].problems = {{Severity::kWarning, "", "", "something to know"}};
  return report;
}

RunReport of_size(int targets) {
  RunReport report = sample::report_of(sample::quiet_plan("t1"));
  for (int i = 2; i <= targets; ++i)
    report.targets.push_back(sample::quiet_plan(fmt::format("t{}", i)));
  return report;
}

TEST(SummaryTest, FamiliesComeWorstFirstWithTheirMembersTogether) {
  const RunReport report = many();
  const auto families = summarise(report);
  ASSERT_THAT(families, SizeIs(2));
  EXPECT_EQ(families[0].name, "customers");
  EXPECT_EQ(families[0].targets.size(), 500U);
  EXPECT_EQ(families[0].count(TargetStatus::kInSync), 498U);
  EXPECT_EQ(families[1].name, "sales");
  EXPECT_THAT(states_of(report),
              ElementsAre(TargetStatus::kFailed, TargetStatus::kChanges, TargetStatus::kInSync));
}

TEST(SummaryTest, OnlyWhatIsNotInSyncIsToldInDetail) {
  const RunReport report = many();
  const auto plans = told_in_detail(report);
  ASSERT_THAT(plans, SizeIs(2));
  EXPECT_EQ(plans[0]->target, "customers/c299");
  EXPECT_EQ(plans[1]->target, "customers/c006");
  EXPECT_EQ(left_out(report), "499 targets in sync, 1 of them with warnings");
}

TEST(SummaryTest, WhatWasAppliedIsToldThoughItIsInSyncNow) {
  RunReport report = many();
  report.targets[7].status = TargetStatus::kInSync;
  report.targets[7].changes[0].status = ChangeStatus::kApplied;
  EXPECT_THAT(told_in_detail(report), SizeIs(2));
}

TEST(SummaryTest, UpToTwelveTargetsAreToldSingly) {
  EXPECT_THAT(told_in_detail(of_size(12)), SizeIs(12));
  EXPECT_EQ(left_out(of_size(12)), "");
  EXPECT_THAT(render(of_size(12), Format::kText), Not(HasSubstr("in all")));
  EXPECT_THAT(told_in_detail(of_size(13)), SizeIs(0));
  EXPECT_EQ(left_out(of_size(13)), "13 targets in sync");
}

// Five hundred targets fit a screen.
TEST(SummaryTest, TheTextBeginsWithTheTableAndFoldsTheRest) {
  const std::string text = render(many(), Format::kText);
  EXPECT_THAT(text, HasSubstr("target     targets  failed  changes  in sync  in all\n"
                              "customers      500       1        1      498  1 planned\n"
                              "sales            1                         1  nothing to do\n"
                              "499 targets in sync, 1 of them with warnings.\n"));
  EXPECT_LT(text.find("499 targets"), text.find("FAILED  customers/c299"));
  EXPECT_LT(text.find("FAILED  customers/c299"), text.find("CHANGES  customers/c006"));
  EXPECT_THAT(text, Not(HasSubstr("customers/c100")));
  EXPECT_LT(std::ranges::count(text, '\n'), 40);
}

TEST(SummaryTest, OfHundredsOfChangedTargetsTheFirstAreToldAndEveryOneThatNeedsAHuman) {
  RunReport report = many();
  for (std::size_t i = 1; i < report.targets.size(); ++i) {
    report.targets[i].status = i < 61 ? TargetStatus::kHeld : TargetStatus::kChanges;
  }
  const std::string text = render(report, Format::kText);
  EXPECT_THAT(text, HasSubstr("HELD  customers/c059"));
  EXPECT_THAT(text, Not(HasSubstr("CHANGES  ")));
  EXPECT_THAT(text, HasSubstr("… and 440 more targets; --target NAME shows one"));
  for (Plan& plan : report.targets) plan.status = TargetStatus::kChanges;
  EXPECT_THAT(render(report, Format::kText), HasSubstr("… and 451 more targets"));
}

TEST(SummaryTest, ThePageAndTheCommentFoldAsTheTextDoes) {
  for (const Format format : {Format::kHtml, Format::kMarkdown}) {
    const std::string text = render(many(), format);
    EXPECT_THAT(text, HasSubstr("499 targets in sync, 1 of them with warnings"));
    EXPECT_THAT(text, HasSubstr("customers/c299"));
    EXPECT_THAT(text, Not(HasSubstr("customers/c100")));
  }
}

TEST(SummaryTest, JsonTellsEveryTargetInTheOrderOfTheConfiguration) {
  const auto json = nlohmann::json::parse(render(many(), Format::kJson));
  ASSERT_EQ(json.at("targets").size(), 501U);
  EXPECT_EQ(json.at("targets").at(0).at("name"), "sales");
  EXPECT_EQ(json.at("targets").at(101).at("name"), "customers/c100");
}

}  // namespace
}  // namespace usher
