#include "daemon/report/view.h"

#include <gmock/gmock.h>

#include "daemon/report/report.h"
#include "tests/daemon/report/sample.h"

namespace usher {
namespace {

using ::testing::HasSubstr;

TEST(ViewTest, FormatsHaveTheirWords) {
  EXPECT_EQ(parse_format("text"), Format::kText);
  EXPECT_EQ(parse_format("json"), Format::kJson);
  EXPECT_EQ(parse_format("html"), Format::kHtml);
  EXPECT_EQ(parse_format("markdown"), Format::kMarkdown);
  EXPECT_EQ(parse_format("csv"), Format::kCsv);
  EXPECT_EQ(parse_format("TEXT"), std::nullopt);
  EXPECT_EQ(parse_format(""), std::nullopt);
}

TEST(ViewTest, EveryChangeIsShownExactlyOnce) {
  for (const Plan& plan : sample::full_report().targets) {
    std::size_t shown = open_leavers(plan).size();
    for (const Hold& hold : plan.holds) shown += held_by(plan, hold).size();
    for (const ChangeGroup& group : remaining_groups(plan)) shown += group.changes.size();
    EXPECT_EQ(shown, plan.changes.size()) << plan.target;
  }
}

TEST(ViewTest, AWaitingLeaverIsNotYetATaskForAHuman) {
  Change leaver = sample::manual_leaver("0001");
  EXPECT_TRUE(is_open_leaver(leaver));
  leaver.status = ChangeStatus::kWaiting;
  EXPECT_FALSE(is_open_leaver(leaver));
}

TEST(ViewTest, AManualRenameIsNoLeaver) {
  Change rename = sample::manual_leaver("0001");
  rename.cause = Cause::kMover;
  EXPECT_FALSE(is_open_leaver(rename));
}

TEST(ViewTest, AbsentAndClearedValuesDiffer) {
  Change change = sample::promotion("0001");
  change.fields = {"role", "teams"};
  change.after->set("role", std::string());
  change.after->set("teams", Texts{});
  const std::vector<Difference> list = differences(change);
  EXPECT_EQ(list[0].after, "(empty)");
  EXPECT_EQ(list[1].before, "(none)");
}

TEST(ViewTest, AGoodPlanSaysHowToCarryItOut) {
  RunReport report = sample::full_report();
  report.exit_code = 0;
  EXPECT_THAT(exit_meaning(report), HasSubstr("usher apply carries out what is planned"));
  report.targets.clear();
  EXPECT_EQ(exit_meaning(report), "done, nothing is left for you to do");
}

// never-again 90
TEST(ViewTest, FailuresLeadTheOutcome) {
  EXPECT_EQ(outcome(sample::full_report().targets[1]),
            "1 leaver still has access, 1 failed, 3 held, 4 planned, 1 waiting, 1 undecided");
}

TEST(ViewTest, AFailedTargetIsNamedInTheOutcomeOfTheRun) {
  Plan plan = sample::quiet_plan("t");
  plan.status = TargetStatus::kFailed;
  EXPECT_EQ(outcome(sample::report_of(plan)), "1 target failed");
}

// never-again 66
TEST(ViewTest, TheCostNamesMailsAndSeats) {
  EXPECT_EQ(cost(sample::full_report().targets[1]),
            "3 requests, 2 mails, seats: 180 of 200 used and 2 needed, about 1 s");
  EXPECT_EQ(cost(sample::quiet_plan("t")), "");
}

}  // namespace
}  // namespace usher
