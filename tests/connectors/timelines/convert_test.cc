#include "connectors/timelines/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/error.h"
#include "tests/connectors/recording.h"

namespace usher::timelines {
namespace {

using test::text;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Teammate teammate(const std::string& json) {
  const JsonDocument document(json, "test");
  return to_teammate(document.root());
}

Account account(const std::string& json, std::string_view me = "") {
  return to_account(teammate(json), me);
}

Change change(Action action, Fields before, Fields after) {
  Change change;
  change.action = action;
  change.key = "ann@northwind.example";
  if (!before.empty()) change.before = std::move(before);
  if (!after.empty()) change.after = std::move(after);
  return change;
}

Fields fields(std::initializer_list<std::pair<std::string_view, std::string>> values) {
  Fields fields;
  for (const auto& [name, value] : values) fields.set(name, value);
  return fields;
}

std::string refusal(const Change& change) {
  try {
    (void)to_invitation(change, {});
  } catch (const ConnectorError& error) {
    EXPECT_EQ(error.kind, ErrorKind::kRejected);
    return error.what();
  }
  return "";
}

// C15
TEST(TimelinesConvertTest, LabelsAndTokensOfRolesBecomeOneForm) {
  for (const char* label :
       {"Team supervisor", "team_supervisor", " TEAM SUPERVISOR ", "Team-Supervisor"}) {
    EXPECT_EQ(role_token(label), "team_supervisor") << label;
  }
  EXPECT_EQ(role_token("Owner"), "owner");
}

// C19, C20
TEST(TimelinesConvertTest, EveryStatusWordHasOneMeaning) {
  struct Case {
    const char* status;
    const char* invitation;
    AccountStatus want;
  };
  for (const Case& c :
       {Case{"Active", "", AccountStatus::kActive}, Case{"active", "", AccountStatus::kActive},
        Case{"activated", "", AccountStatus::kActive}, Case{"Invited", "", AccountStatus::kInvited},
        Case{"Invited", "Pending", AccountStatus::kInvited},
        Case{"Invited", "Sent again", AccountStatus::kInvited},
        Case{"invited", "expired", AccountStatus::kInviteExpired},
        Case{"Suspended", "", AccountStatus::kInactive},
        Case{"On ice", "", AccountStatus::kInactive},
        Case{"Suspended", "Expired", AccountStatus::kInactive}}) {
    EXPECT_EQ(to_status(c.status, c.invitation), c.want) << c.status << "/" << c.invitation;
  }
}

TEST(TimelinesConvertTest, AnUnseenStatusWordIsNotAKnownOne) {
  EXPECT_TRUE(is_known_status("Suspended"));
  EXPECT_FALSE(is_known_status("On ice"));
}

// C5
TEST(TimelinesConvertTest, TheOwnerIsUntouchable) {
  const Account owner =
      account(R"({"user_id":410,"email":"o@x.example","role":"Owner","status":"Active"})");
  EXPECT_EQ(owner.untouchable, "owner");
}

// never-again 24
TEST(TimelinesConvertTest, TheAccountOfTheTokenIsUntouchable) {
  const char* row = R"({"user_id":411,"email":"a@x.example","role":"Admin","status":"Active"})";
  EXPECT_EQ(account(row, "411").untouchable, "the account we log in with");
  EXPECT_EQ(account(row, "412").untouchable, "");
}

// C4
TEST(TimelinesConvertTest, APlaceholderOfThePartnerApiIsNeverMatched) {
  const Account placeholder = account(
      R"({"user_id":7,"email":"7-northwind@Partners.Timelines.AI","role":"Agent","status":"Active"})");
  EXPECT_EQ(placeholder.key, "");
  EXPECT_EQ(text(placeholder, "email"), "(absent)");
  EXPECT_NE(placeholder.untouchable, "");
}

// C22
TEST(TimelinesConvertTest, IdsMayBeTextAndNullsAndExtrasAreTolerated) {
  const Account found = account(
      R"({"user_id":"811","email":"sam@x.example","role":"Agent","team":null,"status":"Active",
          "invitation_status":null,"whatsapp_accounts":null,"near_full":true})");
  EXPECT_EQ(found.remote_id, "811");
  EXPECT_EQ(text(found, "team"), "(absent)");
}

// C22
TEST(TimelinesConvertTest, AnOldDeploymentWithoutRoleAndTeamIsUnderstood) {
  const Account found = account(R"({"user_id":811,"email":"sam@x.example","status":"active"})");
  EXPECT_EQ(text(found, "role"), "(absent)");
  EXPECT_EQ(found.status, AccountStatus::kActive);
}

// C16
TEST(TimelinesConvertTest, TheDocumentedNameOfTheDefaultTeamIsTheRealOne) {
  EXPECT_EQ(canonical_team("Default team"), "Default");
  EXPECT_EQ(canonical_team("Default Team"), "Default");
  EXPECT_EQ(canonical_team("Sales EU"), "Sales EU");
}

// C23
TEST(TimelinesConvertTest, TimesWithSummerAndWinterOffsetsAreInstants) {
  EXPECT_EQ(parse_time("2026-01-05 10:00:00 +0100"), 1767603600);
  EXPECT_EQ(parse_time("2025-07-02 09:10:11 +0200"), 1751440211);
  EXPECT_EQ(parse_time("2026-01-05T09:00:00Z"), 1767603600);  // should the vendor ever change
  EXPECT_EQ(parse_time("yesterday"), std::nullopt);
  EXPECT_EQ(parse_time(""), std::nullopt);
}

TEST(TimelinesConvertTest, TheCreationTimeIsWrittenAsUtc) {
  EXPECT_EQ(account(R"({"user_id":1,"email":"a@x.example","status":"Active",
                        "created_at":"2025-07-02 09:10:11 +0200"})")
                .created_at,
            "2025-07-02T07:10:11Z");
}

// never-again 11
TEST(TimelinesConvertTest, ARowThatCannotBeReadIsAFaultAndTheOthersAreKept) {
  const JsonDocument document(R"({"teams":[{"title":"Default"},{"title":7},"odd"],"teammates":[
      {"user_id":1,"email":"a@x.example","status":"Active"},
      {"email":"no-id@x.example","status":"Active"},
      {"user_id":3,"email":"c@x.example"},
      {"user_id":{},"email":"d@x.example","status":"Active"},
      "garbage",
      {"user_id":5,"email":"e@x.example","status":"Active"}]})",
                              "GET /workspace/teammates");
  std::vector<std::string> ids;
  const TeammateList list =
      read_teammates(document.root(), [&](const Teammate& t) { ids.push_back(t.user_id); });
  EXPECT_THAT(ids, ElementsAre("1", "5"));
  EXPECT_THAT(list.teams, ElementsAre("Default"));
  EXPECT_EQ(list.rows, 6U);
  ASSERT_EQ(list.faults.size(), 4U);
  EXPECT_THAT(list.faults[0], HasSubstr("teammates[1].user_id"));
}

TEST(TimelinesConvertTest, AListThatIsNotThereIsNotAnEmptyList) {
  for (const char* body : {"{}", R"({"teammates":null})", R"({"teammates":{}})", "[]"}) {
    const JsonDocument document(body, "GET /workspace/teammates");
    EXPECT_THROW((void)read_teammates(document.root(), [](const Teammate&) {}), ConnectorError)
        << body;
  }
}

TEST(TimelinesConvertTest, SeatsAreOptional) {
  const JsonDocument with(R"({"workspace_id":"nw","seats":{"total":5,"used":3,"full":false},
      "api_calls_quota":{"total":10,"used":1,"period_end":"2026-12-01 00:00:00 +0100"}})",
                          "w");
  EXPECT_EQ(to_workspace(with.root()).seats->free(), 2);
  EXPECT_EQ(to_workspace(with.root()).api_calls_end, 1796079600);
  const JsonDocument without(R"({"workspace_id":"nw"})", "w");
  EXPECT_FALSE(to_workspace(without.root()).seats);
}

// C13
TEST(TimelinesConvertTest, AnUpdateNamesRoleAndTeamEvenWhenOneOfThemStays) {
  const Change role =
      change(Action::kUpdate,
             fields({{"email", "Ann@Northwind.example"}, {"role", "agent"}, {"team", "Sales EU"}}),
             fields({{"email", "ann@northwind.example"}, {"role", "teammate"}}));
  EXPECT_EQ(to_body(to_invitation(role, fields({{"role", "agent"}, {"team", "Sales EU"}}))),
            R"({"email":"Ann@Northwind.example","team_title":"Sales EU","role":"teammate"})");
}

TEST(TimelinesConvertTest, AnInvitationCarriesWhatIsKnown) {
  const Change invite = change(Action::kInvite, {},
                               fields({{"email", "ann@northwind.example"},
                                       {"first_name", "Ánn"},
                                       {"last_name", ""},
                                       {"role", "Team supervisor"}}));
  EXPECT_EQ(to_body(to_invitation(invite, {})),
            R"({"email":"ann@northwind.example","first_name":"Ánn","role":"team_supervisor"})");
}

// C21
TEST(TimelinesConvertTest, AnUpdateSendsNoNames) {
  const Change update = change(Action::kUpdate, fields({{"role", "agent"}, {"team", "Default"}}),
                               fields({{"first_name", "Ann"}, {"team", "Sales EU"}}));
  EXPECT_EQ(to_invitation(update, {}).first_name, "");
}

// C15, C4, C13
TEST(TimelinesConvertTest, WhatMustNotLeaveIsRefusedWithTheReason) {
  const auto invite = [](std::initializer_list<std::pair<std::string_view, std::string>> values) {
    return refusal(change(Action::kInvite, {}, fields(values)));
  };
  EXPECT_THAT(invite({{"email", "a@x.example"}, {"role", "Owner"}}), HasSubstr("owner"));
  EXPECT_THAT(invite({{"email", "7-nw@partners.timelines.ai"}}), HasSubstr("placeholder"));
  EXPECT_THAT(invite({{"email", "a@x.example"}, {"first_name", std::string("A\0n", 3)}}),
              HasSubstr("NUL"));
  EXPECT_THAT(invite({{"email", "a@x.example"}, {"team", "\xff"}}), HasSubstr("UTF-8"));
  EXPECT_THAT(
      refusal(change(Action::kUpdate, fields({{"team", "Default"}}), fields({{"team", "S"}}))),
      HasSubstr("map `role`"));
  EXPECT_THAT(invite({{"email", "a@x.example"}, {"role", "agent"}}), IsEmpty());
}

}  // namespace
}  // namespace usher::timelines
