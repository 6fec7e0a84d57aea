// Every switch of the fake Public API shows.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/connectors/sandbox/rehearsal.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;

class TimelinesSwitchesTest : public ::testing::Test {
 protected:
  json teammate(std::size_t n) {
    return on_.call("GET", "/workspace/teammates").json["data"]["teammates"][n];
  }
  void suspend_sam() {
    on_.control(
        "POST", "edit",
        R"({"workspace": "northwind-eu", "email": "sam@northwind.example", "status": "suspended"})");
  }
  Rehearsal on_;
};

TEST_F(TimelinesSwitchesTest, InviteWhenFull) {
  on_.control("POST", "edit", R"({"workspace": "northwind-eu", "seats": 2})");
  EXPECT_EQ(on_.invite("ann@x.example").json["error_code"], "quota_exceeded");
  on_.set("invite_when_full", "400");
  EXPECT_EQ(on_.invite("ann@x.example").json["error_code"], "validation_error");
  EXPECT_TRUE(on_.user("ann@x.example").is_null());
  on_.set("invite_when_full", "200");
  EXPECT_EQ(on_.invite("ann@x.example").status, 200);
}

TEST_F(TimelinesSwitchesTest, UnknownTeam) {
  const std::string body = R"({"email": "ann@x.example", "team_title": "Nowhere"})";
  const auto send = [&] { return on_.call("POST", "/workspace/invitations", body); };
  EXPECT_EQ(send().json["error_code"], "not_found");
  on_.set("unknown_team", "400");
  EXPECT_EQ(send().json["error_code"], "validation_error");
  on_.set("unknown_team", "create");
  EXPECT_EQ(send().json["data"]["team"], "Nowhere");
  EXPECT_EQ(on_.workspace()["teams"].back(), "Nowhere");
}

TEST_F(TimelinesSwitchesTest, OmittedRole) {
  const std::string body = R"({"email": "sam@northwind.example"})";
  on_.set("omitted_role", "keep");
  EXPECT_EQ(on_.call("POST", "/workspace/invitations", body).json["data"]["role"],
            "Team supervisor");
  on_.set("omitted_role", "default");
  on_.set("default_role", "collaborator");
  const auto reply = on_.call("POST", "/workspace/invitations", body);
  EXPECT_EQ(reply.json["data"]["role"], "Collaborator");
  EXPECT_EQ(reply.json["data"]["team"], "Default");
}

TEST_F(TimelinesSwitchesTest, OwnerAsTarget) {
  EXPECT_EQ(on_.invite("olga@northwind.example").json["data"]["role"], "Owner");
  on_.set("owner_as_target", "refuse");
  EXPECT_EQ(on_.invite("olga@northwind.example").status, 400);
  on_.set("owner_as_target", "change");
  EXPECT_EQ(on_.invite("olga@northwind.example").json["data"]["role"], "Agent");
}

TEST_F(TimelinesSwitchesTest, SuspendedAsTarget) {
  suspend_sam();
  EXPECT_EQ(on_.invite("sam@northwind.example").json["data"]["status"], "Suspended");
  on_.set("suspended_as_target", "refuse");
  EXPECT_EQ(on_.invite("sam@northwind.example").status, 400);
  on_.set("suspended_as_target", "reactivate");
  EXPECT_EQ(on_.invite("sam@northwind.example").json["data"]["status"], "Active");
}

TEST_F(TimelinesSwitchesTest, MailOnUpdate) {
  const auto mails = [&](const char* email) {
    on_.invite(email);
    return on_.workspace()["mails"].value(email, 0);
  };
  EXPECT_EQ(mails("ivy@northwind.example"), 1);
  EXPECT_EQ(mails("sam@northwind.example"), 0);
  on_.set("mail_on_update", "always");
  EXPECT_EQ(mails("sam@northwind.example"), 1);
  on_.set("mail_on_update", "never");
  EXPECT_EQ(mails("ivy@northwind.example"), 1);
}

TEST_F(TimelinesSwitchesTest, Labels) {
  suspend_sam();
  on_.set("suspended_label", "Deactivated");
  on_.set("active_label", "activated");
  on_.set("pending_label", "Sent");
  on_.set("role_labels", "token");
  EXPECT_EQ(teammate(0)["status"], "activated");
  EXPECT_EQ(teammate(1)["status"], "Deactivated");
  EXPECT_EQ(teammate(1)["role"], "team_supervisor");
  EXPECT_EQ(teammate(2)["invitation_status"], "Sent");
  on_.set("pending_label", "");
  EXPECT_TRUE(teammate(2)["invitation_status"].is_null());
}

TEST_F(TimelinesSwitchesTest, OldShapeAndOrder) {
  on_.set("teammate_shape", "old");
  const auto data = on_.call("GET", "/workspace/teammates").json["data"];
  EXPECT_FALSE(data.contains("teams"));
  EXPECT_FALSE(data["teammates"][0].contains("team"));
  EXPECT_FALSE(data["teammates"][0].contains("invitation_status"));
  EXPECT_EQ(data["teammates"][0]["status"], "active");
  on_.set("list_order", "descending");
  EXPECT_EQ(teammate(0)["user_id"], 955);
}

TEST_F(TimelinesSwitchesTest, ErrorShapes) {
  on_.set("error_code", "absent");
  on_.token = "wrong";
  const auto bare = on_.call("GET", "/workspace");
  EXPECT_EQ(bare.json, json::parse(R"({"status": "error", "message": "Token is not valid"})"));
  on_.set("401_body", "empty");
  EXPECT_EQ(on_.call("GET", "/workspace").text, "");
}

TEST_F(TimelinesSwitchesTest, AddressForms) {
  on_.set("email_check", "no");
  EXPECT_EQ(on_.invite("no-address").status, 200);
  on_.set("email_stored", "lower");
  EXPECT_EQ(on_.invite("ANN@X.example").json["data"]["email"], "ann@x.example");
}

}  // namespace
}  // namespace usher::sandbox
