// Reading who has a grant, and being let in.

#include "tests/connectors/dreadnode/fixture.h"

namespace usher::dreadnode {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DreadnodeListTest : public DreadnodeFixture {};

TEST_F(DreadnodeListTest, AllGrantsAreReadWithOneRequest) {
  const Listing listing = list();
  EXPECT_TRUE(listing.receipt.complete());
  EXPECT_EQ(listing.receipt.entries, 3U);
  EXPECT_THAT(sink_.accounts, SizeIs(3));
  EXPECT_THAT(requests(), ElementsAre("GET /api/v1/org/acme/ws/main/users"));
  const Account rita = sink_.find("Rita@acme.example");
  EXPECT_EQ(rita.remote_id, user("Rita@acme.example").at("user_id"));
  EXPECT_EQ(to_text(*rita.fields.find("permission")), "reader");
}

// never-again 43
TEST_F(DreadnodeListTest, TheTenancyNamesAddressOrganisationAndWorkspace) {
  const std::string tenancy = list().tenancy;
  EXPECT_THAT(tenancy, HasSubstr(stage_.url("dreadnode")));
  EXPECT_THAT(tenancy, HasSubstr("acme/main"));
}

TEST_F(DreadnodeListTest, EveryFormOfAnAnswerIsRead) {
  stage_.set("dreadnode_reply_email", "email");
  stage_.set("dreadnode_granted_key", "created_at");
  stage_.fault(R"({"action": "extra_members"})");
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_NE(sink_.find("olga@acme.example").remote_id, "");
}

TEST_F(DreadnodeListTest, AWorkspaceWithoutGrantsIsEmptyAndComplete) {
  values_.set("workspace", std::string("a/b ?"));
  make();
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_THAT(sink_.accounts, IsEmpty());
  EXPECT_THAT(requests(), ElementsAre("GET /api/v1/org/acme/ws/a%2Fb%20%3F/users"));
}

// never-again 1
TEST_F(DreadnodeListTest, WhatIsNoArrayIsNoEmptyWorkspace) {
  stage_.set("dreadnode_list", "envelope");
  const ConnectorError error = list_error();
  EXPECT_EQ(error.kind, ErrorKind::kMalformed);
  EXPECT_THAT(error.what(), HasSubstr("expected an array at its top, found an object"));
  stage_.fault(R"({"action": "error_in_ok"})");
  EXPECT_EQ(list_error().kind, ErrorKind::kMalformed);
}

// never-again 11
TEST_F(DreadnodeListTest, AGrantThatCannotBeReadMakesTheReceiptIncomplete) {
  for (const char* member : {"user_id", "user_email", "permission"}) {
    stage_.fault(nlohmann::json{{"action", "missing_members"}, {"members", {member}}}.dump());
    const Listing listing = list();
    ASSERT_THAT(listing.receipt.reasons, SizeIs(3)) << member;
    EXPECT_THAT(listing.receipt.reasons.front(), HasSubstr("could not be read"));
    EXPECT_EQ(listing.receipt.entries, 0U);
  }
}

TEST_F(DreadnodeListTest, PeopleAreFoundByIdOrByAddressInAnyCase) {
  const std::string id = user("Rita@acme.example").at("user_id");
  EXPECT_EQ(target_->find({"", "rita@ACME.example"}).account.remote_id, id);
  EXPECT_EQ(target_->find({id, ""}).account.key, "Rita@acme.example");
  EXPECT_EQ(target_->find({"", "zoe@acme.example"}).presence, Presence::kAbsent);
  EXPECT_EQ(target_->find({"u-0", "rita@acme.example"}).presence, Presence::kAbsent);
}

// never-again 2
TEST_F(DreadnodeListTest, WhoCannotBeLookedUpIsUnknown) {
  stage_.fault(R"({"action": "missing_members", "members": ["user_id"]})");
  EXPECT_EQ(target_->find({"", "rita@acme.example"}).presence, Presence::kUnknown);
  stage_.fault(R"({"action": "status", "status": 500, "times": 0})");
  EXPECT_EQ(target_->find({"", "rita@acme.example"}).presence, Presence::kUnknown);
}

TEST_F(DreadnodeListTest, TheKeyIsTakenInTheHeaderThatIsConfigured) {
  stage_.set("dreadnode_auth", "bearer");
  EXPECT_TRUE(list().receipt.complete());
  stage_.set("dreadnode_auth", "x_api_key");
  const ConnectorError error = list_error();
  EXPECT_EQ(error.kind, ErrorKind::kUnauthorized);
  EXPECT_THAT(error.what(), HasSubstr("`auth`"));
  values_.set("auth", std::string("x-api-key"));
  make();
  EXPECT_TRUE(list().receipt.complete());
}

TEST_F(DreadnodeListTest, AWrongKeyAndAForeignOrganisationStopTheTarget) {
  values_.set("api_key", Secret("dn_key_CANARY-wrong"));
  make();
  EXPECT_EQ(list_error().code, "authentication_error");
  EXPECT_THROW((void)target_->find({"", "rita@acme.example"}), ConnectorError);
  values_.set("api_key", Secret("dn_key_other"));
  make();
  EXPECT_EQ(list_error().kind, ErrorKind::kForbidden);
}

TEST_F(DreadnodeListTest, AnUnknownWorkspaceIsAnError) {
  values_.set("workspace", std::string("nowhere"));
  make();
  const ConnectorError error = list_error();
  EXPECT_EQ(error.kind, ErrorKind::kNotFound);
  EXPECT_THAT(error.what(), HasSubstr("Workspace not found"));
}

TEST_F(DreadnodeListTest, AnOutdatedClientStopsTheTargetWithTheCure) {
  stage_.set("dreadnode_upgrade_required", "yes");
  const ConnectorError error = list_error();
  EXPECT_TRUE(error.stops_target());
  EXPECT_EQ(error.http_status, 426);
  EXPECT_THAT(error.what(), HasSubstr("this version of usher: update it"));
  EXPECT_THAT(requests(), SizeIs(1));
}

TEST_F(DreadnodeListTest, ProbeTellsWhoIsThereAndWhatCannotBeDone) {
  std::string all;
  for (const Finding& finding : target_->probe()) {
    EXPECT_TRUE(finding.good) << finding.what;
    all += finding.what + "\n";
  }
  for (const char* part : {"3 users, owners among them: 1", "`protected`", "neither changed"}) {
    EXPECT_THAT(all, HasSubstr(part));
  }
  EXPECT_THAT(all, ::testing::Not(HasSubstr("whole organisation")));
  EXPECT_THAT(requests(), SizeIs(1));
}

TEST_F(DreadnodeListTest, ProbeWarnsOfWhatARemovalReaches) {
  allow_removal();
  EXPECT_THAT(target_->probe().back().what, HasSubstr("lose the whole organisation"));
  stage_.fault(R"({"action": "status", "status": 403})");
  EXPECT_FALSE(target_->probe().front().good);
}

}  // namespace
}  // namespace usher::dreadnode
