#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/connectors/scim/scim_server.h"

namespace usher::sandbox {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class ScimFilterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    on_.create("Bob@x.example", json::parse(R"({"externalId": "AbC", "title": "CEO",
      "emails": [{"value": "a@1", "type": "work"}, {"value": "b@2", "type": "home"}]})"));
    on_.create("eve@x.example", {{"active", false}});
  }
  std::vector<std::string> find(const std::string& filter) {
    auto answer = on_.find(filter);
    EXPECT_EQ(answer.status, 200) << filter << answer.text;
    return answer.names();
  }
  ScimServer on_;
};

TEST_F(ScimFilterTest, NobodyIsAnEmptyList) {  // S40
  auto answer = on_.find("userName eq \"nobody\"");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body["totalResults"], 0);
  EXPECT_EQ(answer.body["Resources"], json::array());
}

TEST_F(ScimFilterTest, FindsWhatItShould) {
  struct Case {
    const char* filter;
    int found;
  };
  const Case cases[] = {
      {R"(USERNAME Eq "bob@X.example")", 1},                              // S41
      {R"(externalId eq "abc")", 0},                                      // S42
      {R"(externalId eq "AbC")", 1},                                      // S42
      {R"(emails[type eq "work"].value eq "a@1")", 1},                    // S43
      {R"(emails.value eq "a@1")", 1},                                    // S44
      {R"(emails co "@2")", 1},                                           // S44
      {R"(emails[value eq "A@1"])", 1},                                   // S44
      {R"(emails[type eq "work" and value co "2"])", 0},                  // S45
      {R"(emails.type eq "work" and emails.value co "2")", 1},            // S45
      {R"(userName sw "eve" or title eq "CEO" and active eq false)", 1},  // S46
      {"not (active eq true)", 1},                                        // S47
      {"not(title pr)", 1},                                               // S47
      {R"(meta.lastModified gt "2026-01-01T00:00:00+01:00")", 2},         // S51
      {R"(meta.lastModified lt "2026-01-01T00:00:00Z")", 0},              // S51
      {R"(userName eq "bob@x.example" and active eq false)", 0},
      {R"(urn:ietf:params:scim:schemas:core:2.0:User:userName eq "bob@x.example")", 1},
      {R"(urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department pr)", 0},
  };
  for (const auto& [filter, found] : cases) EXPECT_THAT(find(filter), SizeIs(found)) << filter;
}

TEST_F(ScimFilterTest, RefusesWhatIsNoFilter) {  // S49 S50
  for (const char* filter :
       {"userName foo \"x\"", "emails[type eq \"work\"", "active gt true", "active co \"x\"",
        "shoeSize eq 43", "emails[shoeSize eq 43]", "userName[value eq \"x\"]x", "name.size pr"}) {
    auto answer = on_.find(filter);
    EXPECT_EQ(answer.status, 400) << filter;
    EXPECT_EQ(answer.scim_type(), "invalidFilter") << filter;
  }
}

TEST_F(ScimFilterTest, RefusesFiltersOfThousandsOfNodes) {  // S49
  std::string filter = "title pr";
  for (int i = 0; i < 10'000; ++i) filter += " or title pr";
  const json search = {{"schemas", {"urn:ietf:params:scim:api:messages:2.0:SearchRequest"}},
                       {"filter", filter}};
  EXPECT_EQ(on_.post("/Users/.search", search).scim_type(), "invalidFilter");
}

class ScimPagingTest : public ::testing::Test {
 protected:
  ScimServer on_{"generic", {{"generate", {{{"count", 250}, {"user", {{"userName", "p{n}"}}}}}}}};
};

TEST_F(ScimPagingTest, WalksByIndex) {  // S52
  std::vector<std::string> seen;
  for (const auto& [start, rows] : {std::pair(1, 100), {101, 100}, {201, 50}}) {
    auto page = on_.get("/Users?startIndex=" + std::to_string(start) + "&count=100");
    EXPECT_EQ(page.body["totalResults"], 250);
    EXPECT_EQ(page.body["itemsPerPage"], rows);
    EXPECT_EQ(page.body["startIndex"], start);
    for (const auto& name : page.names()) seen.push_back(name);
  }
  EXPECT_EQ(seen.size(), 250);
  EXPECT_EQ(seen.front(), "p1");
  EXPECT_EQ(seen.back(), "p250");
}

TEST_F(ScimPagingTest, BoundsWhatIsAskedFor) {
  struct Case {
    const char* query;
    std::size_t rows;
  };
  const Case cases[] = {{"startIndex=0&count=7", 7},
                        {"startIndex=-5&count=7", 7},  // S53
                        {"count=-1", 0},
                        {"count=0", 0},  // S53
                        {"startIndex=251", 0},
                        {"startIndex=999", 0},  // S54
                        {"count=100000", 250},
                        {"", 100}};  // S55
  for (const auto& [query, rows] : cases) {
    auto page = on_.get("/Users?" + std::string(query));
    EXPECT_EQ(page.body["Resources"].size(), rows) << query;
    EXPECT_EQ(page.body["totalResults"], 250) << query;
  }
  on_.set("scim_profile_overrides", "max_page_size=30");
  EXPECT_EQ(on_.get("/Users?count=100000").body["Resources"].size(), 30);
  EXPECT_EQ(on_.get("/Users?count=many").scim_type(), "invalidValue");
}

TEST_F(ScimPagingTest, WalksByCursorWhileUsersGo) {  // S56 S58
  std::set<std::string> seen;
  std::string query = "?count=100&cursor=";
  while (true) {
    auto page = on_.get("/Users" + query).body;
    EXPECT_FALSE(page.contains("startIndex"));
    for (const auto& user : page["Resources"]) seen.insert(user["userName"]);
    // An index walk would now skip a row.
    on_.del("/Users/" + page["Resources"][0]["id"].get<std::string>());
    if (!page.contains("nextCursor")) break;
    query = "?count=100&cursor=" + page["nextCursor"].get<std::string>();
  }
  EXPECT_THAT(seen, SizeIs(250));
}

TEST_F(ScimPagingTest, RefusesCursorsThatDoNotFit) {  // S56
  const std::string cursor = on_.get("/Users?count=10&cursor=").body["nextCursor"];
  const auto refused = [&](const std::string& query) { return on_.get(query).scim_type(); };
  EXPECT_EQ(refused("/Users?count=10&cursor=" + cursor), "");
  EXPECT_EQ(refused("/Users?count=10&cursor=0" + cursor), "invalidCursor");
  EXPECT_EQ(refused("/Users?count=10&cursor=x"), "invalidCursor");
  EXPECT_EQ(refused("/Groups?count=10&cursor=" + cursor), "invalidCursor");
  EXPECT_EQ(refused("/Users?count=10&filter=title%20pr&cursor=" + cursor), "invalidCursor");
  EXPECT_EQ(refused("/Users?count=11&cursor=" + cursor), "invalidCount");
  on_.set("scim_cursor_lifetime", "60");
  on_.pass(61);
  EXPECT_EQ(refused("/Users?count=10&cursor=" + cursor), "expiredCursor");
}

TEST_F(ScimPagingTest, SearchIsTheSameWithoutTheUrl) {  // S59
  const json search = {{"schemas", {"urn:ietf:params:scim:api:messages:2.0:SearchRequest"}},
                       {"filter", "userName sw \"p2\""},
                       {"attributes", {"userName"}},
                       {"startIndex", 3},
                       {"count", 5}};
  EXPECT_EQ(
      on_.post("/Users/.search", search).body,
      on_.get("/Users?filter=userName%20sw%20%22p2%22&attributes=userName&startIndex=3&count=5")
          .body);
  EXPECT_EQ(on_.post("/Users/.search", {{"filter", "title pr"}}).status, 400);
  EXPECT_EQ(on_.get("/Users/.search").status, 405);
}

TEST_F(ScimPagingTest, AFilteredListIsPagedByCursorToo) {
  auto first = on_.get("/Users?filter=userName%20sw%20%22p2%22&count=50&cursor=").body;
  EXPECT_EQ(first["totalResults"], 62);
  auto second = on_.get("/Users?filter=userName%20sw%20%22p2%22&count=50&cursor=" +
                        first["nextCursor"].get<std::string>());
  EXPECT_EQ(second.body["Resources"].size(), 12);
}

TEST(ScimSortTest, SortsAndPutsTheMissingLast) {  // S60
  ScimServer on;
  on.create("a", {{"name", {{"familyName", "Zed"}}}});
  on.create("b");
  on.create("c", {{"name", {{"familyName", "abel"}}}});
  EXPECT_THAT(on.get("/Users?sortBy=name.familyName").names(), ElementsAre("c", "a", "b"));
  EXPECT_THAT(on.get("/Users?sortBy=name.familyName&sortOrder=descending").names(),
              ElementsAre("b", "a", "c"));
  EXPECT_EQ(on.get("/Users?sortBy=shoeSize").status, 400);
  on.set("scim_profile_overrides", "sort=false");
  EXPECT_THAT(on.get("/Users?sortBy=name.familyName").names(), ElementsAre("a", "b", "c"));
}

TEST(ScimSortTest, ASortedListIsPagedByCursorToo) {
  ScimServer on;
  for (const char* name : {"c", "a", "b"}) on.create(name);
  auto first = on.get("/Users?sortBy=userName&count=2&cursor=");
  EXPECT_THAT(first.names(), ElementsAre("a", "b"));
  EXPECT_THAT(
      on.get("/Users?sortBy=userName&count=2&cursor=" + first.body["nextCursor"].get<std::string>())
          .names(),
      ElementsAre("c"));
}

TEST(ScimGroupListTest, LeavesMembersOut) {  // S34
  ScimServer on;
  on.create_group("Sales", {on.create_id("a")});
  auto row = on.get("/Groups?excludedAttributes=members").body["Resources"][0];
  EXPECT_FALSE(row.contains("members"));
  EXPECT_EQ(row["displayName"], "Sales");
  EXPECT_THAT(on.find("displayName eq \"SALES\"", "/Groups").names(), ElementsAre("Sales"));
}

}  // namespace
}  // namespace usher::sandbox
