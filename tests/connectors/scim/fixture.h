#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "connectors/http/json.h"
#include "connectors/scim/sandbox.h"
#include "connectors/scim/target.h"
#include "tests/connectors/target_fixture.h"

namespace usher::scim {

inline constexpr const char* kWorkMail = "emails[type eq \"work\"].value";
inline constexpr const char* kDepartment =
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";

/// A target in front of the fake: Ann, Bob and Cy, the groups app-sales (Ann), app-ops and Board
/// (Bob).
class ScimFixture : public usher::test::TargetFixture {
 protected:
  static constexpr const char* kToken = "CANARY-token";
  static constexpr const char* kSeed = R"({"scim": {
    "tokens": ["CANARY-token"],
    "basic": [{"username": "usher", "password": "CANARY-password"}],
    "oauth_clients": [{"client_id": "usher", "client_secret": "CANARY-client", "scope": "scim"}],
    "users": [
      {"id": "u1", "userName": "Ann@x.example", "externalId": "E1", "title": "CEO",
       "name": {"givenName": "Ann", "familyName": "Ng"},
       "emails": [{"type": "work", "value": "ann@x.example", "primary": true},
                  {"type": "home", "value": "ann@home.example"}]},
      {"id": "u2", "userName": "bob@x.example"},
      {"id": "u3", "userName": "cy@x.example", "active": false}],
    "groups": [{"id": "g1", "displayName": "app-sales", "members": ["Ann@x.example"]},
               {"id": "g2", "displayName": "app-ops"},
               {"id": "g3", "displayName": "Board", "members": ["bob@x.example"]}]}})";

  ScimFixture() : TargetFixture(kind(), "scim", sandbox::make_scim_apis(), kSeed) {}

  void SetUp() override {
    values_.set("token", Secret(kToken));
    make();
  }

  void with_groups(const Texts& include = {"app-*"}) { with("groups.include", include); }
  void override_profile(const SettingValues::Pairs& pairs) { with("profile_overrides", pairs); }
  /// The fake plays the profile, and the target knows it.
  void play(const std::string& profile) {
    stage_.set("scim_profile", profile);
    with("profile", profile);
  }

  Account listed(std::string_view name) {
    (void)list();
    return sink_.find(name);
  }
  Lookup find_key(const std::string& key) { return target_->find({"", key}); }
  Lookup find_id(const std::string& id) { return target_->find({id, ""}); }

  [[nodiscard]] std::vector<std::string> requests() { return stage_.requests("/scim/v2"); }
  [[nodiscard]] std::size_t count_requests(std::string_view begin) {
    return static_cast<std::size_t>(std::ranges::count_if(
        requests(), [&](const std::string& each) { return each.starts_with(begin); }));
  }
  /// Requests that were sent while `run` ran.
  template <typename Run>
  std::vector<std::string> requests_of(const Run& run) {
    const std::size_t before = requests().size();
    run();
    auto all = requests();
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(before));
    return all;
  }
  [[nodiscard]] nlohmann::json last_body() { return nlohmann::json::parse(stage_.last_body()); }
  [[nodiscard]] nlohmann::json last_operations() { return last_body().at("Operations"); }

  static Change create(const std::string& key,
                       const std::vector<std::pair<std::string, Value>>& more = {}) {
    Change change = TargetFixture::change(Action::kCreate, "", key);
    change.after = Fields{};
    change.after->set("userName", key);
    for (const auto& [name, value] : more) change.after->set(name, value);
    for (const auto& [name, value] : *change.after) change.fields.push_back(name);
    return change;
  }
  /// An update of Ann that knows what she has.
  Change update(const std::vector<std::pair<std::string, Value>>& values,
                const std::string& name = "Ann@x.example") {
    const Account account = listed(name);
    Change change = TargetFixture::change(Action::kUpdate, account.remote_id, account.key);
    change.before = account.fields;
    change.after = Fields{};
    for (const auto& [field, value] : values) {
      change.fields.push_back(field);
      change.after->set(field, value);
    }
    return change;
  }
  /// An update of somebody's groups, as the engine sends them.
  static Change regroup(const std::string& id, const Texts& before, const Texts& after) {
    Change change = TargetFixture::change(Action::kUpdate, id, id + "@x.example");
    change.fields = {"groups"};
    change.before = Fields{};
    change.before->set("groups", before);
    change.after = Fields{};
    change.after->set("groups", after);
    return change;
  }

  std::vector<Applied> apply_all(const std::vector<Change>& changes) {
    return target_->apply(changes, steps_);
  }

  [[nodiscard]] nlohmann::json state() { return stage_.state().at("scim"); }
  /// A user or group as the fake has it; null: there is none.
  [[nodiscard]] nlohmann::json user(std::string_view name) {
    return one("users", "userName", name);
  }
  [[nodiscard]] nlohmann::json group(std::string_view name) {
    return one("groups", "displayName", name);
  }
  [[nodiscard]] std::vector<std::string> members(std::string_view name) {
    return group(name).at("members");
  }
  void edit(const nlohmann::json& what) { stage_.edit(nlohmann::json{{"scim", what}}.dump()); }
  void add_users(int count) {
    for (int i = 1; i <= count; ++i) {
      edit({{"add_user",
             {{"id", "p" + std::to_string(i)},
              {"userName", "p" + std::to_string(i) + "@x.example"}}}});
    }
  }

 private:
  nlohmann::json one(const char* kind, const char* key, std::string_view name) {
    const nlohmann::json now = state();
    for (const auto& each : now.at(kind)) {
      if (each.at(key) == name) return each;
    }
    return nullptr;
  }
};

using test::text;

}  // namespace usher::scim
