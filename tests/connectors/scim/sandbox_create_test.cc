#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/connectors/scim/scim_server.h"

namespace usher::sandbox {
namespace {

using ::testing::EndsWith;

class ScimCreateTest : public ::testing::Test {
 protected:
  json created(const json& more) {
    return on_.get("/Users/" + on_.create_id("ann@x.example", more)).body;
  }
  ScimServer on_;
};

TEST_F(ScimCreateTest, AFullResourceGetsIdAndMeta) {  // S20
  auto answer = on_.create("Ann@x.example", json::parse(R"({
    "externalId": "E1", "active": true, "displayName": "Ann Ng", "roles": [], "title": null,
    "name": {"givenName": "Ann", "familyName": "Ng"}, "meta": {"resourceType": "User"},
    "emails": [{"value": "ann@x.example", "type": "work", "primary": true}],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Sales"}})"));
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.headers.at("Location"), answer.body["meta"]["location"]);
  EXPECT_THAT(answer.headers.at("Location"), EndsWith("/scim/v2/Users/" + answer.id()));
  EXPECT_EQ(answer.headers.at("ETag"), answer.body["meta"]["version"]);
  EXPECT_EQ(answer.body["schemas"], json({kUserUrn, kEnterpriseUrn}));
  EXPECT_EQ(answer.body["userName"], "Ann@x.example");
  EXPECT_EQ(answer.body[kEnterpriseUrn]["department"], "Sales");
  EXPECT_EQ(answer.body["meta"]["resourceType"], "User");
  EXPECT_FALSE(answer.body.contains("roles"));
  EXPECT_EQ(on_.get("/Users/" + answer.id()).body, answer.body);
}

TEST_F(ScimCreateTest, WhatOnlyTheServerWritesIsIgnored) {  // S21
  auto answer =
      on_.create("ann@x.example",
                 {{"id", "mine"}, {"groups", {{{"value", "g"}}}}, {"meta", {{"version", "7"}}}});
  EXPECT_EQ(answer.status, 201);
  EXPECT_NE(answer.id(), "mine");
  EXPECT_FALSE(answer.body.contains("groups"));
}

TEST_F(ScimCreateTest, ATakenNameIsAConflictInAnyCase) {  // S22 S118
  auto id = on_.create_id("ann@x.example");
  auto again = on_.create("ANN@X.example");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.scim_type(), "uniqueness");
  EXPECT_EQ(again.body["status"], "409");
  EXPECT_EQ(on_.find("userName eq \"ann@x.example\"").body["Resources"][0]["id"], id);
}

TEST_F(ScimCreateTest, ATakenExternalIdIsAConflictUnlessAllowed) {  // S23
  on_.create("ann@x.example", {{"externalId", "E1"}});
  EXPECT_EQ(on_.create("bob@x.example", {{"externalId", "E1"}}).status, 409);
  on_.set("scim_duplicate_external_id", "accept");
  EXPECT_EQ(on_.create("bob@x.example", {{"externalId", "E1"}}).status, 201);
}

TEST_F(ScimCreateTest, RefusesWhatIsNoUser) {
  struct Case {
    const char* name;
    const char* body;
    const char* type;
  };
  const std::string schemas = R"("schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"])";
  const Case cases[] = {
      {"no name", "", "invalidValue"},                         // S24
      {"empty name", R"(, "userName": " ")", "invalidValue"},  // S24
      {"not JSON", R"(, "userName")", "invalidSyntax"},        // S25
      {"number", R"(, "userName": 7)", "invalidValue"},
      {"no boolean", R"(, "userName": "a", "active": "perhaps")", "invalidValue"},
      {"two names", R"(, "userName": "a", "title": ["a", "b"])", "invalidValue"},
      {"two primaries", R"(, "userName": "a", "emails": [{"value": "a", "primary": true},
                           {"value": "b", "primary": true}])",
       "invalidValue"},  // S32
  };
  for (const auto& [name, body, type] : cases) {
    auto answer = on_.call("POST", "/Users", "{" + schemas + body + "}");
    EXPECT_EQ(answer.status, 400) << name;
    EXPECT_EQ(answer.scim_type(), type) << name;
  }
  EXPECT_EQ(on_.post("/Users", {{"userName", "a"}}).scim_type(), "invalidSyntax");
}

TEST_F(ScimCreateTest, UnknownSchemasAndAttributesAreDroppedOrRefused) {  // S26
  const json group = {
      {"schemas",
       {kGroupUrn, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"}},
      {"displayName", "Sales"},
      {"shoeSize", 43}};
  auto answer = on_.post("/Groups", group);
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body["schemas"], json({kGroupUrn}));
  EXPECT_FALSE(answer.body.contains("shoeSize"));
  on_.set("scim_unknown_attributes", "refuse");
  EXPECT_EQ(on_.post("/Groups", group).scim_type(), "invalidSyntax");
}

TEST_F(ScimCreateTest, APasswordIsNeverReturned) {  // S27
  EXPECT_FALSE(created({{"password", "t0p"}}).contains("password"));
}

TEST_F(ScimCreateTest, SloppyValuesAreUnderstood) {  // S28 S35
  auto user = created(json::parse(R"({"ACTIVE": "False", "id": null, "groups": null,
    "name.givenName": "Ann", "emails": {"value": "a@x.example"}, "phoneNumbers": ["+1"],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "Sales",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": "m1"}})"));
  EXPECT_EQ(user["active"], false);
  EXPECT_EQ(user["name"]["givenName"], "Ann");
  EXPECT_EQ(user["emails"][0]["value"], "a@x.example");
  EXPECT_EQ(user["phoneNumbers"][0]["value"], "+1");
  EXPECT_EQ(user[kEnterpriseUrn]["manager"]["value"], "m1");
}

TEST_F(ScimCreateTest, ASubAttributeOfAListIsNoAttribute) {
  const auto user = created({{"emails.value", "a@x.example"}, {"emails", {{{"value", "b"}}}}});
  EXPECT_EQ(user["emails"], json({{{"value", "b"}}}));
}

TEST_F(ScimCreateTest, AManagerComesInManyShapes) {  // S35
  for (const char* manager : {R"("m1")", R"({"value": "m1", "displayName": "Max"})",
                              R"([{"$ref": null, "value": "m1"}])"}) {
    auto user = created({{kEnterpriseUrn, {{"manager", json::parse(manager)}}}});
    EXPECT_EQ(user[kEnterpriseUrn]["manager"], json({{"value", "m1"}})) << manager;
    on_.del("/Users/" + user["id"].get<std::string>());
  }
}

TEST_F(ScimCreateTest, ANameIsFreeAfterDeletion) {  // S29 S110
  auto id = on_.create_id("ann@x.example");
  on_.create_group("Sales", {id});
  EXPECT_EQ(on_.del("/Users/" + id).status, 204);
  for (const char* method : {"GET", "DELETE"}) {
    EXPECT_EQ(on_.call(method, "/Users/" + id).status, 404) << method;
  }
  EXPECT_EQ(on_.patch("/Users/" + id, json::array()).status, 404);
  EXPECT_TRUE(on_.get("/Users").names().empty());
  EXPECT_TRUE(on_.members("Sales").empty());
  auto again = on_.create("ann@x.example");
  EXPECT_EQ(again.status, 201);
  EXPECT_NE(again.id(), id);
}

TEST_F(ScimCreateTest, AnUnknownIdIsAnErrorInJson) {  // S30
  auto answer = on_.get(at_user("nobody"));
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body["status"], "404");
}

TEST_F(ScimCreateTest, TheInactiveStayVisible) {  // S31
  auto id = on_.create_id("ann@x.example", {{"active", false}});
  EXPECT_EQ(on_.get("/Users/" + id).body["active"], false);
  EXPECT_EQ(on_.find("userName eq \"ann@x.example\"").body["totalResults"], 1);
}

TEST_F(ScimCreateTest, ReturnsTheAttributesThatAreAskedFor) {  // S33 S34
  auto id = on_.create_id("ann@x.example", json::parse(R"({"title": "CEO",
    "name": {"givenName": "Ann", "familyName": "Ng"}, "emails": [{"value": "a", "type": "work"}]})"));
  EXPECT_EQ(on_.get("/Users/" + id + "?attributes=userName").body,
            json({{"schemas", {kUserUrn}}, {"id", id}, {"userName", "ann@x.example"}}));
  auto some = on_.get("/Users/" + id + "?attributes=name.givenName,emails.value").body;
  EXPECT_EQ(some["name"], json({{"givenName", "Ann"}}));
  EXPECT_EQ(some["emails"], json::array({{{"value", "a"}}}));
  auto less = on_.get("/Users/" + id + "?excludedAttributes=title,id,name.givenName").body;
  EXPECT_EQ(less["id"], id);
  EXPECT_FALSE(less.contains("title"));
  EXPECT_EQ(less["name"], json({{"familyName", "Ng"}}));
  EXPECT_EQ(on_.get("/Users/" + id + "?attributes=id&excludedAttributes=name").status, 400);
}

TEST_F(ScimCreateTest, AVersionThatIsKnownIsNotSentAgain) {
  auto id = on_.create_id("ann@x.example");
  auto tag = on_.get("/Users/" + id).headers.at("ETag");
  EXPECT_EQ(on_.call("GET", "/Users/" + id, "", {{"If-None-Match", tag}}).status, 304);
  EXPECT_EQ(on_.call("GET", "/Users/" + id, "", {{"If-None-Match", "W/\"77\""}}).status, 200);
}

}  // namespace
}  // namespace usher::sandbox
