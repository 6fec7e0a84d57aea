// Memberships: read with the users, written as what came and what went.

#include "tests/connectors/scim/fixture.h"

namespace usher::scim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

using nlohmann::json;
using ScimTargetGroupsTest = ScimFixture;

TEST_F(ScimTargetGroupsTest, WithoutIncludeNoGroupIsAskedFor) {
  (void)list();
  EXPECT_FALSE(sink_.find("u1").fields.contains("groups"));
  EXPECT_EQ(count_requests("GET /Groups"), 0U);
  Account desired;
  desired.fields.set("groups", Texts{"app-sales"});
  EXPECT_FALSE(target_->canonical(desired).fields.contains("groups"));
}

TEST_F(ScimTargetGroupsTest, OnlyIncludedGroupsAreShown) {
  with_groups();
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_EQ(text(sink_.find("u1"), "groups"), "app-sales");
  EXPECT_EQ(text(sink_.find("u2"), "groups"), "") << "Board is nobody's business here";
}

TEST_F(ScimTargetGroupsTest, WantedGroupsAreSpeltAsTheServiceSpellsThem) {
  with_groups();
  (void)list();
  Account desired;
  desired.fields.set("groups", Texts{"APP-SALES", "Board", "app-new"});
  EXPECT_EQ(text(target_->canonical(desired), "groups"), "app-new, app-sales");
}

TEST_F(ScimTargetGroupsTest, MembersAreAddedAndRemovedInDeltas) {
  with_groups();
  (void)list();
  (void)apply_all({regroup("u1", {"app-sales"}, {"app-ops"}), regroup("u2", {}, {"app-sales"}),
                   regroup("u3", {}, {"app-sales"})});
  EXPECT_THAT(members("app-sales"), UnorderedElementsAre("bob@x.example", "cy@x.example"));
  EXPECT_THAT(members("app-ops"), ElementsAre("Ann@x.example"));
  EXPECT_EQ(count_requests("PATCH /Groups"), 3U) << "one for each group and direction";
  EXPECT_EQ(last_operations(),
            json::parse(R"([{"op": "remove", "path": "members[value eq \"u1\"]"}])"))
      << "adds come before removes";
  EXPECT_THAT(steps_.log, SizeIs(6));
}

TEST_F(ScimTargetGroupsTest, WhatWasWrittenIsReadAgainBeforeItIsBelieved) {
  with_groups();
  (void)list();
  (void)apply(regroup("u2", {}, {"app-sales"}));
  EXPECT_EQ(text(find_id("u2").account, "groups"), "app-sales");
  stage_.set("scim_ignored_writes", "patch");
  (void)apply(regroup("u2", {"app-sales"}, {}));
  EXPECT_EQ(text(find_id("u2").account, "groups"), "app-sales") << "a 200 is not proof";
}

TEST_F(ScimTargetGroupsTest, AGroupThatIsNotIncludedIsNotTouched) {
  with_groups();
  (void)list();
  (void)apply(regroup("u2", {"Board"}, {}));
  EXPECT_THAT(members("Board"), ElementsAre("bob@x.example"));
}

TEST_F(ScimTargetGroupsTest, AMissingGroupIsMadeWithOurMark) {
  with_groups();
  (void)list();
  (void)apply(regroup("u1", {"app-sales"}, {"app-new", "app-sales"}));
  EXPECT_EQ(group("app-new").at("externalId"), "usher:app-new");
  EXPECT_THAT(members("app-new"), ElementsAre("Ann@x.example"));
}

TEST_F(ScimTargetGroupsTest, AGroupThatSomebodyElseMadeMeanwhileIsUsed) {
  with_groups();
  (void)list();
  edit({{"add_group", {{"displayName", "app-new"}}}});
  (void)apply(regroup("u1", {}, {"app-new"}));
  EXPECT_THAT(members("app-new"), ElementsAre("Ann@x.example"));
}

TEST_F(ScimTargetGroupsTest, WithoutCreateAMissingGroupIsAnErrorThatStopsNoOther) {
  values_.set("groups.create", false);
  with_groups();
  EXPECT_THAT(list().allowed, SizeIs(1));
  const ConnectorError error = error_of([&] {
    (void)apply_all({regroup("u1", {}, {"app-new"}), regroup("u2", {}, {"app-ops"})});
  });
  EXPECT_THAT(error.what(), HasSubstr("app-new"));
  EXPECT_THAT(error.what(), HasSubstr("groups.create"));
  EXPECT_THAT(members("app-ops"), ElementsAre("bob@x.example"));
}

TEST_F(ScimTargetGroupsTest, OnlyAnEmptiedGroupOfOursIsDeleted) {
  values_.set("groups.delete", true);
  with_groups();
  (void)list();
  (void)apply(regroup("u2", {}, {"app-new"}));
  (void)list();
  EXPECT_THAT(apply(regroup("u2", {"app-new"}, {})).note, HasSubstr("app-new"));
  EXPECT_EQ(group("app-new"), nullptr);
  (void)apply(regroup("u1", {"app-sales"}, {}));
  EXPECT_THAT(members("app-sales"), IsEmpty()) << "somebody else made it: it stays";
}

TEST_F(ScimTargetGroupsTest, WhoJoinedMeanwhileKeepsTheGroup) {
  values_.set("groups.delete", true);
  with_groups();
  (void)list();
  (void)apply(regroup("u2", {}, {"app-new"}));
  (void)list();
  edit({{"group", "app-new"}, {"add_members", {"cy@x.example"}}});
  (void)apply(regroup("u2", {"app-new"}, {}));
  EXPECT_THAT(members("app-new"), ElementsAre("cy@x.example"));
}

// One bad id spoils a whole request.
TEST_F(ScimTargetGroupsTest, AMemberThatIsRefusedStopsNoOther) {
  with_groups();
  (void)list();
  const ConnectorError error = error_of([&] {
    (void)apply_all({regroup("u1", {}, {"app-ops"}), regroup("nobody", {}, {"app-ops"}),
                     regroup("u2", {}, {"app-ops"})});
  });
  EXPECT_THAT(error.what(), HasSubstr("nobody"));
  EXPECT_THAT(members("app-ops"), UnorderedElementsAre("Ann@x.example", "bob@x.example"));
}

TEST_F(ScimTargetGroupsTest, WithoutPatchAGroupIsReadAndPut) {
  stage_.set("scim_profile_overrides", "group_patch=false");
  override_profile({{"group_patch", "false"}});
  with_groups();
  (void)list();
  (void)apply_all({regroup("u2", {}, {"app-sales"}), regroup("u3", {}, {"app-sales"})});
  (void)apply(regroup("u1", {"app-sales"}, {}));
  EXPECT_THAT(members("app-sales"), UnorderedElementsAre("bob@x.example", "cy@x.example"));
}

TEST_F(ScimTargetGroupsTest, ALostAnswerIsSettledByReading) {
  with_groups();
  (void)list();
  const Change change = regroup("u2", {}, {"app-sales"});
  stage_.fault(
      R"({"match": {"method": "PATCH"}, "times": 5, "action": "lost_reply_after_commit"})");
  EXPECT_EQ(refused(change).kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(target_->recover({{change}, "", "", 0}).at(0).presence, Presence::kPresent);
}

TEST_F(ScimTargetGroupsTest, GroupsThatCannotBeReadMakeTheListIncomplete) {
  with_groups();
  stage_.fault(R"({"match": {"path": "/Groups"}, "times": 0, "action": "status", "status": 500})");
  EXPECT_THAT(list().receipt.reasons, ElementsAre(HasSubstr("groups could not be read")));
}

TEST_F(ScimTargetGroupsTest, TwoGroupsOfOneNameAreNotGuessed) {
  stage_.set("scim_profile_overrides", "group_name_unique=false");
  edit({{"add_group", {{"displayName", "APP-sales"}}}});
  with_groups();
  EXPECT_THAT(list().receipt.reasons, ElementsAre(HasSubstr("two groups are called")));
}

// C14
TEST_F(ScimTargetGroupsTest, MembersThatAreNeverShownAreAskedForByFilter) {
  for (const char* profile : {"aws-iam-identity-center"}) {
    play(profile);
    with_groups();
    EXPECT_TRUE(list().receipt.complete());
    EXPECT_EQ(text(sink_.find("u1"), "groups"), "app-sales");
    (void)apply_all({regroup("u1", {"app-sales"}, {}), regroup("u2", {}, {"app-sales"})});
    EXPECT_THAT(members("app-sales"), ElementsAre("bob@x.example"));
    EXPECT_EQ(text(find_id("u2").account, "groups"), "app-sales");
  }
}

TEST_F(ScimTargetGroupsTest, AFilterThatIsNotFollowedTellsNoMembers) {
  play("aws-iam-identity-center");
  with_groups();
  stage_.set("scim_filter", "too_much");
  EXPECT_THAT(list().receipt.reasons, ElementsAre(HasSubstr("groups.value eq")));
}

class ScimTargetBatchTest : public ScimFixture {
 protected:
  /// Numbers of members in the PATCHes of groups, `-` before removals.
  std::vector<int> batches() {
    std::vector<int> sizes;
    for (const auto& entry : stage_.log()) {
      if (entry.at("method") != "PATCH") continue;
      const json body = json::parse(entry.at("body").get<std::string>());
      const json& operations = body.at("Operations");
      const bool adds = operations.at(0).at("op") == "add";
      sizes.push_back(adds ? static_cast<int>(operations.at(0).at("value").size())
                           : -static_cast<int>(operations.size()));
    }
    return sizes;
  }
  void regroup_many(int adds, int removes) {
    add_users(adds + removes);
    std::vector<std::string> names;
    for (int i = 1; i <= removes; ++i) names.push_back("p" + std::to_string(i) + "@x.example");
    edit({{"group", "app-ops"}, {"add_members", names}});
    with_groups();
    (void)list();
    std::vector<Change> changes;
    for (int i = 1; i <= adds + removes; ++i) {
      const std::string id = "p" + std::to_string(i);
      changes.push_back(i <= removes ? regroup(id, {"app-ops"}, {}) : regroup(id, {}, {"app-ops"}));
    }
    (void)apply_all(changes);
    EXPECT_THAT(members("app-ops"), SizeIs(static_cast<std::size_t>(adds)));
  }
};

// C12
TEST_F(ScimTargetBatchTest, AwsTakesAHundredChangesAtOnce) {
  play("aws-iam-identity-center");
  regroup_many(250, 30);
  EXPECT_THAT(batches(), ElementsAre(100, 100, 50, -30));
}

// C13
TEST_F(ScimTargetBatchTest, EntraTakesTwentyAddsAndOneRemovalAtOnce) {
  stage_.set("scim_profile", "entra-scim-api");
  values_ = SettingValues();
  values_.set("url", stage_.url("scim"));
  values_.set("rate", std::string("off"));
  values_.set("profile", std::string("entra-scim-api"));
  values_.set("oauth2.token_url", stage_.url("scim_oauth") + "/token");
  values_.set("oauth2.client_id", std::string("usher"));
  values_.set("oauth2.client_secret", Secret("CANARY-client"));
  regroup_many(45, 3);
  EXPECT_THAT(batches(), ElementsAre(20, 20, 5, -1, -1, -1));
}

}  // namespace
}  // namespace usher::scim
