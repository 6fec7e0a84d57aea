#pragma once

#include <string>

#include "connectors/timelines/sandbox.h"
#include "connectors/timelines/target.h"
#include "tests/connectors/target_fixture.h"

namespace usher::timelines {

/// A workspace of six, over real HTTP: the Owner, the Admin whose token is used, a supervisor, an
/// agent, an expired invitation, and a placeholder of the Partner API.
class TimelinesFixture : public usher::test::TargetFixture {
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

  TimelinesFixture()
      : TargetFixture(kind(), "timelines",
                      usher::test::alone(
                          sandbox::make_timelines_api(std::make_shared<sandbox::Workspaces>())),
                      kSeed) {}

  void SetUp() override {
    values_.set("token", Secret(kToken));
    make();
  }

  [[nodiscard]] std::vector<std::string> requests() { return stage_.requests("/integrations/api"); }

  static Change invite(const std::string& email, const std::string& role = "agent") {
    Change invite = change(Action::kInvite, "", email);
    invite.after = fields({{"email", email}, {"role", role}, {"team", "Sales EU"}});
    return invite;
  }

  Lookup recover(const Change& change, const std::string& step) {
    return target_->recover({{change}, step, steps_.last_context, 0}).at(0);
  }
};

}  // namespace usher::timelines
