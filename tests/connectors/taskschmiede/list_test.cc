#include "tests/connectors/taskschmiede/fixture.h"

namespace usher::taskschmiede {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class TaskschmiedeListTest : public TaskschmiedeFixture {};

std::string generated(int count) {
  return nlohmann::json{
      {"taskschmiede",
       {{"organizations", {{{"id", "org_north"}}}},
        {"users",
         {{{"id", "usr_ada"},
           {"email", "ada@north.example"},
           {"is_admin", true},
           {"organizations", {{"org_north", "owner"}}}}}},
        {"generate",
         {{{"count", count}, {"email", "p{n}@north.example"}, {"organization", "org_north"}}}},
        {"tokens", {{{"token", "CANARY-token-of-ada"}, {"email", "ada@north.example"}}}}}}}
      .dump();
}

/// An organisation of more than one page.
class TaskschmiedePagesTest : public TaskschmiedeFixture {
 protected:
  TaskschmiedePagesTest() : TaskschmiedeFixture(generated(450).c_str()) {}
};

TEST_F(TaskschmiedeListTest, TheMembersOfTheOrganisationAreItsAccounts) {
  const Listing listing = list();
  EXPECT_TRUE(listing.receipt.complete());
  EXPECT_EQ(listing.receipt.entries, 5U);
  EXPECT_EQ(listing.receipt.expected, 5U);
  EXPECT_THAT(sink_.accounts, SizeIs(5));
  EXPECT_THAT(sink_.problems, IsEmpty());
  EXPECT_EQ(sink_.find("bob@south.example").remote_id, "");
}

TEST_F(TaskschmiedeListTest, AnAccountHasItsRoleAndItsMetadata) {
  (void)list();
  const Account sam = sink_.find("usr_sam");
  EXPECT_EQ(sam.key, "Sam@north.example");
  EXPECT_EQ(to_text(*sam.fields.find("role")), "admin");
  EXPECT_EQ(to_text(*sam.fields.find("external_id")), "E1");
  EXPECT_EQ(to_text(*sam.fields.find("metadata.dept")), "Sales");
  EXPECT_EQ(to_text(*sam.fields.find("metadata.level")), "5");
  EXPECT_EQ(sam.created_at, "2025-07-02T07:10:11Z");
  EXPECT_EQ(sink_.find("usr_ivy").status, AccountStatus::kInactive);
}

TEST_F(TaskschmiedeListTest, BothDoorsShowTheSame) {
  const Listing by_mcp = list();
  const auto accounts = sink_.accounts;
  use_rest();
  const Listing by_rest = list();
  EXPECT_EQ(by_rest.tenancy, by_mcp.tenancy);
  ASSERT_EQ(sink_.accounts.size(), accounts.size());
  for (const Account& account : accounts) {
    EXPECT_EQ(sink_.find(account.remote_id).fields, account.fields);
    EXPECT_EQ(sink_.find(account.remote_id).untouchable, account.untouchable);
  }
}

TEST_F(TaskschmiedeListTest, TheLastOwnerAndTheAccountWeLogInWithAreUntouchable) {
  (void)list();
  EXPECT_EQ(sink_.find("usr_olga").untouchable, "the last owner of the organisation");
  EXPECT_EQ(sink_.find("usr_ada").untouchable, "the account we log in with");
  EXPECT_EQ(sink_.find("usr_sam").untouchable, "");
}

TEST_F(TaskschmiedeListTest, OneOfTwoOwnersMayGo) {
  stage_.edit(R"({"email": "sam@north.example", "role": "owner"})");
  (void)list();
  EXPECT_EQ(sink_.find("usr_olga").untouchable, "");
  EXPECT_EQ(sink_.find("usr_sam").untouchable, "");
}

// pages and the preamble of three requests
TEST_F(TaskschmiedeListTest, ARunThatChangesNothingAsksForWhatItNeedsOnly) {
  const Listing listing = list();
  EXPECT_THAT(calls(), ElementsAre("initialize", "notifications/initialized", "ts.org.list_members",
                                   "ts.auth.whoami", "ts.usr.list"));
  EXPECT_EQ(listing.receipt.pages, 2U);
}

TEST_F(TaskschmiedeListTest, ALoginTellsWhoWeAre) {
  use_password("ada@north.example", "CANARY-password");
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_THAT(calls(), ElementsAre("initialize", "notifications/initialized", "ts.auth.login",
                                   "ts.org.list_members", "ts.usr.list"));
  EXPECT_EQ(sink_.find("usr_ada").untouchable, "the account we log in with");
}

TEST_F(TaskschmiedeListTest, RestNeedsNoSession) {
  use_rest();
  (void)list();
  EXPECT_THAT(calls(), ElementsAre("GET /organizations/org_north/members", "GET /auth/whoami",
                                   "GET /users"));
}

TEST_F(TaskschmiedeListTest, ASecondListUsesTheSameSession) {
  (void)list();
  (void)list();
  EXPECT_THAT(calls(), SizeIs(5 + 2));
}

TEST_F(TaskschmiedeListTest, WhoIsNoMasterAdminIsToldWhatCannotBeDone) {
  use_token("CANARY-token-of-amy");
  EXPECT_TRUE(list().receipt.complete());
  ASSERT_THAT(sink_.problems, SizeIs(1));
  EXPECT_THAT(sink_.problems[0].message, HasSubstr("no master admin"));
}

TEST_F(TaskschmiedeListTest, AnUnknownOrganisationIsNotAnEmptyOne) {
  values_.set("organization", std::string("org_nowhere"));
  make();
  const ConnectorError error = list_error();
  EXPECT_EQ(error.kind, ErrorKind::kNotFound);
  EXPECT_THAT(error.what(), HasSubstr("Organization not found"));
}

TEST_F(TaskschmiedeListTest, TwoSpellingsOfOneAddressAreToldToAHuman) {
  stage_.edit(
      R"({"add": {"id": "usr_sam2", "email": "sam@north.example", "organizations": {"org_north": "guest"}}})");
  EXPECT_TRUE(list().receipt.complete());
  ASSERT_THAT(sink_.problems, SizeIs(1));
  EXPECT_THAT(sink_.problems[0].message, HasSubstr("two people"));
  EXPECT_EQ(target_->find({"", "sam@north.example"}).presence, Presence::kUnknown);
}

TEST_F(TaskschmiedeListTest, AnOddStatusIsShownAndNeitherActiveNorInactive) {
  stage_.edit(R"({"email": "amy@north.example", "status": "zzz"})");
  (void)list();
  EXPECT_EQ(sink_.find("usr_amy").status, AccountStatus::kUnknown);
  ASSERT_THAT(sink_.problems, SizeIs(1));
  EXPECT_THAT(sink_.problems[0].message, HasSubstr("'zzz'"));
}

TEST_F(TaskschmiedePagesTest, AllPagesAreRead) {
  for (const char* transport : {"mcp", "rest"}) {
    values_.set("transport", std::string(transport));
    make();
    const Listing listing = list();
    EXPECT_TRUE(listing.receipt.complete());
    EXPECT_THAT(sink_.accounts, SizeIs(451));
    EXPECT_EQ(listing.receipt.pages, 4U);
  }
}

// never-again 11
TEST_F(TaskschmiedePagesTest, PagesThatSwapTiesAreNotTakenForAWholeList) {
  stage_.set("taskschmiede_tie_order", "swap");
  const Listing listing = list();
  ASSERT_THAT(listing.receipt.reasons, Not(IsEmpty()));
  EXPECT_THAT(listing.receipt.reasons[0], HasSubstr("451 users were announced"));
}

TEST_F(TaskschmiedePagesTest, APageThatLacksSomebodyMakesTheListIncomplete) {
  stage_.fault(
      R"({"action": "missing_page", "page": 1, "page_size": 1, "match": {"body": "ts.usr.list"}})");
  EXPECT_FALSE(list().receipt.complete());
}

TEST_F(TaskschmiedePagesTest, APageThatCannotBeReadMakesTheListIncomplete) {
  stage_.fault(
      R"({"action": "status", "status": 500, "after": 1, "times": 5, "match": {"body": "ts.usr.list"}})");
  const Listing listing = list();
  EXPECT_FALSE(listing.receipt.complete());
  EXPECT_THAT(sink_.accounts, SizeIs(200));
}

TEST_F(TaskschmiedePagesTest, SomebodyNewBetweenTwoPagesChangesTheTotal) {
  stage_.fault(
      R"({"action": "wrong_json_type", "members": ["total"], "value": 452, "after": 1, "match": {"body": "ts.usr.list"}})");
  const Listing listing = list();
  ASSERT_THAT(listing.receipt.reasons, Not(IsEmpty()));
  EXPECT_THAT(listing.receipt.reasons[0], HasSubstr("changed from 451 to 452"));
}

TEST_F(TaskschmiedePagesTest, AServerThatNeverEndsItsPagesIsLeft) {
  stage_.fault(
      R"({"action": "wrong_json_type", "members": ["total"], "value": 1000000, "times": 0, "match": {"body": "ts.usr.list"}})");
  EXPECT_FALSE(list().receipt.complete());
  EXPECT_LT(calls().size(), 12U);
}

class TaskschmiedeCrowdTest : public TaskschmiedeFixture {
 protected:
  TaskschmiedeCrowdTest() : TaskschmiedeFixture(generated(1100).c_str()) {}
};

TEST_F(TaskschmiedeCrowdTest, PastAThousandMembersRolesMayBeIncomplete) {
  const Listing listing = list();
  EXPECT_THAT(sink_.accounts, SizeIs(1101));
  EXPECT_THAT(listing.receipt.reasons, Contains(HasSubstr("roles may be incomplete")));
}

TEST_F(TaskschmiedeCrowdTest, AMasterAdminSeesTheRoleOfOneAllTheSame) {
  const Lookup found = target_->find({"", "p1@north.example"});
  ASSERT_EQ(found.presence, Presence::kPresent);
  EXPECT_EQ(to_text(*found.account.fields.find("role")), "member");
}

class TaskschmiedeFindTest : public TaskschmiedeFixture {};

TEST_F(TaskschmiedeFindTest, AMemberIsFoundByIdAndByAddressInAnySpelling) {
  for (const char* transport : {"mcp", "rest"}) {
    values_.set("transport", std::string(transport));
    make();
    EXPECT_EQ(target_->find({"usr_sam", ""}).account.key, "Sam@north.example");
    const Lookup by_key = target_->find({"", "sam@NORTH.example"});
    EXPECT_EQ(by_key.account.remote_id, "usr_sam");
    EXPECT_EQ(to_text(*by_key.account.fields.find("role")), "admin");
  }
}

TEST_F(TaskschmiedeFindTest, WhoIsOnTheServerOnlyIsAbsent) {
  EXPECT_EQ(target_->find({"usr_bob", ""}).presence, Presence::kAbsent);
  EXPECT_EQ(target_->find({"", "bob@south.example"}).presence, Presence::kAbsent);
  EXPECT_EQ(target_->find({"usr_nobody", ""}).presence, Presence::kAbsent);
}

// Part of another address.
TEST_F(TaskschmiedeFindTest, ASearchThatFindsMoreThanWasAskedIsNarrowed) {
  stage_.edit(
      R"({"add": {"email": "joamy@north.example", "organizations": {"org_north": "guest"}}})");
  EXPECT_EQ(target_->find({"", "amy@north.example"}).account.remote_id, "usr_amy");
}

TEST_F(TaskschmiedeFindTest, WithoutAdminRightsTheMembersAreAsked) {
  use_token("CANARY-token-of-amy");
  EXPECT_EQ(target_->find({"usr_sam", ""}).account.key, "Sam@north.example");
  EXPECT_EQ(target_->find({"usr_bob", ""}).presence, Presence::kAbsent);
}

// A 404 alone may come from anybody on the way.
TEST_F(TaskschmiedeFindTest, APageWith404ProvesNobodyGone) {
  use_rest();
  (void)list();
  stage_.fault(R"({"action": "status", "status": 404, "shape": "html"})");
  EXPECT_EQ(target_->find({"usr_sam", ""}).presence, Presence::kUnknown);
}

TEST_F(TaskschmiedeFindTest, WhereOrganisationsAreNotShownTheMembersAreAsked) {
  stage_.set("taskschmiede_organizations", "absent");
  EXPECT_EQ(target_->find({"usr_sam", ""}).presence, Presence::kPresent);
  EXPECT_EQ(target_->find({"usr_bob", ""}).presence, Presence::kAbsent);
}

// never-again 12
TEST_F(TaskschmiedeFindTest, ALookUpThatFailsProvesNothing) {
  stage_.fault(
      R"({"action": "status", "status": 500, "times": 5, "match": {"body": "ts.usr.get"}})");
  EXPECT_EQ(target_->find({"usr_sam", ""}).presence, Presence::kUnknown);
  stage_.fault(R"({"action": "empty_list", "match": {"body": "ts.usr.list"}})");
  EXPECT_EQ(target_->find({"", "sam@north.example"}).presence, Presence::kUnknown);
}

class TaskschmiedeProbeTest : public TaskschmiedeFixture {
 protected:
  std::string probe() {
    std::string all;
    for (const Finding& finding : target_->probe()) {
      all += (finding.good ? "+ " : "- ") + finding.what + "\n";
    }
    return all;
  }
};

TEST_F(TaskschmiedeProbeTest, WhoWeAreAndWhatTheApiCannotDoIsTold) {
  const std::string found = probe();
  EXPECT_THAT(found, HasSubstr("+ credential accepted as ada@north.example, a master admin"));
  EXPECT_THAT(found, HasSubstr("+ organisation org_north has 5 accounts"));
  EXPECT_THAT(found, HasSubstr("nobody can be deleted"));
  EXPECT_THAT(found, Not(HasSubstr("- ")));
}

TEST_F(TaskschmiedeProbeTest, RightsThatAreMissingAreBad) {
  values_.set("suspend", std::string("always"));
  use_token("CANARY-token-of-sam");
  const std::string found = probe();
  EXPECT_THAT(found, HasSubstr("- Sam@north.example is no master admin"));
  EXPECT_THAT(found, HasSubstr("- `suspend: always` needs a master admin"));
}

TEST_F(TaskschmiedeProbeTest, ASearchOfTheServerThatIsNotAllowedIsBad) {
  use_token("CANARY-token-of-sam");
  EXPECT_THAT(probe(), HasSubstr("- who is on the server but not in the organisation cannot be"));
  use_token(kToken);
  stage_.fault(
      R"({"action": "status", "status": 404, "shape": "html", "match": {"path": "/api/v1/users"}})");
  EXPECT_THAT(probe(), HasSubstr("let usher through to /api/v1"));
}

TEST_F(TaskschmiedeProbeTest, AWrongTokenIsSaid) {
  use_token("CANARY-wrong");
  EXPECT_THAT(probe(), HasSubstr("not_authenticated"));
}

}  // namespace
}  // namespace usher::taskschmiede
