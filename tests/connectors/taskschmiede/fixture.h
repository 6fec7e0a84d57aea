#pragma once

#include <string>

#include "connectors/taskschmiede/sandbox.h"
#include "connectors/taskschmiede/target.h"
#include "tests/connectors/target_fixture.h"

namespace usher::taskschmiede {

/// An organisation of five, over real HTTP: an owner, the master admin whose token is used, an
/// admin, a member who is in another organisation too, and one who is suspended. Outside of it: a
/// member of the other organisation, and somebody who is in none.
class TaskschmiedeFixture : public usher::test::TargetFixture {
 protected:
  static constexpr const char* kToken = "CANARY-token-of-ada";
  static constexpr const char* kSeed = R"({"taskschmiede": {
    "organizations": [{"id": "org_north"}, {"id": "org_south"}],
    "users": [
      {"id": "usr_olga", "email": "olga@north.example", "name": "Olga", "organizations": {"org_north": "owner"}},
      {"id": "usr_ada", "email": "ada@north.example", "name": "Ada", "is_admin": true,
       "password": "CANARY-password", "organizations": {"org_north": "admin"}},
      {"id": "usr_sam", "email": "Sam@north.example", "name": "Sam", "external_id": "E1",
       "password": "CANARY-sam", "metadata": {"dept": "Sales", "Level": 5, "theirs": {"a": [1]}},
       "organizations": {"org_north": "admin"}, "created_at": "2025-07-02T07:10:11Z"},
      {"id": "usr_amy", "email": "amy@north.example", "name": "Amy",
       "organizations": {"org_north": "member", "org_south": "member"}},
      {"id": "usr_ivy", "email": "ivy@north.example", "name": "Ivy", "status": "suspended",
       "organizations": {"org_north": "guest"}},
      {"id": "usr_bob", "email": "bob@south.example", "name": "Bob", "organizations": {"org_south": "owner"}},
      {"id": "usr_lea", "email": "lea@north.example", "name": "Lea", "status": "suspended", "resource": false}],
    "tokens": [{"token": "CANARY-token-of-ada", "email": "ada@north.example"},
               {"token": "CANARY-token-of-sam", "email": "Sam@north.example"},
               {"token": "CANARY-token-of-amy", "email": "amy@north.example"}]}})";

  explicit TaskschmiedeFixture(const char* seed = kSeed)
      : TargetFixture(kind(), "taskschmiede", usher::test::alone(sandbox::make_taskschmiede_api()),
                      seed) {}

  void SetUp() override {
    values_.set("organization", std::string("org_north"));
    values_.set("token", Secret(kToken));
    make();
  }

  void use_rest() {
    values_.set("transport", std::string("rest"));
    make();
  }
  void use_token(const char* token) {
    values_.set("token", Secret(token));
    make();
  }
  void use_password(const char* email, const char* password) {
    SettingValues values;
    for (const char* name : {"url", "organization", "rate", "transport"}) {
      values_.copy_to(values, name);
    }
    values_ = values;
    values_.set("email", std::string(email));
    values_.set("password", Secret(password));
    make();
  }

  /// `ts.usr.list`, `initialize`, `GET /users`, in the order in which they were sent.
  [[nodiscard]] std::vector<std::string> calls() {
    std::vector<std::string> names;
    for (const auto& entry : stage_.log()) {
      const std::string path = entry.at("path");
      const std::string method = entry.at("method");
      const std::string prefix = "/taskschmiede/api/v1";
      if (path.starts_with(prefix)) {
        names.push_back(method + " " + path.substr(prefix.size(), path.find('?') - prefix.size()));
      } else {
        names.push_back(name_of(entry.at("body").get<std::string>()));
      }
    }
    return names;
  }

  /// Arguments of the last call of `tool`.
  [[nodiscard]] nlohmann::json arguments(const std::string& tool) {
    nlohmann::json found;
    for (const auto& entry : stage_.log()) {
      const std::string body = entry.at("body").is_string() ? entry.at("body") : nlohmann::json("");
      const auto message = nlohmann::json::parse(body, nullptr, false);
      if (message.is_object() && name_of(body) == tool) {
        found = message.at("params").at("arguments");
      }
    }
    return found;
  }

  static std::string name_of(const std::string& body) {
    const auto message = nlohmann::json::parse(body, nullptr, false);
    if (!message.is_object()) return "?";
    const std::string method = message.at("method");
    return method == "tools/call" ? message.at("params").at("name").get<std::string>() : method;
  }

  /// Null when nobody has this address.
  [[nodiscard]] nlohmann::json user(std::string_view email) {
    const auto state = stage_.state();
    for (const auto& user : state.at("taskschmiede").at("users")) {
      if (user.at("email") == email) return user;
    }
    return nullptr;
  }
  /// Empty: no member of ours.
  [[nodiscard]] std::string role(std::string_view email) {
    const auto found = user(email);
    return found.is_null() ? "nobody" : found.at("organizations").value("org_north", "");
  }
  [[nodiscard]] std::size_t users() { return stage_.state().at("taskschmiede").at("user_count"); }

  static Change create(const std::string& email, const std::string& role = "member") {
    Change create = change(Action::kCreate, "", email);
    create.after = fields({{"email", email}, {"name", "New One"}, {"role", role}});
    return create;
  }

  static Change update(std::string remote_id,
                       std::initializer_list<std::pair<std::string_view, std::string>> values) {
    Change update = change(Action::kUpdate, std::move(remote_id), "somebody@north.example");
    update.after = fields(values);
    for (const auto& [name, value] : *update.after) update.fields.push_back(name);
    return update;
  }
};

}  // namespace usher::taskschmiede
