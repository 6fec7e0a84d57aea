#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/connectors/scim/scim_server.h"

namespace usher::sandbox {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string refusal(const char* scim) {
  try {
    ScimServer on("generic", json::parse(scim));
  } catch (const BadRequest& error) {
    return error.what();
  }
  return "accepted";
}

TEST(ScimSeedTest, HoldsUsersAndGroups) {
  ScimServer on("generic", json::parse(R"({
    "users": [{"id": "u1", "userName": "ann@x.example", "active": false,
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Sales"}}],
    "groups": [{"id": "g1", "displayName": "Sales", "members": ["ANN@x.example"]}]})"));
  auto user = on.get(at_user("u1")).body;
  EXPECT_EQ(user["active"], false);
  EXPECT_EQ(user["meta"]["created"], "2024-01-01T00:00:00Z");
  EXPECT_EQ(user["groups"][0]["value"], "g1");
  EXPECT_EQ(on.get("/Groups/g1").body["members"][0]["value"], "u1");
}

TEST(ScimSeedTest, TellsWhatIsWrong) {
  EXPECT_THAT(refusal(R"({"users": [{"id": "u1"}]})"), HasSubstr("/scim/users/0: userName"));
  EXPECT_THAT(refusal(R"({"users": [{"userName": "a"}, {"userName": "A"}]})"),
              HasSubstr("/scim/users/1/userName: `A` is here already"));
  EXPECT_THAT(refusal(R"({"users": [{"userName": "a", "shoeSize": 43}]})"), HasSubstr("shoeSize"));
  EXPECT_THAT(refusal(R"({"groups": [{"displayName": "G", "members": ["nobody"]}]})"),
              HasSubstr("there is no user `nobody`"));
  EXPECT_THAT(refusal(R"({"generate": [{"count": 2, "user": {"userName": "p"}}]})"),
              HasSubstr("must contain {n}"));
  EXPECT_THAT(refusal(R"({"generate": [{"count": 2}]})"), HasSubstr("are missing"));
  EXPECT_THAT(refusal(R"({"user": []})"), HasSubstr("did you mean `users`"));
}

TEST(ScimSeedTest, MakesManyUsersFromOneTemplate) {
  ScimServer on("generic", json::parse(R"({"generate": [{"count": 100000, "first": 5, "user": {
    "userName": "Person-{n}@x.example", "externalId": "E{n}", "name": {"familyName": "F{n}"}}}]})"));
  auto page = on.get("/Users?startIndex=100000&count=5");
  EXPECT_EQ(page.body["totalResults"], 100'000);
  EXPECT_THAT(page.names(), ElementsAre("Person-100004@x.example"));
  EXPECT_EQ(page.body["Resources"][0]["name"]["familyName"], "F100004");
  EXPECT_THAT(on.find("userName eq \"person-77@x.example\"").names(),
              ElementsAre("Person-77@x.example"));
  EXPECT_THAT(on.find("externalId eq \"E99999\"").names(), ElementsAre("Person-99999@x.example"));
}

TEST(ScimSeedTest, IdsFollowTheProfileEvenLater) {
  ScimServer on("generic", json::parse(R"({"users": [{"userName": "ann", "externalId": "E1"},
                                                      {"id": "mine", "userName": "bob"}]})"));
  on.set("scim_profile", "gitlab");
  EXPECT_EQ(on.get(at_user("E1")).body["id"], "E1");
  EXPECT_EQ(on.get(at_user("mine")).status, 200);
  on.set("scim_profile", "sentry");
  EXPECT_EQ(on.get(at_user("1")).body["id"], "1");
}

class ScimEditTest : public ::testing::Test {
 protected:
  void edit(const char* scim) { on_.act("edit", {{"scim", json::parse(scim)}}); }
  json user() { return on_.find("userName eq \"ann\"").body["Resources"][0]; }
  ScimServer on_{"generic", json::parse(R"({"users": [{"userName": "ann", "title": "CEO"}],
                                            "groups": [{"displayName": "Sales"}]})")};
};

TEST_F(ScimEditTest, SomebodyAddsAndRemoves) {
  edit(R"({"add_user": {"userName": "bob"}})");
  edit(R"({"add_group": {"displayName": "Dev", "members": ["bob"]}})");
  EXPECT_THAT(on_.members("Dev"), ElementsAre("bob"));
  edit(R"({"remove_user": "bob"})");
  EXPECT_THAT(on_.members("Dev"), IsEmpty());
  edit(R"({"remove_group": "Dev"})");
  EXPECT_THAT(on_.get("/Groups").names(), ElementsAre("Sales"));
}

TEST_F(ScimEditTest, SomebodyChangesAUser) {
  edit(R"({"user": "ann", "change": {"title": null, "active": false, "nickName": "A"}})");
  EXPECT_FALSE(user().contains("title"));
  EXPECT_EQ(user()["active"], false);
  EXPECT_EQ(user()["nickName"], "A");
}

TEST_F(ScimEditTest, SomebodyChangesAGroup) {
  edit(R"({"group": "Sales", "add_members": ["ann"], "change": {"externalId": "G1"}})");
  EXPECT_THAT(on_.members("Sales"), ElementsAre("ann"));
  EXPECT_EQ(on_.find("externalId eq \"G1\"", "/Groups").body["totalResults"], 1);
  edit(R"({"group": "Sales", "remove_members": ["ann"]})");
  EXPECT_THAT(on_.members("Sales"), IsEmpty());
}

TEST_F(ScimEditTest, TellsWhatCannotBeDone) {
  EXPECT_THROW(edit(R"({"remove_user": "nobody"})"), BadRequest);
  EXPECT_THROW(edit(R"({"user": "ann", "change": {"userName": ""}})"), BadRequest);
  EXPECT_THROW(edit(R"({"user": "ann", "change": 7})"), BadRequest);
  EXPECT_THROW(edit(R"({"user": "ann"})"), BadRequest);
  EXPECT_THROW(edit(R"({"usre": "ann"})"), BadRequest);
  EXPECT_THROW(on_.act("edit", json::object()), BadRequest);
}

TEST_F(ScimEditTest, ListFaultsAimAtItsLists) {
  on_.act("faults", {{"action", "empty_list"}, {"match", {{"path", "/Users"}}}});
  EXPECT_THAT(on_.get("/Users").names(), IsEmpty());
}

}  // namespace
}  // namespace usher::sandbox
