// Reading an organisation, and being let in.

#include "tests/connectors/polytomic/fixture.h"

namespace usher::polytomic {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class PolytomicListTest : public PolytomicFixture {
 protected:
  std::string users_path() { return std::string("/organizations/") + kNorthwind + "/users"; }
};

TEST_F(PolytomicListTest, APartnerKeyNamesTheOrganisationAndIsBasicForRolesOnly) {
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_THAT(sink_.accounts, SizeIs(3));
  EXPECT_THAT(requests(), ElementsAre("GET /permissions/roles", "GET " + users_path()));
}

TEST_F(PolytomicListTest, TheKeysOfOneOrganisationNameNobody) {
  for (const char* key : {kNorthwindKey, kAdasKey}) {
    make(key);
    EXPECT_TRUE(list().receipt.complete());
    EXPECT_THAT(sink_.accounts, SizeIs(3));
  }
  EXPECT_THAT(requests(),
              ElementsAre("GET /me", "GET /permissions/roles", "GET /organization/users", "GET /me",
                          "GET /permissions/roles", "GET /organization/users"));
}

// never-again 43
TEST_F(PolytomicListTest, TheTenancyIsTheOrganisationWhateverTheKey) {
  const std::string tenancy = list().tenancy;
  EXPECT_THAT(tenancy, HasSubstr(kNorthwind));
  by_organization();
  EXPECT_EQ(list().tenancy, tenancy);
  by_partner(kContoso);
  EXPECT_NE(list().tenancy, tenancy);
}

TEST_F(PolytomicListTest, TheRolesThatThereAreComeWithIt) {
  const Listing listing = list();
  ASSERT_THAT(listing.allowed, SizeIs(1));
  EXPECT_EQ(listing.allowed[0].first, "roles");
  EXPECT_THAT(listing.allowed[0].second, ElementsAre("Admin", "Analyst", "Member"));
  EXPECT_EQ(text(sink_.find("cy@northwind.example"), "roles"), "Analyst, Member");
}

TEST_F(PolytomicListTest, NamesAndIdsOfRolesAreComparedByTheRolesThatThereAre) {
  (void)list();
  Account desired;
  desired.fields.set("roles", Texts{"ANALYST", kMemberRole});
  EXPECT_EQ(text(target_->canonical(desired), "roles"), "Analyst, Member");
}

TEST_F(PolytomicListTest, RolesAreReadAnewWithEveryList) {
  (void)list();
  edit({{"add_role", "Auditor"}});
  EXPECT_THAT(list().allowed[0].second, Contains("Auditor"));
}

TEST_F(PolytomicListTest, ARoleNameThatBecomesAmbiguousIsWrittenAsItsId) {
  edit({{"add_role", "analyst"}});
  (void)list();
  EXPECT_EQ(text(sink_.find("cy@northwind.example"), "roles"),
            std::string(kAnalystRole) + ", Member");
}

// never-again 24
TEST_F(PolytomicListTest, TheAccountOfTheKeyIsUntouchable) {
  by_user();
  (void)list();
  EXPECT_EQ(sink_.find(kAda).untouchable, "the account we log in with");
  EXPECT_EQ(sink_.find(kBob).untouchable, "");
}

TEST_F(PolytomicListTest, TheAccountOfTheKeyIsKnownByItsAddressToo) {
  by_user();
  stage_.fault(
      R"({"action": "missing_members", "members": ["id"], "match": {"path_regex": "/me$"}})");
  (void)list();
  EXPECT_EQ(sink_.find(kAda).untouchable, "the account we log in with");
  EXPECT_EQ(sink_.find(kBob).untouchable, "");
}

TEST_F(PolytomicListTest, AnOrganisationWithoutUsersIsEmptyWithNullAndWithoutRows) {
  by_partner(kContoso);
  for (const char* body : {"null", "empty"}) {
    stage_.set("polytomic_empty_list", body);
    EXPECT_TRUE(list().receipt.complete()) << body;
    EXPECT_THAT(sink_.accounts, IsEmpty());
    EXPECT_EQ(target_->find({"", "x@contoso.example"}).presence, Presence::kAbsent);
  }
}

// never-again 1, 9
TEST_F(PolytomicListTest, AListWithNobodyIsNotTheListOfSomebodysKey) {
  by_user();
  stage_.fault(R"({"action": "empty_list", "times": 0, "match": {"path_regex": "/users$"}})");
  EXPECT_FALSE(list().receipt.complete());
  EXPECT_EQ(target_->find({"", "bob@northwind.example"}).presence, Presence::kUnknown);
}

TEST_F(PolytomicListTest, AnAnswerWithoutDataIsNoEmptyList) {
  for (const char* action : {"missing_members", "wrong_json_type", "error_in_ok"}) {
    stage_.fault(nlohmann::json{
        {"action", action}, {"members", {"data"}}, {"match", {{"path_regex", "/users$"}}}}
                     .dump());
    EXPECT_EQ(list_error().kind, ErrorKind::kMalformed) << action;
  }
}

TEST_F(PolytomicListTest, WhatAnAnswerWithoutDataSaysIsTold) {
  stage_.fault(R"({"action": "error_in_ok", "match": {"path_regex": "/users$"}})");
  EXPECT_THAT(list_error().what(), HasSubstr("Something went wrong"));
}

// never-again 11
TEST_F(PolytomicListTest, RowsThatCannotBeReadMakeTheReceiptIncomplete) {
  for (const char* member : {"id", "email"}) {
    stage_.fault(nlohmann::json{{"action", "missing_members"},
                                {"members", {member}},
                                {"match", {{"path_regex", "/users$"}}}}
                     .dump());
    const Listing listing = list();
    ASSERT_FALSE(listing.receipt.complete()) << member;
    EXPECT_THAT(listing.receipt.reasons.front(), HasSubstr("could not be read"));
  }
}

TEST_F(PolytomicListTest, WhoIsNotInAListWithRowsThatCannotBeReadIsUnknown) {
  stage_.fault(
      R"({"action": "missing_members", "members": ["id"], "match": {"path_regex": "/users$"}})");
  EXPECT_EQ(target_->find({"", "bob@northwind.example"}).presence, Presence::kUnknown);
  EXPECT_EQ(target_->find({"", "nobody@northwind.example"}).presence, Presence::kAbsent);
}

TEST_F(PolytomicListTest, UsersOfAnotherOrganisationAreNotTakenForOurs) {
  stage_.fault(nlohmann::json{{"action", "wrong_json_type"},
                              {"members", {"organization_id"}},
                              {"value", kContoso},
                              {"match", {{"path_regex", "/users$"}}}}
                   .dump());
  EXPECT_FALSE(list().receipt.complete());
  EXPECT_THAT(sink_.accounts, IsEmpty());
}

TEST_F(PolytomicListTest, EveryShapeOfAUserIsRead) {
  for (const char* shape : {"both", "role_ids", "role"}) {
    stage_.set("polytomic_user_shape", shape);
    EXPECT_TRUE(list().receipt.complete());
    EXPECT_EQ(text(sink_.find(kAda), "roles"), "Admin") << shape;
    EXPECT_EQ(text(sink_.find(kBob), "roles"), "Member") << shape;
  }
}

TEST_F(PolytomicListTest, EveryRequestNamesTheVersion) {
  for (const char* version : {"oldest", "newest"}) {
    stage_.set("polytomic_version_absent", version);
    EXPECT_TRUE(list().receipt.complete()) << version;
  }
}

TEST_F(PolytomicListTest, AKeyThatIsNotValidStopsTheTarget) {
  for (const char* schema : {"current", "old", "empty"}) {
    stage_.set("polytomic_error_body", schema);
    make("CANARY-old-key", kNorthwind);
    EXPECT_EQ(list_error().kind, ErrorKind::kUnauthorized) << schema;
    make("CANARY-old-key");
    EXPECT_THAT(list_error().what(), HasSubstr("`key` must be an API key")) << schema;
  }
}

TEST_F(PolytomicListTest, ThePartnersKeyWithoutAnOrganisationIsSaidToBeOne) {
  make("CANARY-partner-key");
  const ConnectorError error = list_error();
  EXPECT_TRUE(error.stops_target());
  EXPECT_THAT(error.what(), HasSubstr("a partner key needs `organization`"));
}

TEST_F(PolytomicListTest, AnOrganisationThatThePartnerDoesNotReachStopsTheTarget) {
  by_partner(kAlien);
  EXPECT_TRUE(list_error().stops_target());
}

TEST_F(PolytomicListTest, AnOrganisationThatIsGoneIsNotAnEmptyOne) {
  stage_.fault(
      R"({"action": "status", "status": 404, "times": 0, "match": {"path_regex": "/users$"}})");
  EXPECT_EQ(list_error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(target_->find({"", "nobody@northwind.example"}).presence, Presence::kUnknown);
}

TEST_F(PolytomicListTest, ADeploymentThatDoesNotTellWhoseKeyItIsIsReadWithAWarning) {
  by_user();
  stage_.fault(R"({"action": "status", "status": 404, "match": {"path_regex": "/me$"}})");
  const Listing listing = list();
  EXPECT_TRUE(listing.receipt.complete());
  EXPECT_EQ(listing.tenancy, "");
  ASSERT_THAT(sink_.problems, SizeIs(1));
  EXPECT_THAT(sink_.problems[0].message, HasSubstr("`protected`"));
}

// never-again 2
TEST_F(PolytomicListTest, OneUserIsLookedUpByIdWithoutTheList) {
  (void)list();
  const std::size_t before = requests().size();
  EXPECT_EQ(target_->find({kBob, ""}).account.key, "bob@northwind.example");
  EXPECT_EQ(requests().size(), before + 1);
  EXPECT_EQ(target_->find({kNobody, ""}).presence, Presence::kAbsent);
  stage_.fault(R"({"action": "status", "status": 500, "times": 5, "match": {"method": "GET"}})");
  EXPECT_EQ(target_->find({kBob, ""}).presence, Presence::kUnknown);
}

TEST_F(PolytomicListTest, WhoIsGoneIsGoneWith404AndWithAnEmptyUser) {
  for (const char* how : {"404", "empty"}) {
    stage_.set("polytomic_get_missing", how);
    EXPECT_EQ(target_->find({kNobody, ""}).presence, Presence::kAbsent) << how;
  }
}

TEST_F(PolytomicListTest, AUserWithoutIdAndAPageWith404DoNotProveThatAnybodyIsGone) {
  for (
      const char* fault :
      {R"({"action": "missing_members", "members": ["id"], "match": {"path_regex": "/users/"}})",
       R"({"action": "wrong_json_type", "members": ["id"], "value": "x", "match": {"path_regex": "/users/"}})",
       R"({"action": "status", "status": 404, "shape": "html", "match": {"path_regex": "/users/"}})"}) {
    stage_.fault(fault);
    EXPECT_EQ(target_->find({kBob, ""}).presence, Presence::kUnknown) << fault;
  }
}

// never-again 30, 38
TEST_F(PolytomicListTest, AnAddressIsFoundInAnyLetterCaseByReadingTheList) {
  EXPECT_EQ(target_->find({"", "BOB@northwind.example"}).account.remote_id, kBob);
  EXPECT_EQ(target_->find({"", "bo@northwind.example"}).presence, Presence::kAbsent);
}

TEST_F(PolytomicListTest, ProbeTellsWhatIsThereAndWhatCannotBeDone) {
  const auto told = [&] {
    std::string all;
    for (const Finding& finding : target_->probe()) {
      EXPECT_TRUE(finding.good) << finding.what;
      all += finding.what + "\n";
    }
    return all;
  };
  for (const char* part : {"Northwind", "roles: Admin, Analyst, Member", "3 users", "permanent"}) {
    EXPECT_THAT(told(), HasSubstr(part));
  }
  by_user();
  EXPECT_THAT(told(), HasSubstr("accepted as ada@northwind.example"));
  EXPECT_THAT(requests(), Each(Not(HasSubstr("POST"))));
}

TEST_F(PolytomicListTest, ProbeFindsAPartnerKeyWithoutItsOrganisation) {
  stage_.set("polytomic_partner_me", "yes");
  make("CANARY-partner-key");
  const std::vector<Finding> findings = target_->probe();
  EXPECT_FALSE(findings.at(0).good);
  EXPECT_THAT(findings.at(0).what, HasSubstr("name the organisation"));
}

}  // namespace
}  // namespace usher::polytomic
