// Writing: what leaves for each change, and what is made of each answer.

#include "tests/connectors/polytomic/fixture.h"

namespace usher::polytomic {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

class PolytomicApplyTest : public PolytomicFixture {};

TEST_F(PolytomicApplyTest, ACreationMailsOnceAndIsWrittenDownBeforeAndAfter) {
  for (const char* key : {kNorthwindKey, kAdasKey}) {
    steps_.log.clear();
    make(key);
    const std::string email = "ann" + std::to_string(requests().size()) + "@northwind.example";
    const Applied applied = apply(create(email, {"analyst", kMemberRole}));
    EXPECT_EQ(user(email).at("id"), applied.remote_id);
    EXPECT_EQ(user(email).at("roles"), nlohmann::json({"Analyst", "Member"}));
    EXPECT_EQ(northwind().at("mails").at(email), 1);
    EXPECT_THAT(steps_.log,
                ElementsAre(StartsWith("create?usher-"), "create=" + applied.remote_id));
  }
}

TEST_F(PolytomicApplyTest, APartnerCreatesInTheOrganisationThatIsNamed) {
  by_partner(kContoso);
  (void)apply(create("ann@contoso.example"));
  EXPECT_TRUE(user("ann@contoso.example").is_null());
  (void)list();
  EXPECT_EQ(sink_.find("ann@contoso.example").key, "ann@contoso.example");
}

TEST_F(PolytomicApplyTest, AnAddressIsKeptInSmallLettersAndMayBeSentInAny) {
  Change ann = create("Ann@Northwind.example");
  const Applied applied = apply(ann);
  EXPECT_EQ(applied.account->key, "ann@northwind.example");
  EXPECT_FALSE(user("ann@northwind.example").is_null());
}

TEST_F(PolytomicApplyTest, WithoutRolesTheProviderChooses) {
  Change ann = create("ann@northwind.example");
  ann.after->erase("roles");
  (void)apply(ann);
  EXPECT_EQ(stage_.last_body(), R"({"email":"ann@northwind.example"})");
}

TEST_F(PolytomicApplyTest, StatusesOfSuccessAreAllTheSame) {
  stage_.set("polytomic_created", "201");
  EXPECT_FALSE(apply(create("ann@northwind.example")).remote_id.empty());
}

// never-again 74
TEST_F(PolytomicApplyTest, RolesThatDoNotExistAreRefusedBeforeAnythingLeaves) {
  for (const Change& change : {create("ann@northwind.example", {"Boss"}), update({"Boss"})}) {
    const ConnectorError error = refused(change);
    EXPECT_EQ(error.kind, ErrorKind::kRejected);
    EXPECT_THAT(error.what(), HasSubstr("there are: Admin, Analyst, Member"));
  }
  EXPECT_THAT(steps_.log, IsEmpty());
  EXPECT_THAT(requests(), Each(StartsWith("GET")));
}

TEST_F(PolytomicApplyTest, NobodyIsLeftWithoutARole) {
  for (const Change& change : {create("ann@northwind.example", {}), update({})}) {
    EXPECT_THAT(refused(change).what(), HasSubstr("at least one of"));
  }
  EXPECT_THAT(requests(), Each(StartsWith("GET")));
}

TEST_F(PolytomicApplyTest, AnUpdateSetsTheRolesAndNamesTheAddressForThePartnerOnly) {
  (void)apply(update({"Admin"}));
  EXPECT_THAT(stage_.last_body(), HasSubstr(R"({"email":"bob@northwind.example","role_ids")"));
  EXPECT_EQ(user("bob@northwind.example").at("roles"), nlohmann::json({"Admin"}));
  by_organization();
  (void)apply(update({"Analyst"}));
  EXPECT_EQ(stage_.last_body(), std::string(R"({"role_ids":[")") + kAnalystRole + R"("]})");
  EXPECT_THAT(steps_.log,
              ElementsAre(std::string("update?") + kBob, std::string("update=") + kBob,
                          std::string("update?") + kBob, std::string("update=") + kBob));
}

// never-again 33, 86
TEST_F(PolytomicApplyTest, WhatWasWrittenIsReadBackInTheSameForm) {
  Change both = update({"member", "ADMIN"});
  (void)apply(both);
  (void)list();
  Account desired;
  desired.fields = *both.after;
  EXPECT_EQ(text(target_->canonical(desired), "roles"), text(sink_.find(kBob), "roles"));
}

// never-again 32
TEST_F(PolytomicApplyTest, AnUpdateOfSomebodyWhoIsGoneIsNoSuccess) {
  edit({{"remove", "bob@northwind.example"}});
  const ConnectorError error = refused(update({"Admin"}));
  EXPECT_EQ(error.kind, ErrorKind::kNotFound);
  EXPECT_THAT(error.what(), HasSubstr("is gone"));
  stage_.set("polytomic_update_missing", "422");
  EXPECT_EQ(refused(update({"Admin"})).kind, ErrorKind::kRejected);
}

TEST_F(PolytomicApplyTest, ALeaverIsDeletedForGood) {
  for (const char* key : {kNorthwindKey, kAdasKey}) {
    make(key);
    edit({{"add", {{"email", "eve@northwind.example"}}}});
    const std::string id = user("eve@northwind.example").at("id");
    (void)apply(change(Action::kDelete, id, "eve@northwind.example"));
    EXPECT_TRUE(user("eve@northwind.example").is_null());
    EXPECT_EQ(target_->find({id, ""}).presence, Presence::kAbsent);
  }
}

// never-again 48
TEST_F(PolytomicApplyTest, WhoIsGoneIsDeletedAlready) {
  (void)apply(removal());
  EXPECT_EQ(apply(removal()).note, "was already gone");
}

TEST_F(PolytomicApplyTest, APageWith404DoesNotProveThatALeaverIsGone) {
  stage_.fault(
      R"({"action": "status", "status": 404, "shape": "html", "match": {"method": "DELETE"}})");
  EXPECT_EQ(refused(removal()).kind, ErrorKind::kMalformed);
  EXPECT_FALSE(user("bob@northwind.example").is_null());
}

// never-again 39, 40, 44
TEST_F(PolytomicApplyTest, AnAddressThatIsTakenIsAConflictWhateverTheStatus) {
  for (const char* status : {"422", "409"}) {
    stage_.set("polytomic_existing_email", status);
    EXPECT_EQ(refused(create("bob@northwind.example")).kind, ErrorKind::kConflict) << status;
  }
  stage_.set("polytomic_existing_email", "200");
  EXPECT_EQ(apply(create("bob@northwind.example")).remote_id, kBob);
}

TEST_F(PolytomicApplyTest, A422ForAnythingElseIsARefusal) {
  const ConnectorError error = refused(create("no-address"));
  EXPECT_EQ(error.kind, ErrorKind::kRejected);
  EXPECT_THAT(error.what(), HasSubstr("no address"));
}

TEST_F(PolytomicApplyTest, NobodyIsSuspendedRevokedOrInvitedAgain) {
  for (const Action action : {Action::kDeactivate, Action::kReactivate, Action::kRevoke,
                              Action::kReinvite, Action::kAssign}) {
    EXPECT_EQ(refused(change(action, kBob, "bob@northwind.example")).kind, ErrorKind::kUnsupported);
  }
  EXPECT_THAT(requests(), IsEmpty());
}

TEST_F(PolytomicApplyTest, AStepThatWasDoneIsOnlyLookedUp) {
  steps_.done_before = {"create"};
  EXPECT_EQ(apply(create("bob@northwind.example")).remote_id, kBob);
  EXPECT_THAT(requests(), Each(Not(StartsWith("POST"))));
}

TEST_F(PolytomicApplyTest, AKeyIsSentInTheFormThatIsDocumented) {
  (void)apply(create("ann@northwind.example"));
  EXPECT_THAT(steps_.last_context, MatchesRegex("[A-Za-z0-9_-]{8,255}"));
}

}  // namespace
}  // namespace usher::polytomic
