// What servers do that nobody documents.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/connectors/scim/scim_server.h"

namespace usher::sandbox {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ScimLiesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    id_ = on_.create_id("ann@x.example", {{"title", "CEO"}});
    on_.create("bob@x.example");
  }
  Answer retitle(const char* title) {
    return on_.patch("/Users/" + id_, {{{"op", "replace"}, {"path", "title"}, {"value", title}}});
  }
  json user() { return on_.get("/Users/" + id_).body; }
  json bare() { return {{"schemas", {kUserUrn}}, {"userName", "ann@x.example"}}; }

  ScimServer on_;
  std::string id_;
};

TEST_F(ScimLiesTest, TotalResultsIsThePageSize) {
  on_.set("scim_total_results", "page");
  EXPECT_EQ(on_.get("/Users?count=1").body["totalResults"], 1);
}

TEST_F(ScimLiesTest, PutMerges) {
  on_.set("scim_put", "merge");
  EXPECT_EQ(on_.put("/Users/" + id_, bare()).body["title"], "CEO");
}

TEST_F(ScimLiesTest, AFilterFindsEverybodyOrNobody) {
  on_.set("scim_filter", "too_much");
  EXPECT_THAT(on_.find("userName eq \"ann@x.example\"").names(), SizeIs(2));
  on_.set("scim_filter", "too_little");
  EXPECT_THAT(on_.find("userName eq \"ann@x.example\"").names(), IsEmpty());
  EXPECT_THAT(on_.get("/Users").names(), SizeIs(2));
}

TEST_F(ScimLiesTest, AWriteIsAnsweredAndNotDone) {
  on_.set("scim_ignored_writes", "all");
  EXPECT_EQ(retitle("CTO").status, 200);
  EXPECT_EQ(on_.put("/Users/" + id_, bare()).status, 200);
  EXPECT_EQ(on_.del("/Users/" + id_).status, 204);
  EXPECT_EQ(user()["title"], "CEO");
  on_.set("scim_ignored_writes", "delete");
  EXPECT_EQ(retitle("CTO").body["title"], "CTO");
}

TEST_F(ScimLiesTest, ANewResourceHasNoLocationOrNoBody) {
  on_.set("scim_location", "absent");
  EXPECT_EQ(on_.create("eve").headers.count("Location"), 0);
  on_.set("scim_location", "present");
  on_.set("scim_create_body", "empty");
  auto answer = on_.create("max");
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.text, "");
  EXPECT_EQ(answer.headers.count("Location"), 1);
}

TEST_F(ScimLiesTest, TheSecondDeleteFails) {
  on_.set("scim_delete_twice", "500");
  EXPECT_EQ(on_.del("/Users/" + id_).status, 204);
  EXPECT_EQ(on_.del("/Users/" + id_).status, 500);
  EXPECT_EQ(on_.del(at_user("never-there")).status, 404);
  on_.set("scim_delete_twice", "204");
  EXPECT_EQ(on_.del("/Users/" + id_).status, 204);
}

TEST_F(ScimLiesTest, APatchIsAnsweredInManyWays) {
  on_.set("scim_patch_answer", "204");
  EXPECT_EQ(retitle("A").status, 204);
  on_.set("scim_patch_answer", "200");
  EXPECT_EQ(retitle("B").body["title"], "B");
  on_.set("scim_patch_answer", "empty_object");
  EXPECT_EQ(retitle("C").text, "{}");
}

TEST_F(ScimLiesTest, ReadsLagBehind) {
  on_.set("scim_consistency_seconds", "10");
  auto eve = on_.create_id("eve");
  retitle("CTO");
  EXPECT_EQ(on_.get("/Users/" + eve).status, 404);
  EXPECT_THAT(on_.get("/Users").names(), ElementsAre("ann@x.example", "bob@x.example"));
  EXPECT_EQ(on_.get("/Users").body["totalResults"], 2);
  EXPECT_THAT(on_.find("userName eq \"eve\"").names(), IsEmpty());
  EXPECT_EQ(on_.create("eve").status, 409);
  EXPECT_EQ(user()["title"], "CEO");
  EXPECT_THAT(on_.find("title eq \"CTO\"").names(), IsEmpty());
  on_.pass(10);
  EXPECT_EQ(on_.get("/Users/" + eve).status, 200);
  EXPECT_THAT(on_.get("/Users").names(), SizeIs(3));
  EXPECT_EQ(user()["title"], "CTO");
  EXPECT_THAT(on_.find("title eq \"CTO\"").names(), SizeIs(1));
}

TEST_F(ScimLiesTest, ReadsOfMembersLagBehind) {
  const auto group = "/Groups/" + on_.create_group("Sales").id();
  on_.set("scim_consistency_seconds", "10");
  on_.patch(group, {{{"op", "add"}, {"path", "members"}, {"value", {{{"value", id_}}}}}});
  EXPECT_THAT(on_.get(group).body["members"], IsEmpty());
  on_.pass(10);
  EXPECT_THAT(on_.get(group).body["members"], SizeIs(1));
}

TEST_F(ScimLiesTest, ExternalIdIsNotKept) {
  on_.set("scim_external_id", "dropped");
  EXPECT_FALSE(on_.create("eve", {{"externalId", "E9"}}).body.contains("externalId"));
}

TEST_F(ScimLiesTest, TheFirstOfTwoPrimariesStays) {
  on_.set("scim_two_primaries", "first");
  auto emails = on_.create("eve", json::parse(R"({"emails": [
    {"value": "a", "primary": true}, {"value": "b", "primary": true}]})"))
                    .body["emails"];
  EXPECT_EQ(emails[0]["primary"], true);
  EXPECT_EQ(emails[1]["primary"], false);
}

TEST_F(ScimLiesTest, PagesAreShorterThanAskedFor) {
  on_.set("scim_short_pages", "1");
  EXPECT_THAT(on_.get("/Users?count=2").names(), ElementsAre("ann@x.example"));
  EXPECT_THAT(on_.get("/Users?count=1").names(), ElementsAre("ann@x.example"));
}

TEST_F(ScimLiesTest, NumbersAreTextsAndTextsNumbers) {
  on_.set("scim_counters", "text");
  EXPECT_EQ(on_.get("/Users").body["totalResults"], "2");
  on_.set("scim_error_status", "number");
  EXPECT_EQ(on_.get(at_user("x")).body["status"], 404);
}

TEST_F(ScimLiesTest, AnEmptyListHasNoResources) {
  on_.set("scim_empty_list", "absent");
  EXPECT_FALSE(on_.find("title eq \"x\"").body.contains("Resources"));
  on_.set("scim_empty_list", "null");
  EXPECT_TRUE(on_.find("title eq \"x\"").body["Resources"].is_null());
}

TEST_F(ScimLiesTest, TheConfigurationIsElsewhereOrRubbish) {
  const auto status = [&](const char* path) { return on_.get(path).status; };
  on_.set("scim_spc", "absent");
  EXPECT_EQ(status("/ServiceProviderConfig"), 404);
  EXPECT_EQ(status("/ServiceProviderConfigs"), 404);
  on_.set("scim_spc", "plural");
  EXPECT_EQ(status("/ServiceProviderConfig"), 404);
  EXPECT_EQ(on_.get("/ServiceProviderConfigs").body["patch"]["supported"], true);
  on_.set("scim_spc", "garbage");
  EXPECT_TRUE(on_.get("/ServiceProviderConfig").body.is_discarded());
}

}  // namespace
}  // namespace usher::sandbox
