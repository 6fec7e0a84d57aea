// Reading a workspace: everything that `list` and `find` must make of what comes back.

#include "tests/connectors/timelines/fixture.h"

namespace usher::timelines {
namespace {

using test::text;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class TimelinesListTest : public TimelinesFixture {};

TEST_F(TimelinesListTest, AWholeWorkspaceIsReadWithThreeRequests) {
  const Listing listing = list();
  EXPECT_TRUE(listing.receipt.complete());
  EXPECT_EQ(listing.receipt.entries, 6U);
  EXPECT_THAT(sink_.accounts, SizeIs(6));
  EXPECT_THAT(sink_.problems, IsEmpty());
  EXPECT_THAT(requests(), ElementsAre("GET /workspace", "GET /workspace/teammates/me",
                                      "GET /workspace/teammates"));
}

TEST_F(TimelinesListTest, TheSeatsAndTheTeamsThatThereAreComeWithIt) {
  const Listing listing = list();
  ASSERT_TRUE(listing.seats);
  EXPECT_EQ(listing.seats->total, 10);
  EXPECT_EQ(listing.seats->used, 5);
  ASSERT_THAT(listing.allowed, SizeIs(1));
  EXPECT_EQ(listing.allowed[0].first, "team");
  EXPECT_THAT(listing.allowed[0].second, ElementsAre("Default", "Sales EU"));
}

// C31
TEST_F(TimelinesListTest, IdsAreUniqueInTheirWorkspace) {
  EXPECT_THAT(list().tenancy, HasSubstr("northwind-eu"));
  EXPECT_EQ(sink_.find("Sam@northwind.example").remote_id, "811");
}

// C5, never-again 24
TEST_F(TimelinesListTest, TheOwnerAndTheAccountOfTheTokenAreUntouchable) {
  (void)list();
  EXPECT_EQ(sink_.find("410").untouchable, "owner");
  EXPECT_EQ(sink_.find("411").untouchable, "the account we log in with");
  EXPECT_EQ(sink_.find("812").untouchable, "");
}

// C15, C23
TEST_F(TimelinesListTest, LabelsAndTimesComeInOurForm) {
  (void)list();
  const Account sam = sink_.find("811");
  EXPECT_EQ(text(sam, "role"), "team_supervisor");
  EXPECT_EQ(text(sam, "team"), "Sales EU");
  EXPECT_EQ(sam.created_at, "2025-07-02T07:10:11Z");
}

// C4
TEST_F(TimelinesListTest, APlaceholderHasNoKeyAndIsNotFoundByItsAddress) {
  (void)list();
  EXPECT_EQ(sink_.find("960").key, "");
  EXPECT_EQ(target_->find({"", "960-northwind-eu@partners.timelines.ai"}).presence,
            Presence::kAbsent);
}

// C19, never-again 64
TEST_F(TimelinesListTest, AnExpiredInvitationIsNotAnOpenOne) {
  (void)list();
  EXPECT_EQ(sink_.find("955").status, AccountStatus::kInviteExpired);
}

TEST_F(TimelinesListTest, APendingInvitationIsOneWhateverItsLabel) {
  for (const char* label : {"Pending", "Sent", ""}) {
    stage_.set("pending_label", label);
    stage_.edit(R"({"email": "ivy@northwind.example", "status": "invited"})");
    (void)list();
    EXPECT_EQ(sink_.find("955").status, AccountStatus::kInvited) << label;
  }
}

// C20
TEST_F(TimelinesListTest, ASuspendedMemberIsNotActiveWhateverTheLabel) {
  stage_.edit(R"({"email": "amy@northwind.example", "status": "suspended"})");
  (void)list();
  EXPECT_EQ(sink_.find("812").status, AccountStatus::kInactive);
  EXPECT_THAT(sink_.problems, IsEmpty());
  stage_.set("suspended_label", "On ice");
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_EQ(sink_.find("812").status, AccountStatus::kInactive);
  ASSERT_THAT(sink_.problems, SizeIs(1));
  EXPECT_THAT(sink_.problems[0].message, HasSubstr("'On ice'"));
}

// C22
TEST_F(TimelinesListTest, AnOlderAnswerWithoutTeamsIsRead) {
  stage_.set("teammate_shape", "old");
  const Listing listing = list();
  EXPECT_TRUE(listing.receipt.complete());
  EXPECT_THAT(listing.allowed, IsEmpty());
  EXPECT_EQ(sink_.find("812").status, AccountStatus::kActive);
}

// C22
TEST_F(TimelinesListTest, MembersNobodyHasHeardOfAreIgnored) {
  stage_.fault(R"({"action": "extra_members", "times": 0})");
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_THAT(sink_.accounts, SizeIs(6));
}

// C22, never-again 11
TEST_F(TimelinesListTest, RowsThatCannotBeReadMakeTheReceiptIncomplete) {
  for (
      const char* fault :
      {R"({"action": "wrong_json_type", "match": {"path_regex": "teammates$"}, "members": ["user_id"], "value": {}})",
       R"({"action": "missing_members", "match": {"path_regex": "teammates$"}, "members": ["email"]})",
       R"({"action": "null_members", "match": {"path_regex": "teammates$"}, "members": ["user_id"]})"}) {
    stage_.fault(fault);
    const Listing listing = list();
    EXPECT_FALSE(listing.receipt.complete()) << fault;
    EXPECT_THAT(listing.receipt.reasons.front(), HasSubstr("could not be read")) << fault;
  }
}

// C29
TEST_F(TimelinesListTest, ADeploymentThatDoesNotCountSeatsIsRead) {
  stage_.set("workspace_seats", "absent");
  EXPECT_FALSE(list().seats);
}

TEST_F(TimelinesListTest, AnOldDeploymentWithoutWorkspaceAndMeIsReadWithAWarning) {
  stage_.fault(R"({"action": "status", "status": 404, "match": {"path_regex": "/workspace$"}})");
  stage_.fault(R"({"action": "status", "status": 404, "match": {"path_regex": "/me$"}})");
  const Listing listing = list();
  EXPECT_TRUE(listing.receipt.complete());
  EXPECT_EQ(listing.tenancy, "");
  EXPECT_THAT(sink_.problems, SizeIs(2));
  EXPECT_THAT(sink_.problems[1].message, HasSubstr("`protected`"));
}

// C30
TEST_F(TimelinesListTest, ATokenOfAnAgentIsReported) {
  values_.set("token", Secret("tla_amy"));
  make();
  EXPECT_TRUE(list().receipt.complete());
  ASSERT_THAT(sink_.problems, SizeIs(1));
  EXPECT_THAT(sink_.problems[0].message, HasSubstr("amy@northwind.example with the role 'Agent'"));
}

// C30
TEST_F(TimelinesListTest, ATokenWhoseOwnerLeftStopsTheTarget) {
  values_.set("token", Secret("tla_gone"));
  make();
  const ConnectorError error = list_error();
  EXPECT_TRUE(error.stops_target());
  EXPECT_EQ(error.code, "member_not_found");
  EXPECT_THAT(error.what(), HasSubstr("Let an Owner or Admin create a new token"));
}

TEST_F(TimelinesListTest, ATokenThatIsNotValidStopsTheTarget) {
  for (const char* body : {"envelope", "empty"}) {
    stage_.set("401_body", body);
    values_.set("token", Secret("tla_CANARY-old"));
    make();
    EXPECT_EQ(list_error().kind, ErrorKind::kUnauthorized) << body;
  }
}

// never-again 1
TEST_F(TimelinesListTest, AnEmptyListIsNotAnEmptyWorkspace) {
  stage_.fault(R"({"action": "empty_list", "match": {"path_regex": "teammates$"}})");
  const Listing listing = list();
  EXPECT_FALSE(listing.receipt.complete());
  EXPECT_THAT(listing.receipt.reasons[0], HasSubstr("lacks the account that reads it"));
}

// never-again 9
TEST_F(TimelinesListTest, AListWithoutTheReaderIsNotTheWholeList) {
  stage_.fault(
      R"({"action": "missing_page", "page": 1, "page_size": 3, "match": {"path_regex": "teammates$"}})");
  EXPECT_FALSE(list().receipt.complete());
  EXPECT_THAT(sink_.accounts, SizeIs(3));
}

TEST_F(TimelinesListTest, WhatCannotBeReadAtAllIsAnError) {
  for (const char* action : {"cut_body", "wrong_json_type", "missing_members"}) {
    stage_.fault(nlohmann::json{{"action", action},
                                {"times", 5},
                                {"members", {"teammates"}},
                                {"match", {{"path_regex", "teammates$"}}}}
                     .dump());
    EXPECT_EQ(list_error().kind, ErrorKind::kMalformed) << action;
    stage_.set("list_order", "ascending");
    SetUp();
  }
}

// C25
TEST_F(TimelinesListTest, A200WithAnErrorInsideIsAnError) {
  stage_.fault(R"({"action": "error_in_ok", "match": {"path_regex": "teammates$"}})");
  EXPECT_THAT(list_error().what(), HasSubstr("200"));
}

TEST_F(TimelinesListTest, TheOrderOfTheListDoesNotMatter) {
  stage_.set("list_order", "descending");
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_THAT(sink_.accounts, SizeIs(6));
}

// C31, never-again 30
TEST_F(TimelinesListTest, SomebodyIsFoundByAddressInAnyLetterCaseAndById) {
  EXPECT_EQ(target_->find({"", "sAM@Northwind.example"}).account.remote_id, "811");
  EXPECT_EQ(target_->find({"812", "somebody-else@northwind.example"}).account.key,
            "amy@northwind.example");
}

TEST_F(TimelinesListTest, OnlyAWholeListProvesThatSomebodyIsNotThere) {
  const AccountRef nobody{"", "nobody@northwind.example"};
  EXPECT_EQ(target_->find(nobody).presence, Presence::kAbsent);
  stage_.fault(R"({"action": "empty_list", "match": {"path_regex": "teammates$"}})");
  EXPECT_EQ(target_->find(nobody).presence, Presence::kUnknown);
  stage_.fault(
      R"({"action": "status", "status": 500, "times": 5, "match": {"path_regex": "teammates$"}})");
  EXPECT_EQ(target_->find(nobody).presence, Presence::kUnknown);
}

// C16, C15
TEST_F(TimelinesListTest, TheCanonicalFormIsWhatTheListReadsBack) {
  Account desired;
  desired.key = "Ann@northwind.example";
  desired.fields = fields({{"email", "Ann@northwind.example"},
                           {"first_name", "Ann"},
                           {"role", "Team Supervisor"},
                           {"team", "Default team"}});
  const Account canonical = target_->canonical(desired);
  EXPECT_EQ(text(canonical, "role"), "team_supervisor");
  EXPECT_EQ(text(canonical, "team"), "Default");
  EXPECT_EQ(text(canonical, "email"), "Ann@northwind.example");
  EXPECT_EQ(text(canonical, "first_name"), "Ann");
}

TEST_F(TimelinesListTest, ProbeTellsWhatIsThereAndWhatCannotBeDone) {
  std::string all;
  for (const Finding& finding : target_->probe()) {
    EXPECT_TRUE(finding.good) << finding.what;
    all += finding.what + "\n";
  }
  for (const char* part : {"northwind-eu", "5 of 10 seats", "ada@northwind.example (Admin)",
                           "Default, Sales EU", "never returned", "suspended"}) {
    EXPECT_THAT(all, HasSubstr(part));
  }
  EXPECT_THAT(requests(), Not(Contains(HasSubstr("POST"))));
}

TEST_F(TimelinesListTest, ProbeFindsARefusedTokenInsteadOfThrowing) {
  values_.set("token", Secret("tla_CANARY-old"));
  make();
  const std::vector<Finding> findings = target_->probe();
  EXPECT_FALSE(findings.at(0).good);
  EXPECT_THAT(findings.at(0).what, Not(HasSubstr("CANARY")));
}

}  // namespace
}  // namespace usher::timelines
