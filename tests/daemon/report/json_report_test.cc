#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "daemon/report/report.h"
#include "tests/daemon/report/sample.h"

namespace usher {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::ElementsAre;

Json rendered(const RunReport& report) {
  return Json::parse(render(report, Format::kJson));
}

std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

TEST(JsonReportTest, KeysStandInTheDocumentedOrder) {
  const Json json = rendered(sample::full_report());
  EXPECT_THAT(keys_of(json), ElementsAre("usher", "run", "mode", "started", "exit_code", "problems",
                                         "sources", "targets"));
  EXPECT_THAT(keys_of(json["sources"][0]),
              ElementsAre("name", "people", "unknown", "receipt", "problems"));
  const Json& target = json["targets"][1];
  EXPECT_THAT(keys_of(target),
              ElementsAre("name", "connector", "status", "hash", "accounts", "receipt", "counts",
                          "requests", "mails", "seats", "seconds_estimated", "holds", "changes",
                          "unmanaged", "unmanaged_truncated", "problems"));
  EXPECT_THAT(keys_of(target["holds"][0]),
              ElementsAre("hash", "class", "count", "limit", "setting", "approve", "status"));
  EXPECT_THAT(keys_of(target["changes"][0]),
              ElementsAre("action", "source_id", "remote_id", "key", "cause", "fields", "before",
                          "after", "reason", "status", "attempt", "error"));
}

TEST(JsonReportTest, EveryCountIsThereEvenWhenNothingHappens) {
  const Json counts = rendered(sample::report_of(sample::quiet_plan("t")))["targets"][0]["counts"];
  EXPECT_THAT(keys_of(counts),
              ElementsAre("create", "invite", "reinvite", "update", "reactivate", "deactivate",
                          "delete", "revoke", "adopt", "assign", "manual", "planned", "held",
                          "waiting", "applied", "failed", "skipped", "unknown", "unchanged",
                          "unmanaged", "undecided", "conflict"));
  EXPECT_EQ(counts["invite"], 0);
  EXPECT_EQ(counts["unchanged"], 180);
}

// never-again 89
TEST(JsonReportTest, CountsComeFromTheChangesByActionWhateverTheirStatusAndByStatus) {
  const Json counts = rendered(sample::full_report())["targets"][1]["counts"];
  EXPECT_EQ(counts["invite"], 3);
  EXPECT_EQ(counts["revoke"], 3);
  EXPECT_EQ(counts["held"], 3);
  EXPECT_EQ(counts["failed"], 1);
  EXPECT_EQ(counts["waiting"], 1);
  EXPECT_EQ(counts["planned"], 4);
}

TEST(JsonReportTest, WhatDoesNotExistIsNull) {
  const Json target = rendered(sample::report_of(sample::quiet_plan("t")))["targets"][0];
  EXPECT_TRUE(target["seats"].is_null());

  Plan plan = sample::quiet_plan("t");
  plan.changes = {sample::invitation("0001")};
  const Json change = rendered(sample::report_of(plan))["targets"][0]["changes"][0];
  EXPECT_TRUE(change["remote_id"].is_null());
  EXPECT_TRUE(change["before"].is_null());
  EXPECT_TRUE(change["error"].is_null());
}

TEST(JsonReportTest, ValuesKeepTheirType) {
  Plan plan = sample::quiet_plan("t");
  Change change = sample::promotion("0001");
  change.after->set("active", true);
  plan.changes = {change};
  const Json after = rendered(sample::report_of(plan))["targets"][0]["changes"][0]["after"];
  EXPECT_EQ(after,
            Json({{"active", true}, {"role", "team_supervisor"}, {"teams", {"Sales", "Support"}}}));
}

// never-again 69
TEST(JsonReportTest, AHoldCarriesTheCommandThatApprovesExactlyIt) {
  const Json holds = rendered(sample::full_report())["targets"][1]["holds"];
  EXPECT_EQ(holds[0]["approve"], "usher apply --approve sha256:" + std::string(64, 'a'));
  EXPECT_TRUE(holds[1]["approve"].is_null()) << "nobody approves seats";
}

TEST(JsonReportTest, IllFormedTextOfADirectoryStillGivesJson) {
  Plan plan = sample::quiet_plan("t");
  plan.changes = {sample::invitation("0001")};
  plan.changes[0].key =
      "a\xff"
      "b";
  EXPECT_EQ(rendered(sample::report_of(plan))["targets"][0]["changes"][0]["key"], "a\uFFFDb");
}

TEST(JsonReportTest, TheEstimateIsRoundedToTenths) {
  EXPECT_EQ(rendered(sample::full_report())["targets"][1]["seconds_estimated"], 1.0);
}

}  // namespace
}  // namespace usher
