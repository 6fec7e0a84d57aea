#include "connectors/timelines_partner/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/error.h"

namespace usher::timelines_partner {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

Workspace workspace(const std::string& json) {
  const JsonDocument document(json, "GET /workspaces/nw");
  return to_workspace(document.root());
}

constexpr const char* kWorkspace = R"({
  "workspace_id": "nw", "display_name": "NW", "seats": {"total": 5, "used": 4},
  "users": [
    {"user_id": 100, "role": "Owner", "email": "100-nw@partners.timelines.ai", "status": "activated", "created_at": "2026-11-01T10:00:00Z"},
    {"user_id": 101, "role": "agent", "email": "101-nw@partners.timelines.ai", "status": "activated", "created_at": "2026-11-02T08:15:30Z"},
    {"user_id": "102", "email": "102-nw@partners.timelines.ai", "status": "Active", "created_at": "2026-11-02T09:15:30.5+01:00"},
    {"user_id": 103, "role": "agent", "email": "103-nw@partners.timelines.ai", "status": "suspended", "created_at": "2026-11-02T08:15:30Z"}],
  "whatsapp_accounts": [
    {"user_id": "101", "connected": true, "whatsapp_account_id": 1, "connection_status": "connected"},
    {"user_id": 103, "connected": false, "whatsapp_account_id": 2}],
  "qr_links": [{"qr_link": "https://x.example/qr", "user_id": 102, "expires_at": "2026-11-03T09:00:00Z"}]})";

Account account(const char* id) {
  const Workspace found = workspace(kWorkspace);
  return to_account(*found.find(id), found);
}

// C4, C31
TEST(PartnerConvertTest, AnAccountIsItsIdAndCarriesNothingToMatch) {
  EXPECT_EQ(account("101").remote_id, "101");
  EXPECT_EQ(account("101").key, "");
  EXPECT_TRUE(account("101").fields.empty());
}

// C5
TEST(PartnerConvertTest, TheOwnerIsUntouchable) {
  EXPECT_EQ(account("100").untouchable, "owner");
  EXPECT_EQ(account("101").untouchable, "");
}

TEST(PartnerConvertTest, BothWordsForActiveAreUnderstoodAndAnyOtherIsNot) {
  EXPECT_EQ(account("101").status, AccountStatus::kActive);
  EXPECT_EQ(account("102").status, AccountStatus::kActive);
  EXPECT_EQ(account("103").status, AccountStatus::kInactive);
}

TEST(PartnerConvertTest, WhatsAppOrAnOpenQrLinkMakesAPlaceholderUsable) {
  EXPECT_TRUE(account("101").usable);
  EXPECT_TRUE(account("102").usable);
  EXPECT_FALSE(account("103").usable);
}

// C23
TEST(PartnerConvertTest, TimesAreInstants) {
  EXPECT_EQ(account("102").created_at, "2026-11-02T08:15:30Z");
  EXPECT_EQ(parse_time("2026-11-02T08:15:30Z"), 1793607330);
  EXPECT_EQ(parse_time("2026-11-02 08:15:30 +0100"), std::nullopt);
  EXPECT_EQ(parse_time("soon"), std::nullopt);
}

// C22
TEST(PartnerConvertTest, TheSmallerNumberOfFreeSeatsIsBelieved) {
  const auto free = [](const char* seats) {
    return workspace(std::string(R"({"workspace_id":"nw","users":[],"seats":)") + seats + "}")
        .seats->free();
  };
  EXPECT_EQ(free(R"({"total":5,"used":3})"), 2);
  EXPECT_EQ(free(R"({"total":5,"used":3,"available":1,"full":false,"near_full":true})"), 1);
  EXPECT_EQ(free(R"({"total":5,"used":3,"available":4})"), 2);
}

// never-again 11
TEST(PartnerConvertTest, AnEntryThatCannotBeReadIsAFaultAndTheOthersAreKept) {
  const Workspace found = workspace(R"({"workspace_id":"nw","users":[
      {"user_id":1,"status":"active"}, {"status":"active"}, 7, {"user_id":4}],
      "whatsapp_accounts":[{"user_id":1}], "qr_links":null})");
  EXPECT_EQ(found.rows, 4U);
  EXPECT_EQ(found.users.size(), 1U);
  ASSERT_EQ(found.faults.size(), 4U);
  EXPECT_THAT(found.faults[0], HasSubstr("users[1].user_id"));
}

TEST(PartnerConvertTest, AListThatIsNotThereIsNotAnEmptyList) {
  for (const char* body :
       {"{}", R"({"workspace_id":"nw"})", R"({"workspace_id":"nw","users":{}})", "[]"}) {
    EXPECT_THROW((void)workspace(body), ConnectorError) << body;
  }
}

TEST(PartnerConvertTest, AConnectionOfNobodyIsCounted) {
  const Workspace found = workspace(R"({"workspace_id":"nw","users":[],
      "whatsapp_accounts":[{"connected":true},{"connected":false}]})");
  EXPECT_EQ(found.unattributed, 1U);
}

TEST(PartnerConvertTest, TheNoteOfABatchSurvivesTheJournal) {
  const auto note = from_context(to_context(workspace(kWorkspace), 99));
  ASSERT_TRUE(note);
  EXPECT_EQ(note->count, 99U);
  EXPECT_THAT(note->known, UnorderedElementsAre("100", "101", "102", "103"));
  EXPECT_FALSE(from_context(""));
  EXPECT_FALSE(from_context(R"({"count":"x","known":[]})"));
  EXPECT_FALSE(from_context(R"({"count":1})"));
}

struct Arrival {
  std::int64_t id;
  const char* created_at;
};

Arrivals arrivals(std::initializer_list<Arrival> users, std::size_t count) {
  Workspace now;
  now.users.push_back({"100", "owner", "active", "2026-11-01T10:00:00Z"});
  for (const Arrival& user : users) {
    now.users.push_back({std::to_string(user.id), "agent", "active", user.created_at});
  }
  BatchNote note{{"100"}, count};
  return find_arrivals(now, note, *parse_time("2026-11-02T08:00:00Z"),
                       *parse_time("2026-11-02T08:01:00Z"));
}

// C3
TEST(PartnerConvertTest, ExactlyTheBatchThatAppearedInTimeIsTaken) {
  const Arrivals found =
      arrivals({{101, "2026-11-02T08:00:00Z"}, {102, "2026-11-02T09:01:00+01:00"}}, 2);
  EXPECT_FALSE(found.none);
  std::vector<std::string> ids;
  for (const User& user : found.users) ids.push_back(user.id);
  EXPECT_THAT(ids, ElementsAre("101", "102"));
}

// C3
TEST(PartnerConvertTest, NobodyNewMeansThatNothingWasDone) {
  EXPECT_TRUE(arrivals({}, 2).none);
}

// C3
TEST(PartnerConvertTest, AnythingElseProvesNothing) {
  constexpr const char* kInTime = "2026-11-02T08:00:30Z";
  const std::vector<Arrivals> cases{
      arrivals({{101, kInTime}}, 2),                                  // one is missing
      arrivals({{101, kInTime}, {102, kInTime}, {103, kInTime}}, 2),  // somebody else created one
      arrivals({{101, kInTime}, {102, "2026-11-02T07:59:59Z"}}, 2),   // before the intent
      arrivals({{101, kInTime}, {102, "2026-11-02T08:01:01Z"}}, 2),   // in the future
      arrivals({{101, kInTime}, {102, ""}}, 2),                       // nobody knows when
  };
  for (const Arrivals& found : cases) {
    EXPECT_FALSE(found.none);
    EXPECT_TRUE(found.users.empty());
  }
}

TEST(PartnerConvertTest, AReadWithFaultsProvesNothing) {
  Workspace now;
  now.users.push_back({"100", "owner", "active", ""});
  now.faults.push_back("users[1]");
  EXPECT_FALSE(find_arrivals(now, {{"100"}, 1}, 0, 1).none);
  EXPECT_FALSE(find_arrivals({}, {{"100"}, 1}, 0, 1).none);
}

}  // namespace
}  // namespace usher::timelines_partner
