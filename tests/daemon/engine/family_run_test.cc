// A family over the values of an attribute, from a configuration file to the sandbox.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/http/client.h"
#include "connectors/timelines/sandbox.h"
#include "daemon/engine/catalogue.h"
#include "daemon/engine/identity.h"
#include "daemon/engine/plan_file.h"
#include "daemon/engine/run.h"
#include "daemon/store/store.h"
#include "tests/connectors/stage.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_dir.h"

namespace usher {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr const char* kSeed = R"({"workspaces": [
  {"id": "north", "seats": 200, "teams": ["Default"], "tokens": ["tla_north"],
   "users": [{"user_id": 1, "email": "olga@north.example", "role": "owner"}]},
  {"id": "south", "seats": 200, "teams": ["Default"], "tokens": ["tla_south"],
   "users": [{"user_id": 3, "email": "otto@south.example", "role": "owner"}]}]})";

std::vector<std::unique_ptr<sandbox::Api>> apis() {
  std::vector<std::unique_ptr<sandbox::Api>> apis;
  apis.push_back(sandbox::make_timelines_api(std::make_shared<sandbox::Workspaces>()));
  return apis;
}

class FamilyRunTest : public ::testing::Test {
 protected:
  FamilyRunTest() {
    Store::create(dir_ / "state.db");
    store_ = std::make_unique<Store>(dir_ / "state.db", Store::Access::kWrite);
    for (const std::string name : {"north", "south"}) {
      dir_.write(name + ".token", "tla_" + name + "\n");
      std::filesystem::permissions(dir_ / (name + ".token"), std::filesystem::perms::owner_read);
    }
    people("E1,ann@example.com,north\nE2,bob@example.com,south\nE3,cy@example.com,north\n");
    config_ = parse_config(fmt::format(R"(version: 1
state: {0}/state.db
sources:
  staff: {{ type: csv, path: {0}/people.csv, id: id }}
targets:
  rooms:
    for_each: {{ attribute: room }}
    connector: timelines
    source: staff
    url: {1}
    token: {{ file: "{0}/${{value}}.token" }}
    rate: off
    scope: 'room eq "${{value}}"'
    map: {{ email: "${{mail}}" }}
    leavers: {{ do: deactivate }}
)",
                                       dir_.path(), stage_.url("timelines")),
                           dir_ / "usher.yaml", make_catalogue(), Secrets::kRequired);
  }

  void people(const std::string& rows) { dir_.write("people.csv", "id,mail,room\n" + rows); }

  RunResult run(RunOptions options) {
    return usher::run({config_, *store_, http_, clock_}, options);
  }
  RunResult apply() {
    RunOptions options;
    options.applies = true;
    return run(options);
  }
  static std::vector<std::pair<std::string, TargetStatus>> statuses(const RunResult& result) {
    std::vector<std::pair<std::string, TargetStatus>> all;
    for (const Plan& plan : result.report.targets) all.emplace_back(plan.target, plan.status);
    return all;
  }
  std::vector<std::string> linked() {
    std::vector<std::string> all;
    for (const Link& link : store_->all_links()) all.push_back(link.target + " " + link.source_id);
    return all;
  }

  TempDir dir_;
  ManualClock clock_;
  usher::test::Stage stage_{apis(), {.seed = kSeed, .clock = &clock_}};
  HttpContext http_{clock_};
  std::unique_ptr<Store> store_;
  Config config_;
};

TEST_F(FamilyRunTest, EveryValueIsFilledAndInSyncAfterwards) {
  const RunResult first = apply();
  EXPECT_EQ(first.report.exit_code, 0);
  EXPECT_THAT(linked(), ElementsAre("rooms/north E1", "rooms/north E3", "rooms/south E2"));
  EXPECT_THAT(statuses(apply()), ElementsAre(Pair("rooms/north", TargetStatus::kInSync),
                                             Pair("rooms/south", TargetStatus::kInSync)));
}

// The value is gone from the source; the account must not stay for ever.
TEST_F(FamilyRunTest, TheLastLeaverOfAValueGoes) {
  apply();
  people("E1,ann@example.com,north\nE3,cy@example.com,north\n");
  const RunResult result = apply();
  EXPECT_THAT(statuses(result), ElementsAre(Pair("rooms/north", TargetStatus::kInSync),
                                            Pair("rooms/south", TargetStatus::kInSync)));
  EXPECT_EQ(count(result.report.targets.at(1), ChangeStatus::kApplied), 1U);
  EXPECT_THAT(linked(), ElementsAre("rooms/north E1", "rooms/north E3"));
  EXPECT_THAT(statuses(apply()), ElementsAre(Pair("rooms/north", TargetStatus::kInSync)));
}

TEST_F(FamilyRunTest, WhoMovesToAnotherValueLeavesTheFirstTarget) {
  apply();
  people("E1,ann@example.com,north\nE2,bob@example.com,north\nE3,cy@example.com,north\n");
  EXPECT_EQ(apply().report.exit_code, 0);
  EXPECT_THAT(linked(), ElementsAre("rooms/north E1", "rooms/north E2", "rooms/north E3"));
}

// never-again 27
TEST_F(FamilyRunTest, AReadThatIsNotCompleteTakesNobodyAway) {
  apply();
  people("E1,ann@example.com,north\nE3,cy@example.com,\"north");
  const RunResult result = apply();
  EXPECT_FALSE(result.report.sources.at(0).receipt.complete());
  EXPECT_THAT(statuses(result),
              ElementsAre(Pair("rooms/north", ::testing::_), Pair("rooms/south", ::testing::_)));
  EXPECT_THAT(linked(), ElementsAre("rooms/north E1", "rooms/north E3", "rooms/south E2"));
}

TEST_F(FamilyRunTest, ASourceThatFailsFailsEveryKnownMember) {
  apply();
  std::filesystem::remove(dir_ / "people.csv");
  const RunResult result = apply();
  EXPECT_THAT(statuses(result), ElementsAre(Pair("rooms/north", TargetStatus::kFailed),
                                            Pair("rooms/south", TargetStatus::kFailed)));
  EXPECT_EQ(result.report.exit_code, 1);
}

TEST_F(FamilyRunTest, AValueThatMakesNoTargetFailsAlone) {
  people("E1,ann@example.com,north\nE2,bob@example.com,west\n");
  const RunResult result = apply();
  EXPECT_THAT(statuses(result), ElementsAre(Pair("rooms/north", TargetStatus::kInSync),
                                            Pair("rooms/west", TargetStatus::kFailed)));
  EXPECT_THAT(result.report.targets.at(1).problems.at(0).message,
              HasSubstr("'token' cannot be resolved"));
  EXPECT_THAT(linked(), ElementsAre("rooms/north E1"));
}

TEST_F(FamilyRunTest, AnUnsafeValueIsAProblemOfThePersonAndOfNobodyElse) {
  people("E1,ann@example.com,north\nE2,bob@example.com,../south\n");
  const RunResult result = apply();
  EXPECT_THAT(statuses(result), ElementsAre(Pair("rooms/north", TargetStatus::kInSync)));
  EXPECT_EQ(result.report.exit_code, 5);
  EXPECT_EQ(result.report.problems.at(0).source_id, "E2");
}

TEST_F(FamilyRunTest, OneMemberCanBeRunAlone) {
  RunOptions options;
  options.applies = true;
  options.targets = {"rooms/south"};
  EXPECT_THAT(statuses(run(options)), ElementsAre(Pair("rooms/south", TargetStatus::kInSync)));
  EXPECT_THAT(linked(), ElementsAre("rooms/south E2"));
}

// never-again 94: the value is gone by the time the plan is carried out.
TEST_F(FamilyRunTest, WhatASavedPlanHasOfAVanishedValueIsSkipped) {
  const RunResult planned = run({});
  save_plan(dir_ / "plan.json", planned.report.targets, config_, to_seconds(clock_.now()));
  people("E1,ann@example.com,north\nE3,cy@example.com,north\n");
  const SavedPlan saved = load_plan(dir_ / "plan.json", config_, to_seconds(clock_.now()));
  RunOptions options;
  options.applies = true;
  options.saved = &saved;
  const RunResult result = run(options);
  EXPECT_EQ(count(result.report.targets.at(0), ChangeStatus::kApplied), 2U);
  EXPECT_EQ(count(result.report.targets.at(1), ChangeStatus::kSkipped), 1U);
  EXPECT_EQ(result.report.exit_code, 5);
}

TEST_F(FamilyRunTest, NobodyWithAValueIsToldAndNothingElse) {
  people("E1,ann@example.com,\n");
  const RunResult result = apply();
  EXPECT_THAT(result.report.targets, IsEmpty());
  EXPECT_EQ(result.report.exit_code, 0);
  EXPECT_THAT(result.report.problems.at(0).message, HasSubstr("'rooms' has no targets"));
}

}  // namespace
}  // namespace usher
