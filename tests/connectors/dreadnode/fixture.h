#pragma once

#include <string>

#include "connectors/dreadnode/sandbox.h"
#include "connectors/dreadnode/target.h"
#include "tests/connectors/target_fixture.h"

namespace usher::dreadnode {

/// Workspace `main` of `acme`, over real HTTP: its owner, a contributor, and a reader who is in
/// another organisation as well. Zoe is a member without a grant.
class DreadnodeFixture : public usher::test::TargetFixture {
 protected:
  static constexpr const char* kSeed = R"({"dreadnode": {"organizations": [
    {"key": "acme", "api_keys": ["dn_key_CANARY"], "members": ["zoe@acme.example"],
     "workspaces": [{"key": "main", "users": [
       {"email": "olga@acme.example", "permission": "owner"},
       {"email": "carl@acme.example", "permission": "contributor"},
       {"email": "Rita@acme.example", "permission": "reader", "granted_at": "2026-01-02T03:04:05Z"}]},
      {"key": "a/b ?", "users": []}]},
    {"key": "other", "api_keys": ["dn_key_other"], "members": ["rita@acme.example"]}]}})";

  DreadnodeFixture()
      : TargetFixture(kind(), "dreadnode", usher::test::alone(sandbox::make_dreadnode_api()),
                      kSeed) {}

  void SetUp() override {
    values_.set("org", std::string("acme"));
    values_.set("workspace", std::string("main"));
    values_.set("api_key", Secret("dn_key_CANARY"));
    make();
  }

  void allow_removal() {
    values_.set("remove_member", true);
    make();
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

  Lookup recover(const Change& change) {
    return target_->recover({{change}, std::string(to_string(change.action)), {}, 0}).at(0);
  }
};

}  // namespace usher::dreadnode
