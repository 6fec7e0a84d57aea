#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/connectors/scim/scim_server.h"

namespace usher::sandbox {
namespace {

class ScimPatchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto user = on_.create("ann@x.example", json::parse(R"({"title": "CEO", "active": true,
      "name": {"givenName": "Ann", "familyName": "Ng"},
      "emails": [{"value": "home@x.example", "type": "home", "primary": true}],
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Sales"}})"));
    id_ = user.id();
    before_ = user.body;
  }
  Answer patch(const char* operations) {
    return on_.patch("/Users/" + id_, json::parse(operations));
  }
  json user() { return on_.get("/Users/" + id_).body; }
  /// The user after these operations; they must succeed.
  json patched(const char* operations) {
    EXPECT_EQ(patch(operations).status, 200) << operations;
    return user();
  }

  ScimServer on_;
  std::string id_;
  json before_;
};

TEST_F(ScimPatchTest, TakesBooleansAsTexts) {  // S75 S111
  EXPECT_EQ(patched(R"([{"op": "Replace", "path": "active", "value": "False"}])")["active"], false);
}

TEST_F(ScimPatchTest, TakesOperationsWithoutAPath) {  // S76 S77
  auto after = patched(R"([{"op": "replace", "value": {"active": false,
    "name.givenName": "Anna", "emails[type eq \"work\"].value": "w@x.example",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber": "7"}}])");
  EXPECT_EQ(after["active"], false);
  EXPECT_EQ(after["name"]["givenName"], "Anna");
  EXPECT_EQ(after["emails"][1]["value"], "w@x.example");
  EXPECT_EQ(after[kEnterpriseUrn], json({{"department", "Sales"}, {"employeeNumber", "7"}}));
}

TEST_F(ScimPatchTest, ItsOwnIdMayBeRepeated) {  // S78
  const json value = {{"id", id_}, {"schemas", {kUserUrn}}, {"title", "CTO"}};
  EXPECT_EQ(on_.patch("/Users/" + id_, {{{"op", "replace"}, {"value", value}}}).status, 200);
  EXPECT_EQ(user()["title"], "CTO");
  EXPECT_EQ(patch(R"([{"op": "replace", "value": {"id": "other"}}])").scim_type(), "mutability");
}

TEST_F(ScimPatchTest, AMissingElementIsCreated) {  // S79
  for (const char* op : {"add", "replace"}) {
    patch(R"([{"op": "remove", "path": "emails[type eq \"Work\"]"}])");
    const json operations = {
        {{"op", op}, {"path", R"(emails[type eq "Work"].value)"}, {"value", "w@x.example"}}};
    EXPECT_EQ(on_.patch("/Users/" + id_, operations).status, 200) << op;
    EXPECT_EQ(user()["emails"][1], json({{"type", "Work"}, {"value", "w@x.example"}})) << op;
  }
}

TEST_F(ScimPatchTest, ReplacingNothingHasNoTarget) {  // S80
  EXPECT_EQ(patch(R"([{"op": "replace", "path": "emails[type eq \"fax\"]",
                       "value": {"value": "f"}}])")
                .scim_type(),
            "noTarget");
  on_.set("scim_missing_element", "refuse");
  EXPECT_EQ(patch(R"([{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "w"}])")
                .scim_type(),
            "noTarget");
}

TEST_F(ScimPatchTest, OnlyOneIsPrimary) {  // S81
  auto after = patched(R"([{"op": "add", "path": "emails",
    "value": [{"value": "w@x.example", "type": "work", "primary": true}]}])");
  EXPECT_EQ(after["emails"][0]["primary"], false);
  EXPECT_EQ(after["emails"][1]["primary"], true);
}

TEST_F(ScimPatchTest, AddingToANameKeepsTheRestOfIt) {  // S82
  auto after = patched(R"([{"op": "add", "path": "name", "value": {"familyName": "Oh"}}])");
  EXPECT_EQ(after["name"], json({{"givenName", "Ann"}, {"familyName", "Oh"}}));
}

TEST_F(ScimPatchTest, RefusesAndChangesNothing) {
  struct Case {
    const char* operation;
    const char* type;
  };
  const Case cases[] = {
      {R"({"op": "remove"})", "noTarget"},                        // S83
      {R"({"op": "remove", "path": "userName"})", "mutability"},  // S84
      {R"({"op": "replace", "path": "userName", "value": ""})", "invalidValue"},
      {R"({"op": "replace", "path": "id", "value": "x"})", "mutability"},               // S85
      {R"({"op": "replace", "path": "meta.created", "value": "x"})", "mutability"},     // S85
      {R"({"op": "replace", "path": "groups", "value": []})", "mutability"},            // S85
      {R"({"op": "replace", "path": "emails[type eq", "value": "x"})", "invalidPath"},  // S86
      {R"({"op": "replace", "path": "emails[type zz \"x\"].value", "value": "x"})",
       "invalidFilter"},  // S86
      {R"({"op": "replace", "path": "emails[size eq 7].value", "value": "x"})", "invalidFilter"},
      {R"({"op": "replace", "path": "shoeSize", "value": 43})", "invalidPath"},
      {R"({"op": "replace", "path": "name.shoeSize", "value": 43})", "invalidPath"},
      {R"({"op": "copy", "path": "title", "value": "x"})", "invalidSyntax"},  // S88
      {R"({"op": "replace", "path": "title"})", "invalidValue"},
      {R"({"op": "replace", "path": "title", "value": 7})", "invalidValue"},
      {R"({"op": "replace", "value": "x"})", "invalidSyntax"},
  };
  for (const auto& [operation, type] : cases) {  // S87: the one before is undone
    auto answer = patch(
        (R"([{"op": "replace", "path": "title", "value": "CTO"},)" + std::string(operation) + "]")
            .c_str());
    EXPECT_EQ(answer.status, 400) << operation;
    EXPECT_EQ(answer.scim_type(), type) << operation;
    EXPECT_EQ(user(), before_) << operation;
  }
}

TEST_F(ScimPatchTest, WithoutOperationsIsRefusedOrNothing) {  // S89
  EXPECT_EQ(patch("[]").scim_type(), "invalidSyntax");
  on_.set("scim_empty_operations", "204");
  EXPECT_EQ(patch("[]").status, 204);
  EXPECT_EQ(on_.call("PATCH", "/Users/" + id_, R"({"Operations": []})").status, 400);
}

TEST_F(ScimPatchTest, WhatIsThereAlreadyIsNoChange) {  // S90
  on_.pass(60);
  EXPECT_EQ(patched(R"([{"op": "replace", "path": "title", "value": "CEO"},
    {"op": "add", "path": "emails",
     "value": {"value": "home@x.example", "type": "home", "primary": true}}])"),
            before_);
  EXPECT_NE(
      patched(R"([{"op": "replace", "path": "title", "value": "CTO"}])")["meta"]["lastModified"],
      before_["meta"]["lastModified"]);
}

TEST_F(ScimPatchTest, ANameThatIsTakenIsAConflict) {
  on_.create("bob@x.example");
  EXPECT_EQ(patch(R"([{"op": "replace", "path": "userName", "value": "Bob@x.example"}])").status,
            409);
  EXPECT_EQ(
      patched(R"([{"op": "replace", "path": "userName", "value": "ANN@x.example"}])")["userName"],
      "ANN@x.example");
}

TEST_F(ScimPatchTest, ReturnsTheResourceWhenAttributesAreNamed) {  // S99
  on_.set("scim_profile_overrides", "user_patch_answer=nothing");
  const json operations = {{{"op", "replace"}, {"path", "title"}, {"value", "CTO"}}};
  EXPECT_EQ(on_.patch("/Users/" + id_, operations).status, 204);
  auto answer = on_.patch("/Users/" + id_, operations, "?attributes=title");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body["title"], "CTO");
}

TEST_F(ScimPatchTest, AnEmptyExtensionIsGoneFromTheSchemas) {  // S100
  auto after = patched(
      R"([{"op": "remove",
           "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"}])");
  EXPECT_FALSE(after.contains(kEnterpriseUrn));
  EXPECT_EQ(after["schemas"], json({kUserUrn}));
}

TEST_F(ScimPatchTest, AManagerIsSetAndCleared) {  // S101
  const std::string path = kEnterpriseUrn + ":manager";
  const json manager = {{{"$ref", "../Users/m1"}, {"value", "m1"}}};
  on_.patch("/Users/" + id_, {{{"op", "Add"}, {"path", path}, {"value", manager}}});
  EXPECT_EQ(user()[kEnterpriseUrn]["manager"]["value"], "m1");
  on_.patch("/Users/" + id_, {{{"op", "Remove"}, {"path", path}}});
  EXPECT_FALSE(user()[kEnterpriseUrn].contains("manager"));
}

TEST_F(ScimPatchTest, AStaleVersionIsRefused) {  // S102
  const json body = {{"schemas", {"urn:ietf:params:scim:api:messages:2.0:PatchOp"}},
                     {"Operations", {{{"op", "replace"}, {"path", "title"}, {"value", "x"}}}}};
  EXPECT_EQ(on_.call("PATCH", "/Users/" + id_, body.dump(), {{"If-Match", "W/\"77\""}}).status,
            412);
}

TEST_F(ScimPatchTest, EveryAttributeIsWrittenReadAndRemoved) {  // S103
  for (const char* name : {"nickName", "profileUrl", "title", "userType", "preferredLanguage",
                           "locale", "timezone", "displayName", "externalId", "name.formatted",
                           "name.middleName", "name.honorificPrefix", "name.honorificSuffix"}) {
    const std::string pointer = "/" + std::string(name);
    const auto at = json::json_pointer(pointer.find('.') == std::string::npos
                                           ? pointer
                                           : pointer.substr(0, pointer.find('.')) + "/" +
                                                 pointer.substr(pointer.find('.') + 1));
    for (const char* op : {"add", "replace"}) {
      on_.patch("/Users/" + id_, {{{"op", op}, {"path", name}, {"value", op}}});
      EXPECT_EQ(user().value(at, ""), op) << name;
    }
    on_.patch("/Users/" + id_, {{{"op", "remove"}, {"path", name}}});
    EXPECT_FALSE(user().contains(at)) << name;
  }
  for (const char* name :
       {"emails", "phoneNumbers", "ims", "photos", "entitlements", "roles", "x509Certificates"}) {
    const json one = {{{"value", "MTIz"}, {"type", "other"}}};
    on_.patch("/Users/" + id_, {{{"op", "replace"}, {"path", name}, {"value", one}}});
    EXPECT_EQ(user()[name], one) << name;
    on_.patch("/Users/" + id_, {{{"op", "remove"}, {"path", name}}});
    EXPECT_FALSE(user().contains(name)) << name;
  }
}

TEST_F(ScimPatchTest, NullTakesASubAttributeAway) {
  const auto after =
      patched(R"([{"op": "replace", "path": "emails[type eq \"home\"].primary", "value": null}])");
  EXPECT_EQ(after["emails"], json({{{"value", "home@x.example"}, {"type", "home"}}}));
}

TEST_F(ScimPatchTest, RemovesSubAttributesAndListedValues) {
  patch(R"([{"op": "add", "path": "emails", "value": [{"value": "w@x.example", "type": "work"}]},
            {"op": "remove", "path": "emails[type eq \"home\"].primary"}])");
  EXPECT_FALSE(user()["emails"][0].contains("primary"));
  patch(R"([{"op": "remove", "path": "emails", "value": [{"value": "home@x.example"}]}])");
  EXPECT_EQ(user()["emails"].size(), 1);
  EXPECT_EQ(user()["emails"][0]["value"], "w@x.example");
}

}  // namespace
}  // namespace usher::sandbox
