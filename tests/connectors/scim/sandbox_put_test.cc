#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/connectors/scim/scim_server.h"

namespace usher::sandbox {
namespace {

using ::testing::ElementsAre;

class ScimPutTest : public ::testing::Test {
 protected:
  void SetUp() override {
    user_ = on_.create("ann@x.example", json::parse(R"({"title": "CEO", "active": false,
      "name": {"givenName": "Ann", "familyName": "Ng"}})"))
                .body;
    path_ = "/Users/" + user_["id"].get<std::string>();
  }
  ScimServer on_;
  json user_;
  std::string path_;
};

TEST_F(ScimPutTest, ChangesWhatDiffers) {  // S65
  auto wanted = user_;
  wanted["name"]["givenName"] = "Anna";
  auto answer = on_.put(path_, wanted);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body["id"], user_["id"]);
  EXPECT_NE(answer.body["meta"]["version"], user_["meta"]["version"]);
  wanted["meta"] = answer.body["meta"];
  EXPECT_EQ(answer.body, wanted);
}

TEST_F(ScimPutTest, TheSameAgainChangesNothing) {
  EXPECT_EQ(on_.put(path_, user_).body, user_);
}

TEST_F(ScimPutTest, ClearsWhatIsLeftOutButNotActive) {  // S66 S67
  auto answer = on_.put(path_, {{"schemas", {kUserUrn}}, {"userName", "ann@x.example"}}).body;
  EXPECT_FALSE(answer.contains("title"));
  EXPECT_EQ(answer["active"], false);
}

TEST_F(ScimPutTest, ReplacesMembersWithoutAsking) {  // S68
  auto bob = on_.create_id("bob@x.example");
  auto group = on_.create_group("Sales", {user_["id"]}).body;
  group["members"][0]["value"] = bob;
  EXPECT_EQ(on_.put("/Groups/" + group["id"].get<std::string>(), group).status, 200);
  EXPECT_THAT(on_.members("Sales"), ElementsAre("bob@x.example"));
}

TEST_F(ScimPutTest, NeverCreates) {  // S69
  EXPECT_EQ(on_.put(at_user("nobody"), user_).status, 404);
  EXPECT_EQ(on_.get("/Users").body["totalResults"], 1);
}

TEST_F(ScimPutTest, ATakenNameIsAConflict) {  // S70
  on_.create("bob@x.example");
  user_["userName"] = "BOB@x.example";
  EXPECT_EQ(on_.put(path_, user_).status, 409);
}

TEST_F(ScimPutTest, AStaleVersionIsRefused) {
  on_.patch(path_, {{{"op", "replace"}, {"path", "title"}, {"value", "CTO"}}});
  const ScimServer::Headers stale = {{"If-Match", user_["meta"]["version"]}};
  EXPECT_EQ(on_.call("PUT", path_, user_.dump(), stale).status, 412);
  EXPECT_EQ(on_.call("DELETE", path_, "", stale).status, 412);
  const ScimServer::Headers fresh = {{"If-Match", on_.get(path_).headers.at("ETag")}};
  EXPECT_EQ(on_.call("PUT", path_, user_.dump(), fresh).status, 200);
}

}  // namespace
}  // namespace usher::sandbox
