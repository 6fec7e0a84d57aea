#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "connectors/error.h"
#include "connectors/http/client.h"
#include "connectors/polytomic/sandbox.h"
#include "connectors/polytomic/target.h"
#include "mapping/setting.h"
#include "tests/connectors/recording.h"
#include "tests/connectors/stage.h"

namespace usher::polytomic {

/// Northwind, with Ada (Admin), Bob (Member) and Cy (Analyst and Member), is reached by the
/// partner's key, by its own, and by Ada's; Contoso by the partner only; Alien by its own key only.
class PolytomicFixture : public ::testing::Test {
 protected:
  static constexpr const char* kNorthwindKey = "CANARY-northwind-key";
  static constexpr const char* kAdasKey = "CANARY-adas-key";
  static constexpr const char* kNorthwind = "248df4b7-aa70-47b8-a036-00000000000a";
  static constexpr const char* kContoso = "248df4b7-aa70-47b8-a036-00000000000b";
  static constexpr const char* kAlien = "248df4b7-aa70-47b8-a036-00000000000c";
  static constexpr const char* kAda = "248df4b7-aa70-47b8-a036-000000000001";
  static constexpr const char* kBob = "248df4b7-aa70-47b8-a036-000000000002";
  static constexpr const char* kNobody = "248df4b7-aa70-47b8-a036-0000000000ff";
  static constexpr const char* kAnalystRole = "248df4b7-aa70-47b8-a037-000000000010";
  static constexpr const char* kMemberRole = "248df4b7-aa70-47b8-a037-000000000002";
  static constexpr const char* kSeed = R"({"polytomic": {
    "partner_keys": ["CANARY-partner-key"], "organizations": [
    {"id": "248df4b7-aa70-47b8-a036-00000000000a", "name": "Northwind", "roles": ["Analyst"],
     "keys": ["CANARY-northwind-key"],
     "user_keys": [{"key": "CANARY-adas-key", "user": "ada@northwind.example"}],
     "users": [{"email": "Ada@Northwind.example", "roles": ["Admin"]},
               {"email": "bob@northwind.example"},
               {"email": "cy@northwind.example", "roles": ["Analyst", "Member"]}]},
    {"id": "248df4b7-aa70-47b8-a036-00000000000b", "name": "Contoso"},
    {"id": "248df4b7-aa70-47b8-a036-00000000000c", "name": "Alien", "partner": false,
     "users": [{"email": "zed@alien.example"}]}]}})";

  void SetUp() override { by_partner(); }

  void by_partner(const std::string& organization = kNorthwind) {
    make("CANARY-partner-key", organization);
  }
  void by_organization() { make(kNorthwindKey); }
  void by_user() { make(kAdasKey); }

  void make(const std::string& key, const std::string& organization = {}) {
    SettingValues values;
    values.set("url", stage_.url("polytomic"));
    values.set("key", Secret(key));
    values.set("rate", std::string("off"));
    if (!organization.empty()) values.set("organization", organization);
    target_ = kind().make(values, http_);
  }

  Listing list() {
    sink_ = {};
    return target_->list(sink_);
  }

  [[nodiscard]] std::vector<std::string> requests() { return stage_.requests("/polytomic/api"); }
  [[nodiscard]] std::size_t count_requests(std::string_view method) {
    return static_cast<std::size_t>(std::ranges::count_if(
        requests(), [&](const std::string& each) { return each.starts_with(method); }));
  }

  static Change change(Action action, std::string remote_id, std::string key) {
    Change change;
    change.action = action;
    change.source_id = "E1";
    change.remote_id = std::move(remote_id);
    change.key = std::move(key);
    return change;
  }

  static Change create(const std::string& email, const Texts& roles = {"Member"}) {
    Change change = PolytomicFixture::change(Action::kCreate, "", email);
    change.after = Fields{};
    change.after->set("email", email);
    change.after->set("roles", roles);
    change.fields = {"email", "roles"};
    return change;
  }

  static Change update(const Texts& roles) {
    Change change = PolytomicFixture::change(Action::kUpdate, kBob, "bob@northwind.example");
    change.after = Fields{};
    change.after->set("roles", roles);
    change.fields = {"roles"};
    return change;
  }

  static Change removal() {
    return PolytomicFixture::change(Action::kDelete, kBob, "bob@northwind.example");
  }

  Applied apply(const Change& change) { return target_->apply({&change, 1}, steps_).at(0); }

  /// The error that `run` ends with; fails the test when there is none.
  template <typename Run>
  static ConnectorError error_of(Run run) {
    try {
      run();
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

  /// Northwind as the fake has it.
  [[nodiscard]] nlohmann::json northwind() {
    return stage_.state().at("polytomic").at("organizations").at(0);
  }
  /// Null when nobody there has this address.
  [[nodiscard]] nlohmann::json user(std::string_view email) {
    const nlohmann::json seen = northwind();
    for (const auto& user : seen.at("users")) {
      if (user.at("email") == email) return user;
    }
    return nullptr;
  }
  /// What somebody else does in Northwind.
  void edit(nlohmann::json what) {
    what["organization"] = kNorthwind;
    stage_.edit(nlohmann::json{{"polytomic", std::move(what)}}.dump());
  }

  static std::vector<std::unique_ptr<sandbox::Api>> apis() {
    std::vector<std::unique_ptr<sandbox::Api>> apis;
    apis.push_back(sandbox::make_polytomic_api());
    return apis;
  }

  usher::test::JumpingClock clock_;
  usher::test::Stage stage_{apis(), {.seed = kSeed, .clock = &clock_}};
  HttpContext http_{clock_};
  std::unique_ptr<Target> target_;
  usher::test::CollectingSink sink_;
  usher::test::RecordingSteps steps_;
};

using test::text;

}  // namespace usher::polytomic
