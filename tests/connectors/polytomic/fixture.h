#pragma once

#include <string>

#include "connectors/polytomic/sandbox.h"
#include "connectors/polytomic/target.h"
#include "tests/connectors/target_fixture.h"

namespace usher::polytomic {

/// Northwind, with Ada (Admin), Bob (Member) and Cy (Analyst and Member), is reached by the
/// partner's key, by its own, and by Ada's; Contoso by the partner only; Alien by its own key only.
class PolytomicFixture : public usher::test::TargetFixture {
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

  PolytomicFixture()
      : TargetFixture(kind(), "polytomic", usher::test::alone(sandbox::make_polytomic_api()),
                      kSeed) {}

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

  [[nodiscard]] std::vector<std::string> requests() { return stage_.requests("/polytomic/api"); }
  [[nodiscard]] std::size_t count_requests(std::string_view method) {
    return static_cast<std::size_t>(std::ranges::count_if(
        requests(), [&](const std::string& each) { return each.starts_with(method); }));
  }

  static Change create(const std::string& email, const Texts& roles = {"Member"}) {
    Change change = TargetFixture::change(Action::kCreate, "", email);
    change.after = Fields{};
    change.after->set("email", email);
    change.after->set("roles", roles);
    change.fields = {"email", "roles"};
    return change;
  }

  static Change update(const Texts& roles) {
    Change change = TargetFixture::change(Action::kUpdate, kBob, "bob@northwind.example");
    change.after = Fields{};
    change.after->set("roles", roles);
    change.fields = {"roles"};
    return change;
  }

  static Change removal() { return change(Action::kDelete, kBob, "bob@northwind.example"); }

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
};

using test::text;

}  // namespace usher::polytomic
