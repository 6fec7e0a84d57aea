#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>

#include "daemon/report/layout.h"
#include "daemon/report/report.h"
#include "tests/daemon/report/sample.h"

namespace usher {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string text_of(const RunReport& report, const TextStyle& style = {}) {
  return render(report, Format::kText, style);
}

std::string last_line(const std::string& text) {
  return text.substr(text.rfind('\n', text.size() - 2) + 1);
}

TEST(TextReportTest, TheWorstTargetComesFirst) {
  const std::string text = text_of(sample::full_report());
  EXPECT_LT(text.find("PARTIAL  sales-whatsapp"), text.find("IN SYNC  customers/acme"));
}

// never-again 69, 72
TEST(TextReportTest, AHoldSaysNumbersSettingCommandAndEveryPerson) {
  const std::string text = text_of(sample::full_report());
  EXPECT_THAT(text, HasSubstr("Held: 2 changes in class removals (open)"));
  EXPECT_THAT(text, HasSubstr("1 % of 180 = 1"));
  EXPECT_THAT(text, HasSubstr("usher.yaml:41:7"));
  EXPECT_THAT(text, HasSubstr("usher apply --approve sha256:" + std::string(64, 'a') + "\n"));
  EXPECT_THAT(text, HasSubstr("revoke  person0070@example.com  E0070 · leaver"));
}

TEST(TextReportTest, TheApproveCommandIsNeverBroken) {
  EXPECT_THAT(text_of(sample::full_report(), {.colour = false, .width = 40}),
              HasSubstr("usher apply --approve sha256:" + std::string(64, 'a') + "\n"));
}

TEST(TextReportTest, AManualLeaverStandsAboveTheRoutineChanges) {
  const std::string text = text_of(sample::full_report());
  const std::size_t leaver = text.find("Left, but still with access: 1 person");
  ASSERT_NE(leaver, std::string::npos);
  EXPECT_LT(leaver, text.find("invite ("));
  EXPECT_THAT(text, HasSubstr("suspend person0090@example.com"));
  EXPECT_THAT(last_line(text), HasSubstr("1 leaver still has access"));
}

// never-again 93
TEST(TextReportTest, AZeroResultSaysWhatWasReadFilteredAndWhy) {
  const std::string text = text_of(sample::report_of(sample::quiet_plan("t")));
  EXPECT_THAT(text, HasSubstr("read 1,180 people from staff and 180 accounts here: "
                              "1,000 people are outside the scope, 180 linked and unchanged"));
  EXPECT_THAT(text, HasSubstr(R"(scope: department eq "Sales")"));
  EXPECT_THAT(text, HasSubstr("nothing to do"));
}

TEST(TextReportTest, AFailedTargetIsNotReportedAsNothingToDo) {
  Plan plan = sample::quiet_plan("t");
  plan.status = TargetStatus::kFailed;
  plan.receipt.incomplete("401: the token was refused");
  const std::string text = text_of(sample::report_of(plan));
  EXPECT_THAT(text, HasSubstr("FAILED  t (timelines): nothing could be planned"));
  EXPECT_THAT(text, HasSubstr("- 401: the token was refused"));
  EXPECT_THAT(text, Not(HasSubstr("nothing to do")));
}

TEST(TextReportTest, AnIncompleteSourceSaysWhyAndWhatThatMeans) {
  const std::string text = text_of(sample::full_report());
  EXPECT_THAT(text, HasSubstr("INCOMPLETE read, so nobody is removed"));
  EXPECT_THAT(text, HasSubstr("- people/contractors.csv ends in an open quote"));
}

TEST(TextReportTest, AChangeShowsBeforeAndAfter) {
  const std::string text = text_of(sample::full_report());
  EXPECT_THAT(text, HasSubstr("role: agent → team_supervisor"));
  EXPECT_THAT(text, HasSubstr("teams: (none) → Sales, Support"));
}

// never-again 92
TEST(TextReportTest, AFailureShowsItsErrorAndComesFirstInItsGroup) {
  const std::string text = text_of(sample::full_report());
  EXPECT_THAT(text, HasSubstr("error: 422 from the provider: the domain is not allowed"));
  EXPECT_LT(text.find("person0002@"), text.find("person0001@"));
}

TEST(TextReportTest, ALongListIsShortenedAndSaysSo) {
  Plan plan = sample::quiet_plan("t");
  for (int i = 0; i < 1188; ++i)
    plan.changes.push_back(sample::invitation(std::to_string(1000 + i)));
  const std::string text = text_of(sample::report_of(plan));
  EXPECT_THAT(text, HasSubstr("person1199@"));
  EXPECT_THAT(text, Not(HasSubstr("person1200@")));
  EXPECT_THAT(text, HasSubstr("… and 988 more; --format json, html or csv shows all"));
}

TEST(TextReportTest, AListAtItsLimitIsWhole) {
  Plan plan = sample::quiet_plan("t");
  for (int i = 0; i < 200; ++i)
    plan.changes.push_back(sample::invitation(std::to_string(1000 + i)));
  const std::string text = text_of(sample::report_of(plan));
  EXPECT_THAT(text, HasSubstr("person1199@"));
  EXPECT_THAT(text, Not(HasSubstr("more;")));
}

TEST(TextReportTest, AHeldChangeWithoutItsHoldIsStillShown) {
  Plan plan = sample::quiet_plan("t");
  plan.changes = {sample::change(Action::kRevoke, Cause::kLeaver, "0001", ChangeStatus::kHeld)};
  plan.changes[0].hold_class = HoldClass::kRemovals;
  EXPECT_THAT(text_of(sample::report_of(plan)), HasSubstr("person0001@example.com"));
}

TEST(TextReportTest, ColourOnlyWhenAskedFor) {
  EXPECT_THAT(text_of(sample::full_report()), Not(HasSubstr("\x1b")));
  EXPECT_THAT(text_of(sample::full_report(), {.colour = true, .width = 0}),
              HasSubstr("\x1b[1;31m"));
}

TEST(TextReportTest, SentencesWrapAtTheWidth) {
  std::istringstream lines(text_of(sample::full_report(), {.colour = true, .width = 72}));
  for (std::string line; std::getline(lines, line);) {
    const bool is_command = line.find("approve  ") != std::string::npos;
    EXPECT_TRUE(is_command || display_width(line) <= 72) << line;
  }
}

}  // namespace
}  // namespace usher
