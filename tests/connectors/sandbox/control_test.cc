// Steering and watching a rehearsal.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/connectors/sandbox/rehearsal.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class ControlTest : public ::testing::Test {
 protected:
  std::string refusal(std::string_view verb, std::string_view body,
                      std::string_view method = "POST") {
    try {
      on_.control(method, verb, body);
    } catch (const BadRequest& error) {
      return error.what();
    }
    return "taken";
  }
  Rehearsal on_;
};

TEST_F(ControlTest, TheLogTellsWhatWasAskedAndNoSecret) {
  on_.invite("ann@x.example");
  on_.partner("GET", "/workspaces/northwind-eu");
  on_.token = "wrong";
  on_.call("GET", "/workspace");
  const auto log = on_.control("GET", "log");
  EXPECT_EQ(log["count"], 3);
  const auto first = log["requests"][0];
  EXPECT_EQ(first["n"], 1);
  EXPECT_EQ(first["method"], "POST");
  EXPECT_EQ(first["path"], "/integrations/api/workspace/invitations");
  EXPECT_EQ(first["credential"], "northwind-eu/token-1");
  EXPECT_EQ(first["address"], "ann@x.example");
  EXPECT_EQ(first["status"], 200);
  EXPECT_EQ(log["requests"][1]["credential"], "acme-partner");
  EXPECT_EQ(log["requests"][2]["credential"], "unknown");
  EXPECT_THAT(log.dump(), Not(HasSubstr("owner-token")));
  EXPECT_THAT(log.dump(), Not(HasSubstr("eyJ")));
}

TEST_F(ControlTest, TheLogTellsWhatWasCarriedOutAndWhatWasAnswered) {
  on_.fault(R"([{"action": "lost_reply_after_commit"}, {"action": "lost_reply_before_commit"}])");
  on_.invite("ann@x.example");
  on_.invite("ann@x.example");
  const auto requests = on_.control("GET", "log")["requests"];
  EXPECT_EQ(requests[0]["handled"], true);
  EXPECT_EQ(requests[0]["replied"], false);
  EXPECT_EQ(requests[0]["fault"], "lost_reply_after_commit");
  EXPECT_EQ(requests[1]["handled"], false);
}

TEST_F(ControlTest, TheLogCanBeNarrowed) {
  on_.invite("ann@x.example");
  on_.call("GET", "/workspace");
  on_.call("GET", "/workspace/teammates");
  EXPECT_EQ(on_.control("GET", "log", {}, "since=1")["requests"].size(), 2);
  EXPECT_EQ(on_.control("GET", "log", {}, "method=POST")["requests"].size(), 1);
  EXPECT_EQ(on_.control("GET", "log", {}, "path=/teammates")["requests"].size(), 1);
}

TEST_F(ControlTest, APersonAcceptsAnInvitation) {
  on_.control("POST", "accept",
              R"({"workspace": "northwind-eu", "email": "Ivy@northwind.example"})");
  EXPECT_EQ(on_.user("ivy@northwind.example")["status"], "active");
  EXPECT_THAT(refusal("accept", R"({"workspace": "northwind-eu", "user_id": 955})"),
              HasSubstr("is active, not invited"));
}

TEST_F(ControlTest, AnAdministratorChangesThingsByHand) {
  on_.control("POST", "edit", R"({"workspace": "northwind-eu", "user_id": 811, "role": "admin",
                                  "team": "Default", "display_name": "Samuel"})");
  EXPECT_EQ(on_.user("sam@northwind.example")["role"], "admin");
  EXPECT_EQ(on_.user("sam@northwind.example")["team"], "Default");
  on_.control("POST", "edit",
              R"({"workspace": "northwind-eu", "add": {"email": "stranger@x.example"}})");
  EXPECT_EQ(on_.user("stranger@x.example")["status"], "active");
  on_.control("POST", "edit", R"({"workspace": "northwind-eu", "user_id": 811, "delete": true})");
  EXPECT_TRUE(on_.user("sam@northwind.example").is_null());
  on_.control("POST", "edit", R"({"workspace": "northwind-eu", "teams": ["North"], "seats": 7})");
  EXPECT_EQ(on_.workspace()["teams"].back(), "North");
  EXPECT_EQ(on_.workspace()["seats"]["total"], 7);
}

TEST_F(ControlTest, ABadChangeIsRefusedAndNothingChanges) {
  EXPECT_THAT(refusal("edit", R"({"workspace": "northwind-eu", "user_id": 811, "rol": "admin"})"),
              HasSubstr("did you mean `role`?"));
  EXPECT_THAT(
      refusal("edit", R"({"workspace": "northwind-eu", "user_id": 811, "team": "Nowhere"})"),
      HasSubstr("none of the workspace's teams"));
  EXPECT_THAT(refusal("edit", R"({"workspace": "northwind-eu", "user_id": 811, "role": "boss"})"),
              HasSubstr("is none of"));
  EXPECT_THAT(refusal("edit", R"({"workspace": "nowhere"})"), HasSubstr("no workspace `nowhere`"));
  EXPECT_THAT(refusal("edit", R"({})"), HasSubstr("say which workspace"));
  EXPECT_THAT(refusal("dance", R"({})"), HasSubstr("is not understood"));
  EXPECT_THAT(refusal("release", R"([])"), HasSubstr("an object is wanted"));
  EXPECT_THAT(refusal("dance", "", "GET"), HasSubstr("nothing to see"));
  EXPECT_EQ(on_.user("sam@northwind.example")["role"], "team_supervisor");
}

TEST_F(ControlTest, ResettingGoesBackToTheStart) {
  on_.invite("ann@x.example");
  on_.set("error_code", "absent");
  on_.fault(R"({"action": "status"})");
  on_.control("POST", "reset");
  const auto state = on_.control("GET", "state");
  EXPECT_EQ(state["requests"], 0);
  EXPECT_EQ(state["switches"]["error_code"], "present");
  EXPECT_TRUE(state["faults"].empty());
  EXPECT_TRUE(on_.user("ann@x.example").is_null());
  EXPECT_EQ(on_.call("GET", "/workspace/teammates").json["data"]["teammates"].size(), 3);
}

TEST_F(ControlTest, AResetMayBringANewSeedAndABadOneChangesNothing) {
  EXPECT_THAT(refusal("reset", R"({"workspaces": [{}]})"), HasSubstr("/workspaces/0/id"));
  EXPECT_EQ(on_.workspace()["id"], "northwind-eu");
  on_.control("POST", "reset", R"({"workspaces": [{"id": "calm"}]})");
  on_.control("POST", "reset");
  EXPECT_EQ(on_.workspace("calm")["id"], "calm");
}

TEST_F(ControlTest, SwitchesOfTheCommandLineWinAlsoAfterAReset) {
  Rehearsal on(R"({"switches": {"unknown_team": "create", "error_code": "absent"}})",
               {{"unknown_team", "400"}});
  on.control("POST", "reset");
  const auto switches = on.control("GET", "switches");
  EXPECT_EQ(switches["unknown_team"], "400");
  EXPECT_EQ(switches["error_code"], "absent");
}

TEST_F(ControlTest, ASwitchRefusesWhatItDoesNotTake) {
  EXPECT_THAT(refusal("switches", R"({"unknown_tem": "create"})"),
              HasSubstr("did you mean `unknown_team`?"));
  EXPECT_THAT(refusal("switches", R"({"unknown_team": "500"})"), HasSubstr("takes 404|400|create"));
  EXPECT_THAT(refusal("switches", R"({"clock_offset": "soon"})"), HasSubstr("takes number"));
  EXPECT_THAT(refusal("switches", R"({"rate": "many"})"), HasSubstr("`many` is no rate"));
  EXPECT_EQ(refusal("switches", R"({"clock_offset": -30, "pending_uses_seat": true})"), "taken");
}

TEST_F(ControlTest, ErrorsReachTheCallerAsJson) {
  const auto reply = on_.send({.method = "POST",
                               .path = "/_sandbox/edit",
                               .query = {},
                               .headers = {},
                               .body = "{",
                               .peer = {}});
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.json["error"].get<std::string>(), HasSubstr("the body is not JSON"));
  EXPECT_EQ(on_.control("GET", "log")["count"], 0);
}

}  // namespace
}  // namespace usher::sandbox
