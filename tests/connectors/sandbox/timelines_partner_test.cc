// The fake Partner API, item by item as the real one behaves.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/connectors/sandbox/rehearsal.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class PartnerSandboxTest : public ::testing::Test {
 protected:
  Reply users(int count) {
    return on_.partner("POST", "/workspaces/northwind-eu/users", json{{"count", count}}.dump());
  }
  json get() { return on_.partner("GET", "/workspaces/northwind-eu").json; }
  Rehearsal on_;
};

TEST_F(PartnerSandboxTest, ShowsAWorkspaceWithItsUsers) {
  const auto reply = on_.partner("GET", "/workspaces/northwind-eu");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.json["seats"]["used"], 2);
  EXPECT_EQ(reply.json["seats"]["available"], 3);
  EXPECT_EQ(reply.json["users"][0], json::parse(R"({
    "user_id": 410, "display_name": "Olga Owner", "role": "owner", "email": "olga@northwind.example",
    "status": "activated", "created_at": "2024-03-02T08:10:11Z"})"));
  EXPECT_EQ(reply.json["whatsapp_accounts"][0]["user_id"], 811);
  EXPECT_THAT(reply.response.headers, ::testing::Contains(std::pair("X-TL-API-Version", "v1")));
}

TEST_F(PartnerSandboxTest, CreatesPlaceholdersThatThePublicApiShowsToo) {
  const auto reply = users(2);
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(reply.json["seats_available"], 1);
  ASSERT_EQ(reply.json["users"].size(), 2);
  const auto first = reply.json["users"][0];
  EXPECT_EQ(first["email"], first["user_id"].dump() + "-northwind-eu@partners.timelines.ai");
  EXPECT_EQ(first["status"], "activated");
  EXPECT_EQ(first["created_at"], "2026-01-01T00:00:00Z");
  const auto teammates = on_.call("GET", "/workspace/teammates").json["data"]["teammates"];
  EXPECT_EQ(teammates.back()["email"], reply.json["users"][1]["email"]);
  EXPECT_EQ(teammates.back()["role"], "Agent");
}

TEST_F(PartnerSandboxTest, ABatchIsAllOrNothing) {
  const auto reply = users(4);
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(reply.json["error"], "seats_full");
  EXPECT_EQ(reply.json["status"], 409);
  EXPECT_EQ(get()["users"].size(), 3);
  EXPECT_EQ(users(3).status, 201);
  EXPECT_EQ(users(1).status, 409);
}

TEST_F(PartnerSandboxTest, RefusesCountsThatAreNone) {
  for (const char* body : {R"({"count": 0})", R"({"count": 100})", R"({"count": "2"})",
                           R"({"count": 1.5})", R"({"count": true})", "{}", "[]", "{"}) {
    const auto reply = on_.partner("POST", "/workspaces/northwind-eu/users", body);
    EXPECT_EQ(reply.status, 400) << body;
    EXPECT_EQ(reply.json["error"], "invalid_request") << body;
  }
}

TEST_F(PartnerSandboxTest, TakesTheLargestBatch) {
  on_.control("POST", "edit", R"({"workspace": "northwind-eu", "seats": 101})");
  EXPECT_EQ(users(99).json["users"].size(), 99);
  EXPECT_EQ(get()["seats"]["full"], true);
}

TEST_F(PartnerSandboxTest, ChecksTheSignedToken) {
  const auto refused = [&] {
    const auto reply = on_.partner("GET", "/workspaces/northwind-eu");
    return std::pair(reply.status, reply.json.value("error", ""));
  };
  on_.partner_token.back() = 'R';
  EXPECT_EQ(refused(), std::pair(401, std::string("invalid_signature")));
  on_.partner_token = "rubbish";
  EXPECT_EQ(refused(), std::pair(401, std::string("token_decode_error")));
  on_.partner_token = kPartnerToken;
  on_.partner_id = "nobody";
  EXPECT_EQ(refused(), std::pair(401, std::string("partner_not_found")));
  on_.partner_id = "idle-partner";  // same secret, other claim
  EXPECT_EQ(refused(), std::pair(401, std::string("invalid_signature")));
  on_.partner_id.clear();
  EXPECT_EQ(refused(), std::pair(400, std::string("missing_header")));
}

TEST_F(PartnerSandboxTest, TheTokensWindowIsKept) {
  const auto error = [&](std::int64_t seconds) {
    on_.clock.passed = seconds;
    return on_.partner("GET", "/workspaces/northwind-eu").json.value("error", "");
  };
  EXPECT_EQ(error(180), "");
  EXPECT_EQ(error(181), "timestamp_out_of_range");
  EXPECT_EQ(error(-180), "");
  EXPECT_EQ(error(-181), "token_not_active");
  on_.set("max_jwt_window", "359");
  EXPECT_EQ(error(0), "timestamp_out_of_range");
}

TEST_F(PartnerSandboxTest, TheServersClockCanBeWrong) {
  on_.set("clock_offset", "600");
  const auto reply = on_.partner("GET", "/workspaces/northwind-eu");
  EXPECT_EQ(reply.json["error"], "timestamp_out_of_range");
  EXPECT_THAT(reply.response.headers,
              ::testing::Contains(std::pair("Date", "Thu, 01 Jan 2026 00:10:00 GMT")));
}

TEST_F(PartnerSandboxTest, OtherPeoplesWorkspacesAreNotFound) {
  EXPECT_EQ(on_.partner("GET", "/workspaces/nowhere").json["error"], "workspace_not_found");
  EXPECT_EQ(on_.partner("GET", "/workspaces/southwind").status, 404);
  on_.set("foreign_workspace", "403");
  EXPECT_EQ(on_.partner("GET", "/workspaces/southwind").json["error"],
            "workspace_not_owned_by_partner");
  EXPECT_EQ(on_.partner("GET", "/workspaces/eastwind").json["error"], "workspace_billing_managed");
  on_.set("billing_managed_status", "404");
  EXPECT_EQ(on_.partner("GET", "/workspaces/eastwind").status, 404);
}

TEST_F(PartnerSandboxTest, CreatesAWorkspaceWithAnOwner) {
  const auto reply =
      on_.partner("POST", "/workspaces", R"({"display_name": "Westwind-1", "seats_purchased": 3})");
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(reply.json["workspace_id"], "westwind-1");
  EXPECT_EQ(reply.json["seats_available"], 2);
  const auto users = on_.partner("GET", "/workspaces/westwind-1").json["users"];
  EXPECT_EQ(users[0]["user_id"], reply.json["owner_user_id"]);
  EXPECT_EQ(on_.partner("POST", "/workspaces", R"({"display_name": "WESTWIND-1"})").status, 409);
  EXPECT_EQ(on_.partner("POST", "/workspaces", R"({"display_name": "West wind"})").status, 400);
  EXPECT_EQ(
      on_.partner("POST", "/workspaces", R"({"display_name": "Calm", "seats_purchased": 1000})")
          .status,
      400);
}

TEST_F(PartnerSandboxTest, FewerSeatsSuspendTheNewestButNeverTheOwner) {
  users(2);
  const auto reply = on_.partner("PATCH", "/workspaces/northwind-eu", R"({"seats_purchased": 1})");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.json["suspended_members"].size(), 3);
  EXPECT_EQ(reply.json["suspended_members"][2]["user_id"], 811);
  EXPECT_EQ(reply.json["suspended_members"][2]["phone_numbers"][0], "+15550100003");
  EXPECT_EQ(on_.user("olga@northwind.example")["status"], "active");
}

TEST_F(PartnerSandboxTest, MoreSeatsBringNobodyBackUnlessSwitched) {
  on_.partner("PATCH", "/workspaces/northwind-eu", R"({"seats_purchased": 1})");
  on_.partner("PATCH", "/workspaces/northwind-eu", R"({"seats_purchased": 2})");
  EXPECT_EQ(on_.user("sam@northwind.example")["status"], "suspended");
  on_.set("reactivate_on_seat_raise", "yes");
  on_.partner("PATCH", "/workspaces/northwind-eu", R"({"seats_purchased": 3})");
  EXPECT_EQ(on_.user("sam@northwind.example")["status"], "active");
}

TEST_F(PartnerSandboxTest, DisconnectingFreesThePhoneAndNotTheSeat) {
  const std::string path = "/workspaces/northwind-eu/users/811/whatsapp/disconnect";
  EXPECT_EQ(on_.partner("POST", path).json["phone_number"], "+15550100003");
  const auto again = on_.partner("POST", path);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.json["disconnected"], false);
  EXPECT_EQ(get()["seats"]["used"], 2);
  EXPECT_EQ(on_.partner("POST", "/workspaces/northwind-eu/users/9/whatsapp/disconnect").status,
            404);
}

TEST_F(PartnerSandboxTest, ANewQrLinkKillsTheOldOneAndTheConnection) {
  const std::string path = "/workspaces/northwind-eu/users/811/qr";
  const auto first = on_.partner("POST", path, R"({"expires_in_hours": 1})").json;
  EXPECT_EQ(first["whatsapp_disconnected"], true);
  EXPECT_EQ(first["previous_qr_revoked"], false);
  EXPECT_EQ(first["expires_at"], "2026-01-01T01:00:00Z");
  EXPECT_EQ(on_.partner("POST", path).json["previous_qr_revoked"], true);
  EXPECT_EQ(get()["qr_links"].size(), 1);
  EXPECT_EQ(on_.partner("POST", path, R"({"expires_in_hours": 169})").status, 400);
  EXPECT_EQ(on_.partner("POST", "/workspaces/northwind-eu/users/955/qr").json["error"],
            "user_not_active");
}

TEST_F(PartnerSandboxTest, RotatingKillsTheOldTokenAtOnce) {
  EXPECT_EQ(on_.partner("GET", "/workspaces/northwind-eu/api-token").json["token"], "owner-token");
  const auto rotated = on_.partner("POST", "/workspaces/northwind-eu/api-token");
  EXPECT_EQ(rotated.status, 201);
  EXPECT_EQ(on_.call("GET", "/workspace").json["error_code"], "invalid_token");
  on_.token = rotated.json["token"];
  EXPECT_EQ(on_.call("GET", "/workspace").status, 200);
  EXPECT_EQ(on_.partner("GET", "/workspaces/northwind-eu/api-token").json["token"], on_.token);
}

TEST_F(PartnerSandboxTest, UnknownPathsAreHtmlAndOtherMethodsAreNot) {
  for (const char* path : {"/workspaces/", "/workspaces//users", "/workspaces/northwind-eu/",
                           "/users", "/workspaces/northwind-eu/users/811", "/workspaces/%zz"}) {
    const auto reply = on_.partner("GET", path);
    EXPECT_EQ(reply.status, 404) << path;
    EXPECT_THAT(reply.text, HasSubstr("<html>")) << path;
  }
  EXPECT_EQ(on_.partner("DELETE", "/workspaces/northwind-eu").json["error"], "method_not_allowed");
}

TEST_F(PartnerSandboxTest, EverySwitchShows) {
  on_.set("auth_error_status", "403");
  on_.partner_token += "x";
  EXPECT_EQ(on_.partner("GET", "/workspaces/northwind-eu").status, 403);
  on_.partner_token = kPartnerToken;

  on_.set("status_word", "active");
  on_.set("partner_role", "label");
  on_.set("whatsapp_user_id", "text");
  on_.set("placeholder_name", "Seat");
  EXPECT_THAT(users(1).json["users"][0]["display_name"].get<std::string>(),
              MatchesRegex("Seat [0-9]+"));
  EXPECT_EQ(get()["users"][1]["status"], "active");
  EXPECT_EQ(get()["users"][1]["role"], "Team supervisor");
  EXPECT_EQ(get()["whatsapp_accounts"][0]["user_id"], "811");

  on_.set("partner_role", "absent");
  on_.set("invited_in_users", "no");
  on_.set("suspended_in_users", "no");
  on_.control("POST", "edit",
              R"({"workspace": "northwind-eu", "user_id": 811, "status": "suspended"})");
  EXPECT_FALSE(get()["users"][0].contains("role"));
  EXPECT_EQ(get()["users"].size(), 2);  // the owner and the placeholder

  on_.set("drop_users_reply", "yes");
  EXPECT_EQ(users(1).extent, Delivery::Extent::kNothing);
  EXPECT_EQ(get()["users"].size(), 3);
}

}  // namespace
}  // namespace usher::sandbox
