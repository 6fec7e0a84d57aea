// Services that nobody has described: groups.

#include "tests/connectors/scim/fixture.h"
#include "tests/connectors/scim/odd_service.h"

namespace usher::scim {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Users 1, 2 and 3; the group 1 is app-one and holds 1 and 2.
class ScimOddGroupsTest : public ScimFixture {
 protected:
  void SetUp() override {
    ScimFixture::SetUp();
    for (const char* id : {"1", "2", "3"}) {
      odd_.resources["/Users"].push_back(
          {{"id", id}, {"userName", std::string(id) + "@x.example"}, {"active", true}});
    }
    odd_.resources["/Groups"].push_back({{"id", "1"},
                                         {"displayName", "app-one"},
                                         {"members", {{{"value", "1"}}, {{"value", "2"}}}}});
    with("url", odd_.url());
    with_groups();
  }

  /// PATCH is not there, and a PUT is what the administrator allows.
  void put_groups() { override_profile({{"group_patch", "false"}}); }
  json& group() { return *odd_.find("/Groups", "1"); }
  json& shown_members() { return group()["members"]; }
  void hide_members(bool in_list, bool alone) {
    odd_.show = [=](json& resource, bool is_list) {
      if (is_list ? in_list : alone) resource.erase("members");
    };
  }
  std::string groups_of(const std::string& id) {
    (void)list();
    return text(sink_.find(id), "groups");
  }

  OddService odd_;
};

TEST_F(ScimOddGroupsTest, AnEmptyListOfMembersIsAskedForAlone) {
  odd_.show = [](json& resource, bool in_list) {
    if (in_list && resource.contains("members")) resource["members"] = json::array();
  };
  EXPECT_EQ(groups_of("1"), "app-one");
  (void)apply(regroup("1", {"app-one"}, {}));
  EXPECT_EQ(shown_members(), json::parse(R"([{"value": "2"}])"));
}

TEST_F(ScimOddGroupsTest, AGroupThatHidesWhoSaysToBeInItIsNotBelieved) {
  hide_members(true, true);
  odd_.find("/Users", "2")->update({{"groups", {{{"value", "1"}}}}});
  EXPECT_THAT(list().receipt.reasons, ElementsAre(HasSubstr("shows nobody")));
}

TEST_F(ScimOddGroupsTest, WhoIsInAGroupThroughAnotherDoesNotSpeakAgainstIt) {
  hide_members(true, true);
  odd_.find("/Users", "2")->update({{"groups", {{{"value", "1"}, {"type", "indirect"}}}}});
  EXPECT_TRUE(list().receipt.complete());
}

TEST_F(ScimOddGroupsTest, MembersThatAreNamedOtherwiseAreNotBelieved) {
  shown_members() = {{{"value", "1@x.example"}}};
  EXPECT_THAT(list().receipt.reasons, ElementsAre(HasSubstr("by another name than their id")));
}

// The number of an employee may be the id of somebody else.
TEST_F(ScimOddGroupsTest, AnExternalIdThatIsTheIdOfAMemberIsNoContradiction) {
  odd_.find("/Users", "3")->update({{"externalId", "2"}});
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_EQ(text(sink_.find("3"), "groups"), "");
}

TEST_F(ScimOddGroupsTest, AMemberWhoIsOnlyMissingInTheListIsNoContradiction) {
  odd_.resources["/Users"].push_back({{"id", "9"}, {"userName", "9@x.example"}});
  odd_.turn = [](json& page, const std::map<std::string, std::string>&) {
    std::erase_if(page["Resources"].get_ref<json::array_t&>(),
                  [](const json& row) { return row.at("id") == "9"; });
    page.erase("totalResults");
    return 200;
  };
  shown_members() = {{{"value", "9"}}};
  EXPECT_TRUE(list().receipt.complete());
}

// Ids are counted for users and groups alike: user 3 is not the group 3.
TEST_F(ScimOddGroupsTest, AGroupInAGroupIsNobody) {
  shown_members() = {{{"value", "1"}},
                     {{"value", "2"}, {"$ref", "https://x/Groups/2"}},
                     {{"value", "3"}, {"type", "Group"}}};
  EXPECT_EQ(groups_of("3"), "");
  EXPECT_EQ(groups_of("2"), "");
  EXPECT_EQ(groups_of("1"), "app-one");
}

TEST_F(ScimOddGroupsTest, AUserIsNotTakenOutWhereAGroupOfThatIdWouldGoToo) {
  shown_members() = {{{"value", "1"}}, {{"value", "1"}, {"type", "Group"}}};
  (void)list();
  EXPECT_THAT(refused(regroup("1", {"app-one"}, {})).what(), HasSubstr("a group of the same id"));
  EXPECT_THAT(odd_.requests("PATCH"), IsEmpty());
}

TEST_F(ScimOddGroupsTest, AGroupWithoutANameIsLeftAloneAndNamed) {
  odd_.resources["/Groups"].push_back({{"id", "77"}, {"displayName", nullptr}});
  EXPECT_TRUE(list().receipt.complete());
  ASSERT_THAT(sink_.problems, SizeIs(1));
  EXPECT_THAT(sink_.problems[0].message, HasSubstr("`77`"));
}

// --- PUT -----------------------------------------------------------------------------------------

TEST_F(ScimOddGroupsTest, APutIsNotTriedUnasked) {
  odd_.patch = [](json&, const json&) { return 405; };
  (void)list();
  EXPECT_THAT(refused(regroup("3", {}, {"app-one"})).what(), HasSubstr("group_patch: false"));
  EXPECT_THAT(odd_.requests("PUT"), IsEmpty());
}

TEST_F(ScimOddGroupsTest, APutThatWouldTakeOutWhoIsNotShownIsNotSent) {
  put_groups();
  hide_members(false, true);
  (void)list();
  EXPECT_THAT(refused(regroup("3", {}, {"app-one"})).what(), HasSubstr("0 of 2 members"));
  odd_.show = [](json& resource, bool in_list) {
    if (!in_list && resource.contains("members")) resource["members"].erase(1);
  };
  EXPECT_THAT(refused(regroup("3", {}, {"app-one"})).what(), HasSubstr("1 of 2 members"));
  EXPECT_THAT(odd_.requests("PUT"), IsEmpty());
}

TEST_F(ScimOddGroupsTest, NoPutIsSentWhereGroupsShowNobody) {
  put_groups();
  for (const bool as_array : {false, true}) {
    odd_.show = [=](json& resource, bool) {
      resource.erase("members");
      if (as_array) resource["members"] = json::array();
    };
    (void)list();
    EXPECT_THAT(refused(regroup("3", {}, {"app-one"})).what(), HasSubstr("of unknown members"));
  }
  override_profile({{"group_patch", "false"}, {"members_readable", "no"}});
  (void)list();
  EXPECT_THAT(refused(regroup("3", {}, {"app-one"})).what(), HasSubstr("of unknown members"));
  EXPECT_THAT(odd_.requests("PUT"), IsEmpty());
}

// Another group shows its members, this one hides somebody who says to be in it.
TEST_F(ScimOddGroupsTest, NoPutIsSentToAGroupThatHidesSomebody) {
  put_groups();
  odd_.resources["/Groups"].push_back(
      {{"id", "2"}, {"displayName", "app-two"}, {"members", {{{"value", "2"}}}}});
  odd_.find("/Users", "2")->update({{"groups", {{{"value", "1"}}}}});
  odd_.show = [](json& resource, bool) {
    if (resource["id"] == "1" && resource.contains("displayName"))
      resource["members"] = json::array();
  };
  (void)list();
  EXPECT_THAT(refused(regroup("3", {}, {"app-one"})).what(), HasSubstr("of unknown members"));
}

// The second PUT would take out whom the first one put in and no GET shows.
TEST_F(ScimOddGroupsTest, APutThatIsNotShownIsNotFollowedByAnother) {
  put_groups();
  odd_.show = [](json& resource, bool) {
    if (resource.value("displayName", "") == "app-new") resource.erase("members");
  };
  (void)list();
  (void)apply_all({regroup("1", {}, {"app-new"}), regroup("2", {}, {"app-new"})});
  EXPECT_THAT(refused(regroup("3", {}, {"app-new"})).what(), HasSubstr("0 of 2 members"));
  EXPECT_THAT(odd_.requests("PUT"), SizeIs(1));
}

// Who was deleted in this run is in no group any more.
TEST_F(ScimOddGroupsTest, WhoIsGoneIsNotMissedInAGroup) {
  put_groups();
  (void)list();
  shown_members().erase(1);
  (void)apply(change(Action::kDelete, "2", "2@x.example"));
  (void)apply(regroup("3", {}, {"app-one"}));
  EXPECT_EQ(shown_members(), json::parse(R"([{"value": "1"}, {"value": "3"}])"));
}

// One group that is refused does not cost a reading of all for each of the others.
TEST_F(ScimOddGroupsTest, ARefusalReadsOneGroupAnew) {
  odd_.patch = [](json&, const json&) { return 405; };
  for (int i = 2; i <= 9; ++i) {
    const std::string id = std::to_string(i);
    odd_.resources["/Groups"].push_back(
        {{"id", id}, {"displayName", "app-" + id}, {"members", {{{"value", "1"}}}}});
  }
  (void)list();
  const std::size_t before = odd_.requests().size();
  (void)refused(regroup("1", {"app-2", "app-3", "app-4", "app-5", "app-6"}, {}));
  EXPECT_EQ(odd_.requests().size(), before + 5);
}

TEST_F(ScimOddGroupsTest, NumbersAreIdsTooAndStayNumbers) {
  put_groups();
  shown_members() = {{{"value", 1}}, {{"value", 2}}, {{"value", 2}, {"type", "Group"}}};
  (void)list();
  (void)apply(regroup("2", {"app-one"}, {}));
  (void)apply(regroup("3", {}, {"app-one"}));
  EXPECT_EQ(shown_members(),
            json::parse(R"([{"value": 1}, {"value": 2, "type": "Group"}, {"value": 3}])"));
}

// --- Making and deleting -------------------------------------------------------------------------

TEST_F(ScimOddGroupsTest, AGroupThatTheServiceNamedOtherwiseIsMadeOnce) {
  odd_.make = [](json& made) { made["displayName"] = "PRIMARY_app-two"; };
  (void)list();
  EXPECT_THAT(refused(regroup("1", {}, {"app-two"})).what(), HasSubstr("`PRIMARY_app-two`"));
  (void)list();
  EXPECT_THAT(refused(regroup("1", {}, {"app-two"})).what(), HasSubstr("`PRIMARY_app-two`"));
  EXPECT_THAT(odd_.requests("POST"), SizeIs(1));
}

TEST_F(ScimOddGroupsTest, AGroupThatTheListLeftOutIsFoundBeforeItIsMade) {
  odd_.resources["/Groups"].push_back(
      {{"id", "2"}, {"displayName", "app-two"}, {"members", json::array()}});
  odd_.turn = [](json& page, const std::map<std::string, std::string>& query) {
    json& rows = page["Resources"];
    if (!query.contains("filter") && rows.size() == 2) rows.erase(1), page["totalResults"] = 1;
    return 200;
  };
  (void)list();
  (void)apply(regroup("1", {}, {"app-two"}));
  EXPECT_EQ(odd_.find("/Groups", "2")->at("members"), json::parse(R"([{"value": "1"}])"));
  EXPECT_THAT(odd_.requests("POST"), IsEmpty());
}

TEST_F(ScimOddGroupsTest, AGroupThatHidesItsMembersIsNotTakenForEmpty) {
  values_.set("groups.delete", true);
  make();
  group()["externalId"] = "usher:app-one";
  hide_members(false, true);
  (void)list();
  (void)apply_all({regroup("1", {"app-one"}, {}), regroup("2", {"app-one"}, {})});
  EXPECT_THAT(odd_.requests("DELETE"), IsEmpty());
}

TEST_F(ScimOddGroupsTest, AGroupThatHoldsAGroupIsNotEmpty) {
  values_.set("groups.delete", true);
  make();
  group()["externalId"] = "usher:app-one";
  shown_members() = {{{"value", "1"}}, {{"value", "9"}, {"type", "Group"}}};
  (void)list();
  (void)apply(regroup("1", {"app-one"}, {}));
  EXPECT_THAT(odd_.requests("DELETE"), IsEmpty());
}

}  // namespace
}  // namespace usher::scim
