// The fake as each provider's service.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/scim/profile.h"
#include "tests/connectors/scim/scim_server.h"

namespace usher::sandbox {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const json kPeople = {{"generate", {{{"count", 130}, {"user", {{"userName", "p{n}"}}}}}}};

json members_of(const std::vector<std::string>& ids) {
  json members = json::array();
  for (const auto& id : ids) members.push_back({{"value", id}});
  return members;
}

/// Ids of the first so many users.
std::vector<std::string> ids(ScimServer& on, std::size_t count) {
  std::vector<std::string> result;
  const json state = on.state();
  for (const auto& user : state.at("users")) {
    if (result.size() < count) result.push_back(user["id"]);
  }
  return result;
}

json add(const std::vector<std::string>& who) {
  return {{"op", "add"}, {"path", "members"}, {"value", members_of(who)}};
}

json remove(const std::string& id) {
  return {{"op", "remove"}, {"path", "members[value eq \"" + id + "\"]"}};
}

json replace(const char* path, const json& value) {
  return {{"op", "replace"}, {"path", path}, {"value", value}};
}

// --- AWS -----------------------------------------------------------------------------------------

class ScimAwsTest : public ::testing::Test {
 protected:
  ScimServer on_{"aws-iam-identity-center", kPeople};
};

TEST_F(ScimAwsTest, GroupsNeverShowTheirMembers) {
  const auto who = ids(on_, 2);
  auto id = on_.create_group("Sales", who).id();
  EXPECT_THAT(on_.get("/Groups/" + id).body["members"], IsEmpty());
  EXPECT_FALSE(on_.get("/Users/" + who[0]).body.contains("groups"));
  EXPECT_THAT(on_.find("members.value eq \"" + who[0] + "\"", "/Groups").names(),
              ElementsAre("Sales"));
  EXPECT_THAT(on_.find("id eq \"" + id + "\" and members eq \"" + who[1] + "\"", "/Groups").names(),
              ElementsAre("Sales"));
  EXPECT_EQ(on_.find("members eq \"nobody\"", "/Groups").status, 404);
}

TEST_F(ScimAwsTest, TakesAHundredMembershipChanges) {
  const auto group = "/Groups/" + on_.create_group("Sales").id();
  const auto who = ids(on_, 101);
  auto refused = on_.patch(group, {add(who)});
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.text, HasSubstr("ValidationException"));
  EXPECT_TRUE(refused.body.contains("schema"));
  EXPECT_EQ(on_.patch(group, {add({who.begin(), who.end() - 1})}).status, 204);
  EXPECT_EQ(on_.patch(group, {replace("members", members_of({who[0]}))}).status, 400);
  EXPECT_EQ(on_.patch(group, {{{"op", "remove"}, {"path", "members"}}}).status, 400);
  EXPECT_EQ(on_.patch(group, {remove(who[0]), remove(who[1])}).status, 204);
  EXPECT_THAT(on_.members("Sales"), SizeIs(98));
  EXPECT_EQ(on_.create_group("Big", who).status, 400);
}

TEST_F(ScimAwsTest, FiltersAreEqAndAnd) {
  EXPECT_EQ(on_.find("userName eq \"p1\" and active eq true").status, 200);
  for (const char* filter : {"userName sw \"p1\"", "userName eq \"p1\" or userName eq \"p2\"",
                             "not (userName eq \"p1\")", "emails[type eq \"work\"]"}) {
    EXPECT_EQ(on_.find(filter).scim_type(), "invalidFilter") << filter;
  }
  EXPECT_EQ(on_.find("members.type eq \"User\"", "/Groups").status, 400);
}

TEST_F(ScimAwsTest, PagesByCursorOnRequestOnly) {
  auto plain = on_.get("/Users?startIndex=101&count=100").body;
  EXPECT_EQ(plain["Resources"][0]["userName"], "p1");
  EXPECT_EQ(plain["totalResults"], 130);
  EXPECT_FALSE(plain.contains("nextCursor"));
  auto first = on_.get("/Users?count=100&cursor=").body;
  EXPECT_EQ(first["Resources"].size(), 100);
  EXPECT_FALSE(first.contains("totalResults"));
  EXPECT_FALSE(first.contains("startIndex"));
  auto second = on_.get("/Users?count=100&cursor=" + first["nextCursor"].get<std::string>()).body;
  EXPECT_EQ(second["Resources"].size(), 30);
  EXPECT_FALSE(second.contains("nextCursor"));
}

TEST_F(ScimAwsTest, PatchIsADialect) {
  const auto user = "/Users/" + ids(on_, 1)[0];
  const auto status = [&](const json& operations) { return on_.patch(user, operations).status; };
  EXPECT_EQ(status({{{"op", "replace"}, {"value", {{"title", "A"}, {"locale", "de"}}}}}), 400);
  EXPECT_EQ(status({{{"op", "replace"}, {"value", {{"title", "A"}}}}}), 200);
  EXPECT_EQ(status({replace("active", false), replace("active", true)}), 400);
  EXPECT_EQ(status({{{"op", "remove"}, {"path", "active"}}}), 400);
  EXPECT_EQ(status({replace("photos", json::array())}), 400);
  EXPECT_EQ(status({replace("emails", {{{"value", "a"}}, {{"value", "b"}}})}), 400);
  EXPECT_EQ(on_.create("x", {{"ims", {{{"value", "x"}}}}}).status, 400);
  EXPECT_EQ(on_.call("PUT", "/Groups/" + on_.create_group("G").id(), "{}").status, 405);
  EXPECT_EQ(on_.post("/Users/.search", json::object()).status, 405);
}

// --- Entra ---------------------------------------------------------------------------------------

class ScimEntraTest : public ::testing::Test {
 protected:
  void SetUp() override {
    on_.base = "/scim/oauth";
    on_.token =
        on_.call("POST", "/token", "grant_type=client_credentials&client_id=c&client_secret=s",
                 {{"Content-Type", "application/x-www-form-urlencoded"}})
            .body["access_token"];
    on_.base = "/scim/v2";
  }
  static json seed() {
    auto seed = kPeople;
    seed["oauth_clients"] = {{{"client_id", "c"}, {"client_secret", "s"}}};
    return seed;
  }
  ScimServer on_{"entra-scim-api", seed()};
};

TEST_F(ScimEntraTest, TakesAccessTokensOnly) {
  EXPECT_EQ(on_.get("/Users").status, 200);
  on_.token = "secret-token";
  EXPECT_EQ(on_.get("/Users").status, 401);
}

TEST_F(ScimEntraTest, PagesByCursorWhateverIsAsked) {
  auto page = on_.get("/Users?startIndex=101");
  EXPECT_THAT(page.names("resources"), SizeIs(10));
  EXPECT_TRUE(page.body.contains("nextCursor"));
  EXPECT_EQ(page.body["resources"][0]["meta"]["resourceType"], "user");
  EXPECT_THAT(on_.get("/Users?count=1000").names("resources"), SizeIs(100));
  EXPECT_EQ(on_.get("/Users?filter=%20userName%20eq%20%22p1%22").status, 400);
  EXPECT_THAT(on_.get("/Users?filter=userName%20ew%20%221%22").names("resources"), SizeIs(10));
}

TEST_F(ScimEntraTest, ChangesMembersInSmallSteps) {
  const auto group = "/Groups/" + on_.create_group("Sales").id();
  const auto who = ids(on_, 21);
  EXPECT_EQ(on_.patch(group, {add(who)}).status, 400);
  EXPECT_EQ(on_.patch(group, {add({who.begin(), who.end() - 1})}).status, 204);
  EXPECT_EQ(on_.patch(group, {remove(who[0]), remove(who[1])}).status, 400);
  EXPECT_EQ(on_.patch(group, {remove(who[0]), replace("displayName", "S")}).status, 400);
  EXPECT_EQ(on_.patch(group, {remove(who[0])}).status, 204);
  EXPECT_THAT(on_.members("Sales"), SizeIs(19));
  EXPECT_THAT(on_.get(group).body["members"], IsEmpty());
}

TEST_F(ScimEntraTest, WantsMoreThanAName) {
  json user = json::parse(R"({"password": "p", "active": true, "displayName": "Ann Ng",
    "name": {"givenName": "Ann", "familyName": "Ng"},
    "urn:ietf:params:scim:schemas:extension:Microsoft:Entra:2.0:User": {"mailNickname": "ann"}})");
  auto created = on_.create("ann@x.example", user);
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(created.body["schemas"].size(), 2);
  for (const auto& [name, unused] : user.items()) {
    auto less = user;
    less.erase(name);
    EXPECT_EQ(on_.create("bob@x.example", less).status, 400) << name;
  }
  const auto path = "/Users/" + created.id();
  EXPECT_EQ(on_.call("PUT", path, created.text).status, 405);
  EXPECT_EQ(on_.patch(path, {replace("emails", {{{"value", "a"}}})}).status, 400);
  EXPECT_EQ(on_.patch(path, {replace("emails[type eq \"work\"].value", "a")}).status, 204);
}

// --- The others ----------------------------------------------------------------------------------

TEST(ScimSlackTest, ShowsTenAndDeactivatesOnDelete) {
  ScimServer on("slack", kPeople);
  EXPECT_THAT(on.get("/Users").names(), SizeIs(10));
  EXPECT_FALSE(on.get("/ServiceProviderConfig").body["filter"]["supported"]);
  EXPECT_THAT(on.find("userName eq \"p7\"").names(), ElementsAre("p7"));
  const auto path = "/Users/" + ids(on, 1)[0];
  EXPECT_EQ(on.del(path).status, 204);
  EXPECT_EQ(on.get(path).body["active"], false);
}

TEST(ScimSlackTest, KeepsItsPublishedLimits) {
  ScimServer on("slack");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(on.create("p" + std::to_string(i)).status, 201);
  auto refused = on.create("p20");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.at("Retry-After"), "1");
  EXPECT_EQ(on.get("/Users").status, 200);
  on.pass(1);
  EXPECT_EQ(on.create("p20").status, 201);
  on.set("scim_rate_classes", "no");
  for (int i = 21; i < 50; ++i) EXPECT_EQ(on.create("p" + std::to_string(i)).status, 201);
}

TEST(ScimMiroTest, LargeGroupChangesAreScarceAndBounded) {
  ScimServer on("miro", kPeople);
  const auto group = "/Groups/" + on.create_group("Sales").id();
  const auto who = ids(on, 20);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(on.patch(group, {add(who)}).status, 204);
  EXPECT_EQ(on.patch(group, {add(who)}).status, 429);
  EXPECT_EQ(on.patch(group, {add({who[0]})}).status, 204);
  on.pass(30);
  EXPECT_EQ(on.patch(group, {add(std::vector<std::string>(8001, who[0]))}).status, 413);
  EXPECT_EQ(on.patch(group, {replace("displayName", std::string(800'000, 'x'))}).status, 413);
}

TEST(ScimGitHubTest, PathsAreExactAndFiltersSimple) {
  ScimServer on("github-enterprise", kPeople);
  EXPECT_EQ(on.get("/users").status, 404);
  EXPECT_EQ(on.find("userName eq \"p1\"").status, 200);
  EXPECT_EQ(on.find("userName eq \"p1\" and active eq true").status, 400);
  EXPECT_EQ(on.find("title eq \"x\"").status, 400);
}

TEST(ScimGitLabTest, TheIdIsTheExternalIdAndAlmostNothingChanges) {
  ScimServer on("gitlab");
  auto user = on.create(
      "ann", {{"externalId", "E1"}, {"name", {{"givenName", "Ann"}, {"familyName", "Ng"}}}});
  EXPECT_EQ(user.id(), "E1");
  EXPECT_EQ(user.body["name.formatted"], "Ann Ng");
  EXPECT_FALSE(user.body.contains("name"));
  const auto patch = [&](const char* op, const char* path, const json& value) {
    return on.patch(at_user("E1"), {{{"op", op}, {"path", path}, {"value", value}}}).status;
  };
  EXPECT_EQ(patch("Replace", "title", "CEO"), 400);
  EXPECT_EQ(patch("replace", "active", "true"), 400);
  EXPECT_EQ(patch("Replace", "active", true), 400);
  EXPECT_EQ(patch("Replace", "id", "E2"), 204);
  EXPECT_EQ(on.get(at_user("E2")).status, 200);
  EXPECT_EQ(on.find("id eq \"E2\"").names(), std::vector<std::string>{"ann"});
  EXPECT_EQ(on.get("/Groups").status, 404);
  EXPECT_EQ(
      on.patch(at_user("E2"), {{{"op", "Replace"}, {"path", "active"}, {"value", "false"}}}).status,
      204);
  EXPECT_EQ(on.get(at_user("E2")).status, 404);
}

TEST(ScimAtlassianTest, TheDeletedAreHiddenAndComeBackWithoutGroups) {
  ScimServer on("atlassian", kPeople);
  const auto id = ids(on, 1)[0];
  on.create_group("Sales", {id});
  EXPECT_EQ(on.del("/Users/" + id).status, 204);
  EXPECT_EQ(on.get("/Users/" + id).status, 404);
  EXPECT_EQ(on.get("/Users").body["totalResults"], 129);
  EXPECT_THAT(on.find("userName eq \"p1\"").names(), ElementsAre("p1"));
  EXPECT_EQ(on.patch("/Users/" + id, {replace("active", true)}).status, 200);
  EXPECT_EQ(on.get("/Users/" + id).body["active"], true);
  EXPECT_THAT(on.members("Sales"), IsEmpty());
}

TEST(ScimAtlassianTest, AHiddenAccountIsLinkedAgain) {
  ScimServer on("atlassian", kPeople);
  const auto id = ids(on, 1)[0];
  on.del("/Users/" + id);
  auto again = on.create("p1");
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.id(), id);
  EXPECT_EQ(on.create("p1").status, 409);
}

TEST(ScimAtlassianTest, TakesVerifiedDomainsOnly) {
  ScimServer on("atlassian");
  on.set("scim_verified_domains", "x.example, y.example");
  EXPECT_EQ(on.create("ann@X.example").status, 201);
  EXPECT_EQ(on.create("bob@z.example").status, 400);
  EXPECT_EQ(on.create("eve", {{"emails", {{{"value", "e@z.example"}}}}}).status, 400);
}

TEST(ScimDatabricksTest, FiltersHaveTwoHundredNodes) {
  ScimServer on("databricks");
  std::string filter = "title pr";
  for (int i = 0; i < 99; ++i) filter += " or title pr";
  EXPECT_EQ(on.find(filter).status, 200);
  for (int i = 0; i < 100; ++i) filter += " or title pr";
  EXPECT_EQ(on.find(filter).scim_type(), "invalidFilter");
}

TEST(ScimSnowflakeTest, AListOfEverybodyIsNobody) {
  ScimServer on("snowflake", kPeople);
  auto list = on.get("/Users");
  EXPECT_THAT(list.names(), ElementsAre("synthesis_user"));
  EXPECT_EQ(list.body["Resources"][0]["id"], "1");
  EXPECT_THAT(on.find("userName eq \"p1\"").names(), ElementsAre("p1"));
  EXPECT_THAT(on.find("userName sw \"p13\"").names(), ElementsAre("p13", "p130"));
  EXPECT_THAT(on.find("userName eq \"p1\" and active eq true").names(), IsEmpty());
}

TEST(ScimDatadogTest, FindsByUserNameOnly) {
  ScimServer on("datadog", kPeople);
  EXPECT_THAT(on.find("userName eq \"p1\"").names(), ElementsAre("p1"));
  EXPECT_EQ(on.find("externalId eq \"x\"").status, 400);
  EXPECT_EQ(on.get("/Groups").status, 404);
  EXPECT_FALSE(on.get("/Users?cursor=").body.contains("nextCursor"));
}

TEST(ScimSentryTest, DeactivatingDeletes) {
  ScimServer on("sentry", kPeople);
  auto user = on.create("ann", {{"name", {{"givenName", "Ann"}}}});
  EXPECT_EQ(user.headers.at("Content-Type"), "application/json+scim");
  EXPECT_EQ(user.body["name"], json({{"givenName", "N/A"}, {"familyName", "N/A"}}));
  EXPECT_EQ(user.id(), "131");
  EXPECT_EQ(on.get("/Users?startIndex=0").status, 400);
  EXPECT_EQ(on.patch(at_user("131"), {replace("title", "CEO")}).status, 400);
  EXPECT_EQ(on.call("PUT", at_user("131"), user.text).status, 405);
  EXPECT_EQ(on.patch(at_user("131"), {replace("active", false)}).status, 204);
  EXPECT_EQ(on.get(at_user("131")).status, 404);
}

}  // namespace
}  // namespace usher::sandbox
