#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "connectors/error.h"
#include "connectors/http/client.h"
#include "connectors/timelines/sandbox.h"
#include "connectors/timelines/target.h"
#include "mapping/setting.h"
#include "tests/connectors/recording.h"
#include "tests/connectors/stage.h"

namespace usher::timelines {

/// A workspace of six, over real HTTP: the Owner, the Admin whose token is used, a supervisor, an
/// agent, an expired invitation, and a placeholder of the Partner API.
class TimelinesFixture : public ::testing::Test {
 protected:
  static constexpr const char* kToken = "tla_CANARY-token-of-ada";
  static constexpr const char* kSeed = R"({"workspaces": [{
    "id": "northwind-eu", "display_name": "Northwind EU", "seats": 10,
    "teams": ["Default", "Sales EU"], "utc_offset_minutes": 60,
    "users": [
      {"user_id": 410, "email": "olga@northwind.example", "display_name": "Olga", "role": "owner", "status": "active"},
      {"user_id": 411, "email": "ada@northwind.example", "display_name": "Ada", "role": "admin", "status": "active"},
      {"user_id": 811, "email": "Sam@northwind.example", "display_name": "Sam", "role": "team_supervisor",
       "team": "Sales EU", "status": "active", "created_at": "2025-07-02T07:10:11Z"},
      {"user_id": 812, "email": "amy@northwind.example", "display_name": "Amy", "role": "agent", "status": "active"},
      {"user_id": 955, "email": "ivy@northwind.example", "display_name": "Ivy", "role": "agent", "status": "expired"},
      {"user_id": 960, "email": "960-northwind-eu@partners.timelines.ai", "role": "agent", "status": "active"}],
    "tokens": [{"token": "tla_CANARY-token-of-ada", "member": "ada@northwind.example"},
               {"token": "tla_amy", "member": "amy@northwind.example"},
               {"token": "tla_gone", "member": "ada@northwind.example", "refusal": "member_not_found"}]}]})";

  void SetUp() override {
    values_.set("url", stage_.url("timelines"));
    values_.set("token", Secret(kToken));
    values_.set("rate", std::string("off"));
    make();
  }

  void make() { target_ = kind().make(values_, http_); }

  Listing list() {
    sink_ = {};
    return target_->list(sink_);
  }

  [[nodiscard]] std::vector<std::string> requests() { return stage_.requests("/integrations/api"); }

  /// Change `action` of `key`; a remote id that is not listed is somebody nobody knows.
  static Change change(Action action, std::string remote_id, std::string key) {
    Change change;
    change.action = action;
    change.remote_id = std::move(remote_id);
    change.key = std::move(key);
    return change;
  }

  static Change invite(const std::string& email, const std::string& role = "agent") {
    Change invite = change(Action::kInvite, "", email);
    invite.after = fields({{"email", email}, {"role", role}, {"team", "Sales EU"}});
    return invite;
  }

  static Fields fields(std::initializer_list<std::pair<std::string_view, std::string>> values) {
    Fields fields;
    for (const auto& [name, value] : values) fields.set(name, value);
    return fields;
  }

  Applied apply(const Change& change) { return target_->apply({&change, 1}, steps_).at(0); }

  /// The error that `apply` ends with; fails the test when there is none.
  ConnectorError refused(const Change& change) {
    try {
      (void)apply(change);
    } catch (const ConnectorError& error) {
      EXPECT_THAT(error.what(), ::testing::Not(::testing::HasSubstr("CANARY")));
      return error;
    }
    ADD_FAILURE() << "was not refused";
    return {ErrorKind::kMalformed, ""};
  }

  ConnectorError list_error() {
    try {
      (void)list();
    } catch (const ConnectorError& error) {
      EXPECT_THAT(error.what(), ::testing::Not(::testing::HasSubstr("CANARY")));
      return error;
    }
    ADD_FAILURE() << "was listed";
    return {ErrorKind::kMalformed, ""};
  }

  Lookup recover(const Change& change, const std::string& step) {
    return target_->recover({{change}, step, steps_.last_context, 0}).at(0);
  }

  static std::vector<std::unique_ptr<sandbox::Api>> apis() {
    std::vector<std::unique_ptr<sandbox::Api>> apis;
    apis.push_back(sandbox::make_timelines_api(std::make_shared<sandbox::Workspaces>()));
    return apis;
  }

  usher::test::JumpingClock clock_;
  usher::test::Stage stage_{apis(), {.seed = kSeed, .clock = &clock_}};
  HttpContext http_{clock_};
  SettingValues values_;
  std::unique_ptr<Target> target_;
  usher::test::CollectingSink sink_;
  usher::test::RecordingSteps steps_;
};

}  // namespace usher::timelines
