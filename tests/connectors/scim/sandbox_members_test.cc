#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/connectors/scim/scim_server.h"

namespace usher::sandbox {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ScimMembersTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"a", "b", "c"}) ids_[name] = on_.create_id(name);
    group_ = "/Groups/" + on_.create_group("Sales", {ids_["a"], ids_["b"]}).id();
  }
  Answer patch(const json& operations) { return on_.patch(group_, operations); }
  json member(const char* name) { return {{"$ref", nullptr}, {"value", ids_[name]}}; }
  std::string path(const char* name) { return "members[value eq \"" + ids_[name] + "\"]"; }

  ScimServer on_;
  std::map<std::string, std::string> ids_;
  std::string group_;
};

TEST_F(ScimMembersTest, AreShownOnBothSides) {
  auto group = on_.get(group_).body;
  EXPECT_EQ(group["members"][0]["value"], ids_["a"]);
  EXPECT_EQ(group["members"][0]["type"], "User");
  EXPECT_EQ(group["members"][0]["display"], "a");
  auto user = on_.get("/Users/" + ids_["a"]).body;
  EXPECT_EQ(user["groups"][0]["display"], "Sales");
  EXPECT_EQ(user["groups"][0]["$ref"], group["meta"]["location"]);
  EXPECT_FALSE(on_.get(group_ + "?excludedAttributes=members").body.contains("members"));
}

TEST_F(ScimMembersTest, AreAdded) {  // S91
  auto answer =
      patch({{{"op", "Add"}, {"path", "members"}, {"value", {member("c"), member("a")}}}});
  EXPECT_EQ(answer.status, 204);
  EXPECT_THAT(on_.members("Sales"), ElementsAre("a", "b", "c"));
}

TEST_F(ScimMembersTest, ListedOnesAreRemovedNeverAll) {  // S92
  patch({{{"op", "Remove"}, {"path", "members"}, {"value", {member("b")}}}});
  EXPECT_THAT(on_.members("Sales"), ElementsAre("a"));
}

TEST_F(ScimMembersTest, AreRemovedAndAddedInOneRequest) {  // S93
  patch({{{"op", "remove"}, {"path", path("b")}},
         {{"op", "add"}, {"path", "members"}, {"value", {member("c")}}}});
  EXPECT_THAT(on_.members("Sales"), ElementsAre("a", "c"));
}

TEST_F(ScimMembersTest, AreReplaced) {  // S94
  patch({{{"op", "replace"}, {"path", "members"}, {"value", {member("b"), member("c")}}}});
  EXPECT_THAT(on_.members("Sales"), ElementsAre("b", "c"));
}

TEST_F(ScimMembersTest, AreAllRemovedOnlyWhereThatIsAllowed) {  // S95
  const json all = {{{"op", "remove"}, {"path", "members"}}};
  on_.set("scim_profile_overrides", "member_remove_all=false");
  EXPECT_EQ(patch(all).status, 400);
  EXPECT_THAT(on_.members("Sales"), SizeIs(2));
  on_.set("scim_profile_overrides", "");
  EXPECT_EQ(patch(all).status, 204);
  EXPECT_THAT(on_.members("Sales"), IsEmpty());
}

TEST_F(ScimMembersTest, AnUnknownOneSpoilsTheWholeRequest) {  // S96
  const json operations = {
      {{"op", "add"}, {"path", "members"}, {"value", {member("c"), {{"value", "nobody"}}}}}};
  auto answer = patch(operations);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.scim_type(), "invalidValue");
  EXPECT_THAT(on_.members("Sales"), ElementsAre("a", "b"));
  on_.set("scim_unknown_member", "ignore");
  EXPECT_EQ(patch(operations).status, 204);
  EXPECT_THAT(on_.members("Sales"), ElementsAre("a", "b", "c"));
}

TEST_F(ScimMembersTest, AreNeverRewritten) {
  for (const char* sub : {"", ".value"}) {
    EXPECT_EQ(
        patch({{{"op", "replace"}, {"path", path("a") + sub}, {"value", ids_["c"]}}}).scim_type(),
        "mutability");
  }
}

TEST_F(ScimMembersTest, AThousandInOneOperation) {  // S97
  ScimServer on("generic", {{"generate", {{{"count", 1000}, {"user", {{"userName", "p{n}"}}}}}}});
  const auto group = "/Groups/" + on.create_group("All").id();
  json members = json::array();
  auto users = on.get("/Users?count=1000&attributes=id");
  for (const auto& user : users.body["Resources"]) {
    members.push_back({{"value", user["id"]}});
  }
  EXPECT_EQ(on.patch(group, {{{"op", "add"}, {"path", "members"}, {"value", members}}}).status,
            204);
  EXPECT_EQ(on.get(group).body["members"].size(), 1000);
}

TEST_F(ScimMembersTest, NobodyIsLostWhenManyAddAtOnce) {  // S98
  ScimServer on("generic", {{"generate", {{{"count", 50}, {"user", {{"userName", "p{n}"}}}}}}});
  const auto group = "/Groups/" + on.create_group("All").id();
  auto users = on.get("/Users").body["Resources"];
  std::vector<std::thread> threads;
  for (const auto& user : users) {
    threads.emplace_back([&on, &group, id = user["id"]] {
      on.patch(group, {{{"op", "add"}, {"path", "members"}, {"value", {{{"value", id}}}}}});
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(on.get(group).body["members"], SizeIs(50));
}

TEST_F(ScimMembersTest, StayWhileTheyAreInactive) {  // S112
  for (const bool active : {false, true}) {
    on_.patch("/Users/" + ids_["a"], {{{"op", "replace"}, {"path", "active"}, {"value", active}}});
    EXPECT_THAT(on_.members("Sales"), ElementsAre("a", "b"));
  }
}

TEST_F(ScimMembersTest, AreFoundByFilters) {
  const auto find = [&](const std::string& filter) { return on_.find(filter, "/Groups").names(); };
  on_.create_group("Empty");
  EXPECT_THAT(find("members eq \"" + ids_["a"] + "\""), ElementsAre("Sales"));
  EXPECT_THAT(find("members.value eq \"" + ids_["c"] + "\""), IsEmpty());
  EXPECT_THAT(find("members[display eq \"b\"]"), ElementsAre("Sales"));
  EXPECT_THAT(find("not (members pr)"), ElementsAre("Empty"));
  EXPECT_THAT(on_.find("groups.value eq \"" + group_.substr(8) + "\"").names(),
              ElementsAre("a", "b"));
}

TEST_F(ScimMembersTest, AGroupMayBeAMember) {
  auto inner = on_.create_group("Inner").id();
  patch({{{"op", "add"}, {"path", "members"}, {"value", {{{"value", inner}}}}}});
  EXPECT_EQ(on_.get(group_).body["members"][2]["type"], "Group");
  on_.del(group_);
  EXPECT_EQ(on_.get("/Groups/" + inner).status, 200);
}

TEST_F(ScimMembersTest, AGroupNameIsTakenOnce) {
  EXPECT_EQ(on_.create_group("SALES").status, 409);
  on_.set("scim_profile_overrides", "group_name_unique=false");
  EXPECT_EQ(on_.create_group("SALES").status, 201);
}

}  // namespace
}  // namespace usher::sandbox
