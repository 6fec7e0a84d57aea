// The fake Public API, item by item as the real one behaves.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/connectors/sandbox/rehearsal.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class TimelinesSandboxTest : public ::testing::Test {
 protected:
  json teammate(std::size_t n) {
    return on_.call("GET", "/workspace/teammates").json["data"]["teammates"][n];
  }
  Rehearsal on_;
};

TEST_F(TimelinesSandboxTest, ListsTeammatesAsTheRealOneDoes) {
  const auto reply = on_.call("GET", "/workspace/teammates");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.json["status"], "ok");
  EXPECT_EQ(reply.json["data"]["teams"],
            json::parse(R"([{"title":"Default"},{"title":"Sales EU"}])"));
  EXPECT_EQ(reply.json["data"]["teammates"][0], json::parse(R"({
    "user_id": 410, "display_name": "Olga Owner", "email": "olga@northwind.example", "role": "Owner",
    "team": "Default", "status": "Active", "invitation_status": null,
    "created_at": "2024-03-02 09:10:11 +0100", "whatsapp_accounts": []})"));
}

TEST_F(TimelinesSandboxTest, RolesAreLabelsAndDatesFollowSummerTime) {
  EXPECT_EQ(teammate(1)["role"], "Team supervisor");
  EXPECT_EQ(teammate(1)["created_at"], "2025-07-02 09:10:11 +0200");
  EXPECT_EQ(teammate(1)["whatsapp_accounts"][0]["phone"], "+15550100003");
}

TEST_F(TimelinesSandboxTest, AnOpenInvitationIsListed) {
  EXPECT_EQ(teammate(2)["status"], "Invited");
  EXPECT_EQ(teammate(2)["invitation_status"], "Pending");
  on_.control("POST", "expire",
              R"({"workspace": "northwind-eu", "email": "ivy@northwind.example"})");
  EXPECT_EQ(teammate(2)["status"], "Invited");
  EXPECT_EQ(teammate(2)["invitation_status"], "Expired");
}

TEST_F(TimelinesSandboxTest, TellsWhoTheTokenIs) {
  on_.token = "agent-token";
  EXPECT_EQ(on_.call("GET", "/workspace/teammates/me").json["data"]["user_id"], 811);
}

TEST_F(TimelinesSandboxTest, CountsOwnerAndActiveMembersAsSeats) {
  const auto seats = [&] { return on_.call("GET", "/workspace").json["data"]["seats"]; };
  EXPECT_EQ(seats()["total"], 5);
  EXPECT_EQ(seats()["used"], 2);
  on_.set("pending_uses_seat", "yes");
  EXPECT_EQ(seats()["used"], 3);
  on_.set("extra_seat_fields", "no");
  EXPECT_EQ(seats(), json::parse(R"({"total": 5, "used": 3})"));
  on_.set("workspace_seats", "absent");
  EXPECT_TRUE(seats().is_null());
}

TEST_F(TimelinesSandboxTest, InvitesANewPerson) {
  const auto reply =
      on_.call("POST", "/workspace/invitations",
               R"({"email": "Ann@Northwind.example", "first_name": "Ann", "last_name": "Ng",
                                  "team_title": "Sales EU", "role": "AGENT"})");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.json["data"]["display_name"], "Ann Ng");
  EXPECT_EQ(reply.json["data"]["email"], "Ann@Northwind.example");
  EXPECT_EQ(reply.json["data"]["role"], "Agent");
  EXPECT_EQ(reply.json["data"]["team"], "Sales EU");
  EXPECT_EQ(reply.json["data"]["status"], "Invited");
  EXPECT_EQ(on_.workspace()["mails"]["Ann@Northwind.example"], 1);
}

TEST_F(TimelinesSandboxTest, InvitingAMemberSetsRoleAndTeamAndKeepsTheRest) {
  const auto reply = on_.call("POST", "/workspace/invitations",
                              R"({"email": "SAM@northwind.example", "first_name": "Other",
                                  "team_title": "Default", "role": "collaborator"})");
  EXPECT_EQ(reply.json["data"]["user_id"], 811);
  EXPECT_EQ(reply.json["data"]["display_name"], "Sam Super");
  EXPECT_EQ(reply.json["data"]["role"], "Collaborator");
  EXPECT_EQ(reply.json["data"]["team"], "Default");
  EXPECT_EQ(reply.json["data"]["status"], "Active");
  EXPECT_TRUE(on_.workspace()["mails"].empty());
}

TEST_F(TimelinesSandboxTest, ReinvitingRenewsAnExpiredInvitation) {
  on_.control("POST", "expire", R"({"workspace": "northwind-eu", "all": true})");
  const auto reply = on_.invite("ivy@northwind.example");
  EXPECT_EQ(reply.json["data"]["user_id"], 955);
  EXPECT_EQ(reply.json["data"]["invitation_status"], "Pending");
  EXPECT_EQ(on_.workspace()["mails"]["ivy@northwind.example"], 1);
}

TEST_F(TimelinesSandboxTest, RevokingForgetsThePersonAndALaterInvitationHasANewId) {
  EXPECT_EQ(on_.call("DELETE", "/workspace/invitations/955").status, 200);
  EXPECT_EQ(on_.call("DELETE", "/workspace/invitations/955").json["error_code"], "not_found");
  EXPECT_GT(on_.invite("ivy@northwind.example").json["data"]["user_id"], 955);
}

TEST_F(TimelinesSandboxTest, AnAcceptedInvitationCannotBeRevoked) {
  const auto reply = on_.call("DELETE", "/workspace/invitations/811");
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(reply.json["status"], "error");
  EXPECT_FALSE(reply.json.contains("error_code"));
  EXPECT_EQ(on_.call("DELETE", "/workspace/invitations/8x").status, 400);
}

TEST_F(TimelinesSandboxTest, RefusesBadInvitations) {
  struct Case {
    const char* name;
    json body;
    const char* field;
  };
  const std::string long_name(151, 'x');
  const Case cases[] = {
      {"no address", {{"role", "agent"}}, "email"},
      {"no real address", {{"email", "ann"}}, "email"},
      {"address too long", {{"email", std::string(243, 'a') + "@example.com"}}, "email"},
      {"first name too long", {{"email", "a@x.example"}, {"first_name", long_name}}, "first_name"},
      {"last name too long", {{"email", "a@x.example"}, {"last_name", long_name}}, "last_name"},
      {"owner", {{"email", "a@x.example"}, {"role", "owner"}}, "role"},
      {"unknown role", {{"email", "a@x.example"}, {"role", "boss"}}, "role"},
      {"null character",
       {{"email", "a@x.example"}, {"first_name", std::string("a\0b", 3)}},
       "first_name"},
      {"wrong type", {{"email", 7}}, "email"},
  };
  for (const auto& [name, body, field] : cases) {
    const auto reply = on_.call("POST", "/workspace/invitations", body.dump());
    EXPECT_EQ(reply.status, 400) << name;
    EXPECT_EQ(reply.json["error_code"], "validation_error") << name;
    EXPECT_EQ(reply.json["errors"][0]["fields"][0], field) << name;
  }
  EXPECT_EQ(on_.call("POST", "/workspace/invitations", "[1]").status, 400);
  EXPECT_EQ(on_.call("POST", "/workspace/invitations", "{").status, 400);
}

TEST_F(TimelinesSandboxTest, TakesTheLongestAddressAndNames) {
  const json body = {{"email", std::string(242, 'a') + "@example.com"},
                     {"first_name", std::string(150, 'x')},
                     {"last_name", std::string(150, 'y')}};
  EXPECT_EQ(on_.call("POST", "/workspace/invitations", body.dump()).status, 200);
}

TEST_F(TimelinesSandboxTest, RefusesCredentialsWithTheirCodes) {
  const auto code = [&](const char* token) {
    on_.token = token;
    const auto reply = on_.call("GET", "/workspace/teammates");
    return std::pair(reply.status, reply.json.value("error_code", ""));
  };
  EXPECT_EQ(code("wrong"), std::pair(401, std::string("invalid_token")));
  on_.control("POST", "edit", R"({"workspace": "northwind-eu", "user_id": 811, "delete": true})");
  EXPECT_EQ(code("agent-token"), std::pair(403, std::string("member_not_found")));
  const auto bare = on_.send({.method = "GET",
                              .path = "/integrations/api/workspace",
                              .query = {},
                              .headers = {{"User-Agent", "test"}},
                              .body = {},
                              .peer = {}});
  EXPECT_EQ(bare.json["error_code"], "missing_credentials");
}

TEST_F(TimelinesSandboxTest, AnAgentsTokenMayReadButNotInvite) {
  on_.token = "agent-token";
  EXPECT_EQ(on_.call("GET", "/workspace/teammates").status, 200);
  EXPECT_EQ(on_.invite("ann@x.example").json["error_code"], "permission_denied");
  on_.set("token_role_check", "no");
  EXPECT_EQ(on_.invite("ann@x.example").status, 200);
}

TEST_F(TimelinesSandboxTest, AUsedUpQuotaIsToldByEitherStatus) {
  Rehearsal on(
      R"({"workspaces": [{"id": "w", "tokens": ["owner-token"], "api_calls": {"total": 1}}]})");
  EXPECT_EQ(on.call("GET", "/workspace").status, 200);
  EXPECT_EQ(on.call("GET", "/workspace").status, 403);
  on.set("quota_status", "429");
  const auto reply = on.call("GET", "/workspace");
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(reply.json["error_code"], "quota_exceeded");
}

TEST_F(TimelinesSandboxTest, UnknownPathsAndTrailingSlashesAreHtml) {
  for (const char* path :
       {"/workspace/teammates/", "/workspace/", "/", "", "/workspace/teammates/811",
        "/workspace/invitations/955/", "/v2/teammates"}) {
    const auto reply = on_.call("GET", path);
    EXPECT_EQ(reply.status, 404) << path;
    EXPECT_THAT(reply.text, HasSubstr("<html>")) << path;
  }
}

TEST_F(TimelinesSandboxTest, AnotherMethodIsNotSupported) {
  const auto reply = on_.call("PATCH", "/workspace/teammates");
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(reply.json["error_code"], "not_supported");
}

TEST_F(TimelinesSandboxTest, AnAccountInAnotherWorkspaceKeepsItsId) {
  on_.control("POST", "edit", R"({"workspace": "southwind", "add": {"email": "zoe@x.example"}})");
  const auto zoe = on_.workspace("southwind")["users"].back();
  EXPECT_EQ(on_.invite("Zoe@x.example").json["data"]["user_id"], zoe["user_id"]);
  EXPECT_EQ(on_.call("DELETE", "/workspace/invitations/" + zoe["user_id"].dump()).status, 200);
  EXPECT_EQ(on_.invite("zoe@x.example").json["data"]["user_id"], zoe["user_id"]);
}

}  // namespace
}  // namespace usher::sandbox
