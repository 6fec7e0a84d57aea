// Whole runs over real HTTP, from a configuration file to the sandbox.

#include "daemon/engine/run.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "connectors/http/client.h"
#include "connectors/timelines/sandbox.h"
#include "connectors/timelines_partner/sandbox.h"
#include "daemon/engine/catalogue.h"
#include "daemon/engine/identity.h"
#include "daemon/engine/plan_file.h"
#include "daemon/engine/run_record.h"
#include "daemon/store/store.h"
#include "tests/connectors/stage.h"
#include "tests/daemon/engine/world.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_dir.h"

namespace usher {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kSeed = R"({"workspaces": [
  {"id": "north", "display_name": "North", "seats": 200, "teams": ["Default"],
   "users": [{"user_id": 1, "email": "olga@north.example", "role": "owner", "status": "active"},
             {"user_id": 2, "email": "ada@north.example", "role": "admin", "status": "active"}],
   "tokens": [{"token": "tla_north", "member": "ada@north.example"}]},
  {"id": "south", "display_name": "South", "seats": 200, "teams": ["Default"],
   "users": [{"user_id": 3, "email": "otto@south.example", "role": "owner", "status": "active"}],
   "tokens": [{"token": "tla_south", "member": "otto@south.example"}]}]})";

std::vector<std::unique_ptr<sandbox::Api>> apis() {
  std::vector<std::unique_ptr<sandbox::Api>> apis;
  apis.push_back(sandbox::make_timelines_api(std::make_shared<sandbox::Workspaces>()));
  return apis;
}

class RunTest : public ::testing::Test {
 protected:
  RunTest() {
    Store::create(dir_ / "state.db");
    store_ = std::make_unique<Store>(dir_ / "state.db", Store::Access::kWrite);
    dir_.write("north.token", "tla_north\n");
    dir_.write("south.token", "tla_south\n");
    for (const char* name : {"north.token", "south.token"}) {
      std::filesystem::permissions(dir_ / name, std::filesystem::perms::owner_read);
    }
    people(3);
    configure(target("north", "north") + target("south", "south"));
  }

  void people(int count, int from = 1) {
    std::string csv = "id,mail,level\n";
    for (int i = from; i < from + count; ++i)
      csv += fmt::format("E{0:03},p{0:03}@example.com,agent\n", i);
    dir_.write("people.csv", csv);
  }

  std::string target(const std::string& name, const std::string& workspace,
                     const std::string& more = {}) {
    return fmt::format(R"(
  {}:
    connector: timelines
    source: staff
    url: {}
    token: {{ file: {} }}
    rate: off
    map: {{ email: "${{mail}}", role: "${{level}}" }}
    leavers: {{ do: deactivate }}
{})",
                       name, stage_.url("timelines"), dir_ / (workspace + ".token"), more);
  }

  void configure(const std::string& targets) {
    const std::string text = fmt::format(
        "version: 1\nstate: {}\nsources:\n  staff: {{ type: csv, path: {}, id: id }}\n"
        "targets:{}",
        dir_ / "state.db", dir_ / "people.csv", targets);
    config_ = parse_config(text, dir_ / "usher.yaml", make_catalogue(), Secrets::kRequired);
  }

  RunResult run(const RunOptions& options) {
    return usher::run({config_, *store_, http_, clock_}, options);
  }
  RunResult apply() {
    RunOptions options;
    options.applies = true;
    return run(options);
  }
  RunResult plan() { return run({}); }

  static std::string told(const RunResult& result) {
    std::string text;
    for (const TargetPlan& target : result.targets)
      text += target.plan.target + ": " + summary(target) + "\n";
    for (const TargetPlan& target : result.targets) text += problems(target);
    for (const Problem& problem : result.report.problems) text += problem.message + "\n";
    return text;
  }

  std::string dump() const {
    const SQLite::Database database(dir_ / "state.db");
    std::string text;
    for (const char* table : {"links", "absences", "targets", "sources", "rewrites", "operations",
                              "holds", "hold_changes", "runs"}) {
      SQLite::Statement rows(database, std::string("SELECT * FROM ") + table);
      while (rows.executeStep()) {
        for (int i = 0; i < rows.getColumnCount(); ++i) text += rows.getColumn(i).getString() + "|";
        text += "\n";
      }
    }
    return text;
  }

  TempDir dir_;
  ManualClock clock_;
  usher::test::Stage stage_{apis(), {.seed = kSeed, .clock = &clock_}};
  HttpContext http_{clock_};
  std::unique_ptr<Store> store_;
  Config config_;
};

TEST_F(RunTest, FillsTwoWorkspacesAndIsInSync) {
  const RunResult first = apply();
  EXPECT_EQ(first.report.exit_code, 0) << told(first);
  EXPECT_THAT(store_->all_links(), SizeIs(6));
  const RunResult second = apply();
  EXPECT_EQ(second.report.targets.at(0).status, TargetStatus::kInSync);
  EXPECT_EQ(second.report.targets.at(1).unchanged, 3U);
}

// Who stops the run relies on it: what was sent is read back before the end.
TEST_F(RunTest, FromTheFirstChangeToTheReadBackItSaysThatItWrites) {
  configure(target("north", "north"));
  std::vector<bool> writes;
  RunOptions options;
  options.applies = true;
  options.progress = [&](const Progress& progress) { writes.push_back(progress.writes); };
  (void)run(options);
  EXPECT_TRUE(std::ranges::is_sorted(writes));
  EXPECT_FALSE(writes.front());
  EXPECT_TRUE(writes.back());
}

TEST_F(RunTest, APlanLeavesTheStateByteForByteAsItWas) {
  apply();
  people(2);
  const std::string before = dump();
  const RunResult result = plan();
  EXPECT_EQ(count(result.report.targets.at(0), Action::kRevoke), 1U);
  EXPECT_EQ(dump(), before);
}

TEST_F(RunTest, AFailedSourceFailsItsTargetsAndSendsNothing) {
  std::filesystem::remove(dir_ / "people.csv");
  const RunResult result = apply();
  EXPECT_EQ(result.report.exit_code, result.report.sources.at(0).failed ? 1 : 5) << told(result);
  EXPECT_THAT(store_->all_links(), IsEmpty());
}

TEST_F(RunTest, ATargetThatRefusesUsHarmsNoOther) {
  std::filesystem::permissions(dir_ / "south.token", std::filesystem::perms::owner_all);
  dir_.write("south.token", "tla_wrong\n");
  std::filesystem::permissions(dir_ / "south.token", std::filesystem::perms::owner_read);
  configure(target("north", "north") + target("south", "south"));
  const RunResult result = apply();
  EXPECT_EQ(result.report.exit_code, 1);
  EXPECT_EQ(result.report.targets.at(0).status, TargetStatus::kInSync);
  EXPECT_EQ(result.report.targets.at(1).status, TargetStatus::kFailed);
}

// never-again 21: a narrowed run leaves the others alone.
TEST_F(RunTest, ANarrowedRunTouchesOnlyItsTarget) {
  apply();
  people(2);
  RunOptions options;
  options.applies = true;
  options.targets = {"north"};
  EXPECT_THAT(run(options).report.targets, SizeIs(1));
  EXPECT_FALSE(store_->find_link("north", "E003"));
  EXPECT_TRUE(store_->find_link("south", "E003"));
}

TEST_F(RunTest, ADryRunOfTheDaemonWritesDownWhatItSaw) {
  apply();
  people(2);
  RunOptions options;
  options.records = true;
  run(options);
  EXPECT_EQ(store_->absences("north").at("E003").reads, 1);
  EXPECT_TRUE(store_->find_link("north", "E003"));
}

// The sum over all targets of a source, within 24 hours.
TEST_F(RunTest, RemovalsOfADayAreLimitedOverAllTargetsOfTheSource) {
  const std::string limits = "    limits: { removals: { percent: 100, per_day: 5 } }\n";
  configure(target("north", "north", limits) + target("south", "south", limits));
  people(12);
  apply();
  people(9);
  const RunResult held = apply();
  EXPECT_EQ(count(held.report.targets.at(0), ChangeStatus::kHeld), 3U) << told(held);
  EXPECT_EQ(count(held.report.targets.at(1), ChangeStatus::kHeld), 3U);
  EXPECT_THAT(held.report.targets.at(1).holds.at(0).limit,
              HasSubstr("over all targets of source 'staff'"));
  people(10);
  const RunResult passed = apply();
  EXPECT_EQ(count(passed.report.targets.at(0), ChangeStatus::kApplied), 2U) << told(passed);
  // Four were carried out today: one more for each is too many.
  people(9);
  EXPECT_EQ(count(apply().report.targets.at(0), ChangeStatus::kHeld), 1U);
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(count(apply().report.targets.at(0), ChangeStatus::kApplied), 1U);
}

TEST_F(RunTest, AHoldIsReleasedByItsHashAndAnUnknownHashIsTold) {
  people(30);
  apply();
  people(25);
  const RunResult held = plan();
  ASSERT_THAT(held.report.targets.at(0).holds, SizeIs(1)) << told(held);
  EXPECT_EQ(held.report.exit_code, 4);
  RunOptions options;
  options.applies = true;
  options.approve = {held.report.targets.at(0).holds.at(0).hash, "sha256:0123456789ab"};
  const RunResult result = run(options);
  EXPECT_EQ(count(result.report.targets.at(0), ChangeStatus::kApplied), 5U) << told(result);
  EXPECT_EQ(count(result.report.targets.at(1), ChangeStatus::kHeld), 5U);
  EXPECT_THAT(told(result), HasSubstr("there is no hold sha256:0123456789ab"));
  EXPECT_EQ(result.report.exit_code, 5);
}

// ── two targets of one workspace ───────────────────────────────────────────────────────────────

TEST_F(RunTest, TwoTargetsOfOneWorkspaceDoNotInviteOnePersonTwice) {
  configure(target("east", "north") + target("west", "north"));
  const RunResult result = apply();
  EXPECT_EQ(count(result.report.targets.at(0), ChangeStatus::kApplied), 3U);
  EXPECT_EQ(result.report.targets.at(1).conflict, 3U);
  EXPECT_EQ(result.report.exit_code, 5);
  const auto mails = stage_.workspace("north").at("mails");
  for (const auto& [address, number] : mails.items()) EXPECT_EQ(number, 1) << address;
  // The next run says the same, from the links.
  EXPECT_EQ(apply().report.targets.at(1).conflict, 3U);
}

// ── saved plans ────────────────────────────────────────────────────────────────────────────────

class SavedPlanTest : public RunTest {
 protected:
  SavedPlanTest() {
    const RunResult result = plan();
    save_plan(dir_ / "plan.json", result.report.targets, config_, to_seconds(clock_.now()));
  }
  RunResult carry_out() {
    saved_ = load_plan(dir_ / "plan.json", config_, to_seconds(clock_.now()));
    RunOptions options;
    options.applies = true;
    options.saved = &saved_;
    return run(options);
  }
  SavedPlan saved_;
};

TEST_F(SavedPlanTest, OfAnUnchangedWorldIsCarriedOutWhole) {
  const RunResult result = carry_out();
  EXPECT_EQ(count(result.report.targets.at(0), ChangeStatus::kApplied), 3U) << told(result);
  EXPECT_EQ(result.report.exit_code, 0);
}

// never-again 94
TEST_F(SavedPlanTest, WhatIsNoLongerPlannedIsSkipped) {
  people(2);
  const RunResult result = carry_out();
  EXPECT_EQ(count(result.report.targets.at(0), ChangeStatus::kApplied), 2U);
  EXPECT_EQ(count(result.report.targets.at(0), ChangeStatus::kSkipped), 1U);
  EXPECT_EQ(result.report.exit_code, 5);
}

TEST_F(SavedPlanTest, WhatIsNewIsNotDoneButShown) {
  people(4);
  const RunResult result = carry_out();
  EXPECT_EQ(count(result.report.targets.at(0), ChangeStatus::kApplied), 3U);
  EXPECT_EQ(count(result.report.targets.at(0), ChangeStatus::kPlanned), 1U);
  EXPECT_EQ(result.report.targets.at(0).status, TargetStatus::kChanges);
  EXPECT_FALSE(store_->find_link("north", "E004"));
  EXPECT_EQ(result.report.exit_code, 0);
}

TEST_F(SavedPlanTest, WhatIsPlannedDifferentlyIsSkippedAndNotDone) {
  dir_.write("people.csv", "id,mail,level\nE001,p001@example.com,admin\n");
  const RunResult result = carry_out();
  EXPECT_EQ(count(result.report.targets.at(0), ChangeStatus::kSkipped), 3U) << told(result);
  EXPECT_EQ(count(result.report.targets.at(0), ChangeStatus::kApplied), 0U);
}

// ── the clock ──────────────────────────────────────────────────────────────────────────────────

TEST_F(RunTest, AClockBeforeTheLastRunIsTold) {
  apply();
  clock_.set_now(clock_.now() - std::chrono::hours(1));
  const RunResult result = plan();
  EXPECT_THAT(told(result), HasSubstr("before the last run"));
  EXPECT_EQ(result.report.exit_code, 0);
}

TEST_F(RunTest, AClockFarFromTheProvidersStopsWhatDependsOnTime) {
  apply();
  EXPECT_EQ(told(plan()).find("clock"), std::string::npos);
  ManualClock fast;
  fast.set_now(clock_.now() + std::chrono::minutes(6));
  HttpContext http(fast);
  const RunResult result = usher::run({config_, *store_, http, fast}, {});
  EXPECT_THAT(told(result), HasSubstr("the provider's clock is 360 s behind ours"));
}

TEST_F(RunTest, IsRecordedWithItsReport) {
  const RunResult result = apply();
  record_run(*store_, result.report, 1, 2);
  EXPECT_EQ(store_->last_run_of("south")->run, result.report.run);
}

// ── exit codes ─────────────────────────────────────────────────────────────────────────────────

TEST(ExitCodeTest, FollowsTheOrderOfTheirWeight) {
  const auto code = [](std::vector<TargetStatus> statuses, bool detailed = false) {
    RunReport report;
    for (const TargetStatus status : statuses) {
      report.targets.emplace_back();
      report.targets.back().status = status;
    }
    return exit_code_of(report, detailed);
  };
  using enum TargetStatus;
  EXPECT_EQ(code({kInSync}), 0);
  EXPECT_EQ(code({kInSync, kChanges}), 0);
  EXPECT_EQ(code({kInSync, kChanges}, true), 2);
  EXPECT_EQ(code({kChanges, kHeld}, true), 4);
  EXPECT_EQ(code({kHeld, kPartial}, true), 5);
  EXPECT_EQ(code({kPartial, kFailed}, true), 1);
}

}  // namespace
}  // namespace usher
