#include "daemon/service/metrics.h"

#include <gtest/gtest.h>

#include "config/settings.h"

namespace usher {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;

Change change(Action action, ChangeStatus status, const std::string& source_id = "E1") {
  Change made;
  made.action = action;
  made.status = status;
  made.source_id = source_id;
  return made;
}

Change leaver(const std::string& source_id, ChangeStatus status = ChangeStatus::kWaiting) {
  Change made = change(Action::kDeactivate, status, source_id);
  made.cause = Cause::kLeaver;
  return made;
}

RunReport report_of(std::vector<Change> changes) {
  RunReport report;
  SourceReport& source = report.sources.emplace_back();
  source.name = "staff";
  source.people = 180;
  Plan plan;
  plan.target = "sales";
  plan.accounts = 181;
  plan.changes = std::move(changes);
  report.targets.push_back(plan);
  return report;
}

class MetricsTest : public ::testing::Test {
 protected:
  void record(const RunReport& report, std::int64_t now = kNow,
              const Metrics::LeftAt& left_at = {}) {
    metrics_.record(report, left_at, now);
  }
  /// The value of the series that begins like this; empty: it is not there.
  std::string value(const std::string& series, std::int64_t now = kNow) {
    const std::string text = "\n" + metrics_.render(now);
    const std::size_t at = text.find("\n" + series + " ");
    if (at == std::string::npos) return "";
    const std::size_t begin = at + series.size() + 2;
    return text.substr(begin, text.find('\n', begin) - begin);
  }

  Metrics metrics_;
};

TEST_F(MetricsTest, ARunIsCountedByTheStatusOfItsTarget) {
  record(report_of({}));
  record(report_of({}));
  EXPECT_EQ(value(R"(usher_runs_total{status="in_sync",target="sales"})"), "2");
  EXPECT_EQ(value(R"(usher_accounts{target="sales"})"), "181");
  EXPECT_EQ(value(R"(usher_people{source="staff"})"), "180");
}

TEST_F(MetricsTest, ChangesAreCountedByWhatCameOfThem) {
  record(report_of({change(Action::kInvite, ChangeStatus::kApplied),
                    change(Action::kInvite, ChangeStatus::kApplied),
                    change(Action::kInvite, ChangeStatus::kFailed),
                    change(Action::kInvite, ChangeStatus::kPlanned)}));
  EXPECT_EQ(value(R"(usher_changes_total{action="invite",result="applied",target="sales"})"), "2");
  EXPECT_EQ(value(R"(usher_changes_total{action="invite",result="failed",target="sales"})"), "1");
  EXPECT_EQ(value(R"(usher_changes_total{action="invite",result="planned",target="sales"})"), "");
}

TEST_F(MetricsTest, OnlyAWholeLookAtBothSidesIsAGoodRun) {
  RunReport report = report_of({});
  report.targets.front().receipt.incomplete("a page is missing");
  record(report);
  EXPECT_EQ(value(R"(usher_last_good_run_timestamp_seconds{target="sales"})"), "");
  EXPECT_EQ(value(R"(usher_receipt_complete{target="sales"})"), "0");
  record(report_of({}));
  EXPECT_EQ(value(R"(usher_last_good_run_timestamp_seconds{target="sales"})"), "1800000000");
  EXPECT_EQ(value(R"(usher_receipt_complete{target="sales"})"), "1");
  EXPECT_EQ(value(R"(usher_receipt_complete{source="staff"})"), "1");
}

TEST_F(MetricsTest, HoldsComeAndGo) {
  Change held = change(Action::kDelete, ChangeStatus::kHeld);
  held.hold_class = HoldClass::kRemovals;
  record(report_of({held}));
  EXPECT_EQ(value(R"(usher_held_changes{class="removals",target="sales"})"), "1");
  record(report_of({}));
  EXPECT_EQ(value(R"(usher_held_changes{class="removals",target="sales"})"), "0");
}

TEST_F(MetricsTest, LeaversAreOpenUntilTheyAreProvenGone) {
  record(report_of({leaver("E1"), leaver("E2", ChangeStatus::kApplied),
                    leaver("E3", ChangeStatus::kUnknown)}),
         kNow, {{"sales", {{"E1", kNow - 500}}}});
  EXPECT_EQ(value(R"(usher_leavers_open{target="sales"})"), "2");
  EXPECT_EQ(value(R"(usher_leavers_oldest_seconds{target="sales"})", kNow + 100), "600");
}

TEST_F(MetricsTest, ALeaverWithoutACountedAbsenceAgesFromWhenItWasNoticed) {
  record(report_of({leaver("E1")}));
  record(report_of({leaver("E1")}), kNow + 900);
  EXPECT_EQ(value(R"(usher_leavers_oldest_seconds{target="sales"})", kNow + 900), "900");
  record(report_of({}), kNow + 1800);
  EXPECT_EQ(value(R"(usher_leavers_oldest_seconds{target="sales"})", kNow + 1800), "0");
}

TEST_F(MetricsTest, AFailedRunLeavesWhatWasLastSeen) {
  record(report_of({leaver("E1")}));
  RunReport failed = report_of({});
  failed.targets.front().failed = true;
  failed.targets.front().status = TargetStatus::kFailed;
  failed.targets.front().accounts = 0;
  record(failed);
  EXPECT_EQ(value(R"(usher_leavers_open{target="sales"})"), "1");
  EXPECT_EQ(value(R"(usher_accounts{target="sales"})"), "181");
  EXPECT_EQ(value(R"(usher_runs_total{status="failed",target="sales"})"), "1");
}

TEST_F(MetricsTest, RequestsAndWaitsAreCountedByScope) {
  metrics_.count_request("https://api.example.com", "GET", 200, 0.5);
  metrics_.count_request("https://api.example.com", "GET", 200, 1.5);
  metrics_.count_request("https://api.example.com", "POST", 0, 0);
  const std::string scope = R"(scope="https://api.example.com")";
  EXPECT_EQ(value("usher_http_requests_total{method=\"GET\"," + scope + ",status=\"200\"}"), "2");
  EXPECT_EQ(value("usher_http_requests_total{method=\"POST\"," + scope + ",status=\"0\"}"), "1");
  EXPECT_EQ(value("usher_rate_limit_wait_seconds_total{" + scope + "}"), "2");
}

TEST_F(MetricsTest, WhatTellsCredentialsApartDoesNotShow) {
  metrics_.count_request("https://api.example.com#canary", "GET", 200, 0);
  const std::string text = metrics_.render(kNow);
  EXPECT_EQ(text.find("canary"), std::string::npos);
  EXPECT_NE(text.find("https://api.example.com#"), std::string::npos);
}

TEST_F(MetricsTest, TargetsAndSourcesThatAreGoneLoseTheirSeries) {
  record(report_of({leaver("E1"), change(Action::kInvite, ChangeStatus::kApplied)}));
  (void)metrics_.render(kNow);
  Config config;
  config.targets.emplace_back().name = "support";
  metrics_.keep_only(config);
  const std::string text = metrics_.render(kNow);
  EXPECT_EQ(text.find("sales"), std::string::npos) << text;
  EXPECT_EQ(text.find("staff"), std::string::npos) << text;
}

TEST_F(MetricsTest, AReloadKeepsTheSeriesOfWhoStays) {
  record(report_of({}));
  Config config;
  config.targets.emplace_back().name = "sales";
  config.sources.emplace_back().name = "staff";
  metrics_.keep_only(config);
  record(report_of({}));
  EXPECT_EQ(value(R"(usher_runs_total{status="in_sync",target="sales"})"), "2");
}

TEST_F(MetricsTest, AMemberThatNobodyAsksForAnyMoreLosesItsSeries) {
  Config config;
  config.families.emplace_back().name = "customers";
  for (const char* name : {"customers/acme", "customers/beta", "customersX"}) {
    RunReport report = report_of({});
    report.targets.front().target = name;
    record(report);
  }
  RunReport last = report_of({});
  last.targets.front().target = "customers/acme";
  metrics_.keep_members("customers", last);
  const std::string text = metrics_.render(kNow);
  EXPECT_NE(text.find("customers/acme"), std::string::npos);
  EXPECT_NE(text.find("customersX"), std::string::npos);
  EXPECT_EQ(text.find("customers/beta"), std::string::npos) << text;
  metrics_.keep_only(config);
  EXPECT_NE(metrics_.render(kNow).find("customers/acme"), std::string::npos);
}

}  // namespace
}  // namespace usher
