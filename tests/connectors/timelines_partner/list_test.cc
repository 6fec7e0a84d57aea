// Reading a customer's workspace, and being let in.

#include "tests/connectors/timelines_partner/fixture.h"

namespace usher::timelines_partner {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class PartnerListTest : public PartnerFixture {};

TEST_F(PartnerListTest, AWholeWorkspaceIsReadWithOneRequest) {
  const Listing listing = list();
  EXPECT_TRUE(listing.receipt.complete());
  EXPECT_THAT(sink_.accounts, SizeIs(4));
  EXPECT_THAT(requests(), ElementsAre("GET /northwind-eu"));
  EXPECT_EQ(listing.seats->free(), 6);
}

// C31: the same id may exist elsewhere
TEST_F(PartnerListTest, TheTenancyNamesPartnerAddressAndWorkspace) {
  const std::string tenancy = list().tenancy;
  for (const std::string& part :
       {std::string("acme"), std::string("northwind-eu"), stage_.url("timelines_partner")}) {
    EXPECT_THAT(tenancy, HasSubstr(part));
  }
}

// C4, C5
TEST_F(PartnerListTest, PlaceholdersHaveNoKeyAndTheOwnerIsUntouchable) {
  (void)list();
  for (const Account& account : sink_.accounts) EXPECT_EQ(account.key, "");
  EXPECT_EQ(sink_.find("100").untouchable, "owner");
  EXPECT_EQ(sink_.find("101").untouchable, "");
}

TEST_F(PartnerListTest, WhoHasWhatsAppOrAnOpenLinkIsUsable) {
  send("/users/102/qr");
  (void)list();
  EXPECT_TRUE(sink_.find("101").usable);
  EXPECT_TRUE(sink_.find("102").usable);
  EXPECT_FALSE(sink_.find("103").usable);
}

// C22
TEST_F(PartnerListTest, EveryFormOfAnAnswerIsRead) {
  stage_.set("status_word", "active");
  stage_.set("partner_role", "label");
  stage_.set("whatsapp_user_id", "text");
  stage_.fault(R"({"action": "extra_members"})");
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_EQ(sink_.find("100").untouchable, "owner");
  EXPECT_EQ(sink_.find("101").status, AccountStatus::kActive);
  EXPECT_TRUE(sink_.find("101").usable);
}

// C9: fewer seats suspend members of the vendor's choice
TEST_F(PartnerListTest, WhoWasSuspendedBySomebodyElseIsSeenAsInactive) {
  stage_.edit(R"({"workspace": "northwind-eu", "user_id": 103, "status": "suspended"})");
  (void)list();
  EXPECT_EQ(sink_.find("103").status, AccountStatus::kInactive);
}

// C22, never-again 11
TEST_F(PartnerListTest, EntriesThatCannotBeReadMakeTheReceiptIncomplete) {
  stage_.fault(R"({"action": "wrong_json_type", "members": ["user_id"], "value": {}})");
  const Listing listing = list();
  EXPECT_FALSE(listing.receipt.complete());
  EXPECT_THAT(listing.receipt.reasons.front(), HasSubstr("could not be read"));
}

// never-again 1
TEST_F(PartnerListTest, AnEmptyListIsNotAnEmptyWorkspace) {
  stage_.fault(R"({"action": "empty_list"})");
  EXPECT_FALSE(list().receipt.complete());
}

TEST_F(PartnerListTest, WhatCannotBeReadAtAllIsAnError) {
  stage_.fault(R"({"action": "cut_body", "times": 5})");
  EXPECT_EQ(list_error().kind, ErrorKind::kMalformed);
  stage_.fault(R"({"action": "missing_members", "members": ["users"]})");
  EXPECT_EQ(list_error().kind, ErrorKind::kMalformed);
}

// C25
TEST_F(PartnerListTest, AnErrorInsideA200IsAnError) {
  stage_.fault(R"({"action": "error_in_ok", "times": 2})");
  EXPECT_NE(list_error().kind, ErrorKind::kTransient);
  EXPECT_EQ(error_of([&] { (void)apply(change(Action::kDeactivate, "101")); }).http_status, 200);
}

// C7
TEST_F(PartnerListTest, AWrongCredentialStopsTheTargetWhateverTheStatus) {
  for (const char* status : {"mixed", "400", "403"}) {
    stage_.set("auth_error_status", status);
    values_.set("partner_secret", Secret("CANARY-wrong-secret"));
    make();
    const ConnectorError error = list_error();
    EXPECT_EQ(error.kind, ErrorKind::kUnauthorized) << status;
    EXPECT_EQ(error.code, "invalid_signature");
    EXPECT_THAT(error.what(), HasSubstr("`partner_secret`"));
  }
  EXPECT_THAT(requests(), SizeIs(3));  // not tried again
}

// C7
TEST_F(PartnerListTest, AnUnknownOrSleepingPartnerStopsTheTarget) {
  for (const char* partner : {"nobody", "asleep"}) {
    values_.set("partner_id", std::string(partner));
    make();
    EXPECT_EQ(list_error().kind, ErrorKind::kUnauthorized) << partner;
  }
}

// C8
TEST_F(PartnerListTest, AWorkspaceThatIsNotOursStopsTheTarget) {
  for (const char* status : {"404", "403"}) {
    stage_.set("foreign_workspace", status);
    for (const char* workspace : {"foreign", "own-billing", "nowhere"}) {
      values_.set("workspace", std::string(workspace));
      make();
      const ConnectorError error = list_error();
      EXPECT_TRUE(error.stops_target()) << workspace;
      EXPECT_THAT(error.what(), HasSubstr("check `workspace`"));
    }
  }
}

// C28
TEST_F(PartnerListTest, AWorkspaceWithAStrangeNameIsPercentEncoded) {
  values_.set("workspace", std::string("a/b c?"));
  make();
  (void)list_error();
  EXPECT_THAT(requests(), ElementsAre("GET /a%2Fb%20c%3F"));
}

// C6
TEST_F(PartnerListTest, AClockThatIsALittleOffIsFine) {
  for (const char* offset : {"-170", "170"}) {
    stage_.set("clock_offset", offset);
    EXPECT_TRUE(list().receipt.complete()) << offset;
  }
}

// C6
TEST_F(PartnerListTest, AClockThatIsFarOffIsNamedAfterOneMoreToken) {
  struct Case {
    const char* offset;
    const char* found;
  };
  for (const Case& c :
       {Case{"600", "our clock is 600 s slow"}, Case{"-600", "our clock is 600 s fast"}}) {
    stage_.set("clock_offset", c.offset);
    const std::size_t before = requests().size();
    const ConnectorError error = list_error();
    EXPECT_EQ(error.kind, ErrorKind::kUnauthorized);
    EXPECT_THAT(error.what(), HasSubstr(c.found));
    EXPECT_EQ(requests().size(), before + 2);
  }
}

// C6: waiting for a limit must not use up the window
TEST_F(PartnerListTest, EachAttemptIsSignedAnew) {
  stage_.fault(R"({"action": "rate_limit", "retry_after": 50, "times": 4})");
  values_.set("retry.max_wait", std::int64_t{60'000});
  make();
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_GT(clock_.passed(), std::chrono::seconds(180));
}

// C24, C26
TEST_F(PartnerListTest, A429InAnyShapeIsWaitedFor) {
  for (const char* shape : {"limiter", "envelope", "html"}) {
    stage_.fault(nlohmann::json{{"action", "rate_limit"}, {"shape", shape}, {"times", 2}}.dump());
    EXPECT_TRUE(list().receipt.complete()) << shape;
  }
}

// C27
TEST_F(PartnerListTest, APageOfTheEdgeIsTriedOnceMoreOnANewConnection) {
  stage_.fault(R"({"action": "html_403"})");
  EXPECT_TRUE(list().receipt.complete());
}

TEST_F(PartnerListTest, ProbeTellsWhatIsThereAndWhatCannotBeDone) {
  std::string all;
  for (const Finding& finding : target_->probe()) {
    EXPECT_TRUE(finding.good) << finding.what;
    all += finding.what + "\n";
  }
  for (const char* part :
       {"northwind-eu", "4 of 10 seats", "1 with WhatsApp", "cannot be deleted"}) {
    EXPECT_THAT(all, HasSubstr(part));
  }
  EXPECT_THAT(requests(), Each(Not(HasSubstr("POST"))));
}

}  // namespace
}  // namespace usher::timelines_partner
