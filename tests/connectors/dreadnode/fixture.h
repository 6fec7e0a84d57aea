#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "connectors/dreadnode/sandbox.h"
#include "connectors/dreadnode/target.h"
#include "connectors/error.h"
#include "connectors/http/client.h"
#include "mapping/setting.h"
#include "tests/connectors/recording.h"
#include "tests/connectors/stage.h"

namespace usher::dreadnode {

/// Workspace `main` of `acme`, over real HTTP: its owner, a contributor, and a reader who is in
/// another organisation as well. Zoe is a member without a grant.
class DreadnodeFixture : public ::testing::Test {
 protected:
  static constexpr const char* kSeed = R"({"dreadnode": {"organizations": [
    {"key": "acme", "api_keys": ["dn_key_CANARY"], "members": ["zoe@acme.example"],
     "workspaces": [{"key": "main", "users": [
       {"email": "olga@acme.example", "permission": "owner"},
       {"email": "carl@acme.example", "permission": "contributor"},
       {"email": "Rita@acme.example", "permission": "reader", "granted_at": "2026-01-02T03:04:05Z"}]},
      {"key": "a/b ?", "users": []}]},
    {"key": "other", "api_keys": ["dn_key_other"], "members": ["rita@acme.example"]}]}})";

  void SetUp() override {
    values_.set("url", stage_.url("dreadnode"));
    values_.set("org", std::string("acme"));
    values_.set("workspace", std::string("main"));
    values_.set("api_key", Secret("dn_key_CANARY"));
    values_.set("rate", std::string("off"));
    make();
  }

  void make() { target_ = kind().make(values_, http_); }

  void allow_removal() {
    values_.set("remove_member", true);
    make();
  }

  Listing list() {
    sink_ = {};
    return target_->list(sink_);
  }

  /// What somebody else does to the workspace by hand.
  void edit(const std::string& body) {
    auto change = nlohmann::json::parse(body);
    change["org"] = "acme";
    change["workspace"] = "main";
    stage_.edit(nlohmann::json{{"dreadnode", change}}.dump());
  }

  [[nodiscard]] std::vector<std::string> requests() { return stage_.requests("/dreadnode"); }

  [[nodiscard]] nlohmann::json state() { return stage_.state().at("dreadnode"); }
  [[nodiscard]] nlohmann::json workspace() {
    return state().at("organizations").at("acme").at("workspaces").at("main");
  }
  /// Null when nobody in the workspace has this address.
  [[nodiscard]] nlohmann::json user(std::string_view email) {
    const nlohmann::json seen = workspace();
    for (const auto& user : seen.at("users")) {
      if (user.at("email") == email) return user;
    }
    return nullptr;
  }

  static Change grant(const std::string& email, const std::string& permission = "reader") {
    Change change;
    change.action = Action::kCreate;
    change.key = email;
    change.fields = {"email", "permission"};
    change.after = Fields();
    change.after->set("email", email);
    change.after->set("permission", permission);
    return change;
  }

  Change removal(const std::string& email) {
    Change change;
    change.action = Action::kDelete;
    change.key = email;
    change.remote_id = user(email).at("user_id");
    return change;
  }

  Applied apply(const Change& change) { return target_->apply({&change, 1}, steps_).at(0); }

  /// The error that `act` ends with; fails the test when there is none.
  template <typename Act>
  ConnectorError error_of(Act act) {
    try {
      act();
    } catch (const ConnectorError& error) {
      EXPECT_THAT(error.what(), ::testing::Not(::testing::HasSubstr("CANARY")));
      return error;
    }
    ADD_FAILURE() << "was not refused";
    return {ErrorKind::kMalformed, ""};
  }
  ConnectorError refused(const Change& change) {
    return error_of([&] { (void)apply(change); });
  }
  ConnectorError list_error() {
    return error_of([&] { (void)list(); });
  }

  Lookup recover(const Change& change) {
    return target_->recover({{change}, std::string(to_string(change.action)), {}, 0}).at(0);
  }

  static std::vector<std::unique_ptr<sandbox::Api>> apis() {
    std::vector<std::unique_ptr<sandbox::Api>> apis;
    apis.push_back(sandbox::make_dreadnode_api());
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

}  // namespace usher::dreadnode
