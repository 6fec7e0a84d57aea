#include "daemon/service/run_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapping/plan.h"

namespace usher {

void PrintTo(const LogLine& line, std::ostream* out) {
  *out << static_cast<int>(line.level) << " " << line.text;
}

namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

Change invite(ChangeStatus status) {
  Change change;
  change.action = Action::kInvite;
  change.status = status;
  change.source_id = "E1";
  change.key = "ann@example.com";
  change.reason = "is in source 'staff'";
  return change;
}

Plan plan() {
  Plan made;
  made.target = "sales";
  made.people = 2;
  made.accounts = 3;
  return made;
}

std::vector<LogLine> lines_of(Plan made, Ending ending = Ending::kGood) {
  RunReport report;
  report.targets.push_back(std::move(made));
  return log_lines(report, ending);
}

TEST(RunLogTest, AQuietRunIsOneLine) {
  EXPECT_THAT(lines_of(plan()),
              ElementsAre(LogLine{LogLevel::kInfo, "sales: 2 people, 3 accounts: in_sync"}));
}

TEST(RunLogTest, AChangeMadeIsANoticeThatCanBeReadAlone) {
  Plan made = plan();
  made.changes.push_back(invite(ChangeStatus::kApplied));
  EXPECT_THAT(lines_of(made),
              Contains(LogLine{LogLevel::kNotice,
                               "sales: invited ann@example.com (E1): is in source 'staff'"}));
}

TEST(RunLogTest, SomebodySkippedIsAWarning) {
  Plan made = plan();
  made.changes.push_back(invite(ChangeStatus::kFailed));
  made.changes.back().error = "422: no such team";
  EXPECT_THAT(lines_of(made),
              Contains(LogLine{LogLevel::kWarning,
                               "sales: invite ann@example.com (E1): failed: 422: no such team"}));
}

TEST(RunLogTest, WhatIsOnlyPlannedIsForDebugging) {
  Plan made = plan();
  made.changes.push_back(invite(ChangeStatus::kPlanned));
  EXPECT_THAT(
      lines_of(made),
      Contains(LogLine{LogLevel::kDebug,
                       "sales: invite ann@example.com (E1): planned: is in source 'staff'"}));
}

TEST(RunLogTest, AHoldNamesItsLimitItsPlaceAndItsCure) {
  Plan made = plan();
  made.holds.push_back(
      {"sha256:0123456789abcdef", HoldClass::kRemovals, 30, "10 % of 100 = 10", "usher.yaml:41:7"});
  EXPECT_THAT(
      lines_of(made),
      Contains(LogLine{
          LogLevel::kWarning,
          "sales: 30 changes held (removals): the limit is 10 % of 100 = 10 (usher.yaml:41:7); "
          "`usher approve sha256:0123456789ab` releases exactly these"}));
}

TEST(RunLogTest, AnIncompleteReadIsAWarning) {
  Plan made = plan();
  made.receipt.incomplete("page 2 failed");
  EXPECT_THAT(
      lines_of(made),
      Contains(LogLine{LogLevel::kWarning,
                       "sales: not read completely, so nothing is removed: page 2 failed"}));
}

struct Failure {
  Ending ending;
  LogLevel level;
};
class RunLogFailureTest : public ::testing::TestWithParam<Failure> {};

// never-again 84
TEST_P(RunLogFailureTest, IsAsLoudAsItDeserves) {
  Plan made = plan();
  made.failed = true;
  made.problems.push_back({Severity::kError, "", "usher.yaml:9:3", "could not be read"});
  EXPECT_THAT(lines_of(made, GetParam().ending),
              Contains(LogLine{GetParam().level, "sales: usher.yaml:9:3: could not be read"}));
}
INSTANTIATE_TEST_SUITE_P(All, RunLogFailureTest,
                         ::testing::Values(Failure{Ending::kFailed, LogLevel::kError},
                                           Failure{Ending::kLimited, LogLevel::kWarning},
                                           Failure{Ending::kStopped, LogLevel::kInfo}));

TEST(RunLogTest, AThousandProblemsDoNotFloodTheJournal) {
  Plan made = plan();
  made.problems.assign(1000, {Severity::kError, "E7", "hr.csv:12:5", "has no mail"});
  const auto lines = lines_of(made);
  EXPECT_EQ(lines.size(), kShown + 2);  // those shown, how many more, the summary
  EXPECT_THAT(lines, Contains(LogLine{LogLevel::kWarning,
                                      "sales: 980 more problems; `usher plan` lists them"}));
}

TEST(RunLogTest, EveryChangeMadeIsThere) {
  Plan made = plan();
  made.changes.assign(100, invite(ChangeStatus::kApplied));
  EXPECT_EQ(lines_of(made).size(), 101U);
}

}  // namespace
}  // namespace usher
