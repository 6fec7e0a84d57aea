#include "connectors/scim/write.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "connectors/error.h"

namespace usher::scim {
namespace {

using nlohmann::json;
using ::testing::SizeIs;

constexpr const char* kMail = "emails[type eq \"work\"].value";
constexpr const char* kUnit =
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";

const Profile& generic() {
  return *find_profile("generic");
}

Fields fields(const std::vector<std::pair<std::string, Value>>& values) {
  Fields result;
  for (const auto& [name, value] : values) result.set(name, value);
  return result;
}

json creation(const Fields& wanted, const Profile& profile = generic()) {
  return json::parse(to_creation(wanted, profile));
}

json operations(const Wanted& wanted, const Profile& profile = generic()) {
  auto all = json::array();
  for (const std::string& body : to_patches(wanted, profile)) {
    const json parsed = json::parse(body);
    EXPECT_EQ(parsed.at("schemas"), json({"urn:ietf:params:scim:api:messages:2.0:PatchOp"}));
    for (const json& operation : parsed.at("Operations")) all.push_back(operation);
  }
  return all;
}

json replacement(const std::string& user, const Fields& wanted) {
  const JsonDocument document(user, "a user");
  return json::parse(to_replacement(document.root(), wanted));
}

TEST(ScimWriteTest, ACreationNamesItsSchemasAndIsActive) {
  const json body = creation(fields({{"userName", std::string("ann")},
                                     {"name.givenName", std::string("Ann")},
                                     {kMail, std::string("w@x")},
                                     {kUnit, std::string("Sales")},
                                     {"title", std::string()},
                                     {"groups", Texts{"app-sales"}}}));
  EXPECT_EQ(body, json::parse(R"({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User",
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
      "userName": "ann", "active": true, "name": {"givenName": "Ann"},
      "emails": [{"type": "work", "value": "w@x", "primary": true}],
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Sales"}})"));
}

TEST(ScimWriteTest, ACreationWithoutWhatTheProviderWantsIsNotSent) {
  EXPECT_THROW((void)creation({}), ConnectorError);
  EXPECT_THROW(
      (void)creation(fields({{"userName", std::string("ann")}}), *find_profile("entra-scim-api")),
      ConnectorError);
  EXPECT_THROW((void)creation(fields({{"userName", std::string("ann")}}), *find_profile("gitlab")),
               ConnectorError);
}

// C10
TEST(ScimWriteTest, EachAttributeIsOneOperationWithItsPath) {
  const Wanted wanted{fields({{"name.givenName", std::string("Zoë")}, {"active", true}}), Fields{}};
  EXPECT_EQ(operations(wanted), json::parse(R"([{"op": "replace", "path": "active", "value": true},
                            {"op": "replace", "path": "name.givenName", "value": "Zoë"}])"));
}

// C34
TEST(ScimWriteTest, WhatIsClearedIsRemoved) {
  const Fields before = fields({{"title", std::string("CEO")}, {kMail, std::string("w@x")}});
  const Wanted wanted{fields({{"title", std::string()}, {kMail, std::string()}}), before};
  EXPECT_EQ(operations(wanted), json::parse(R"([{"op": "remove", "path": "title"},
                            {"op": "remove", "path": "emails[type eq \"work\"]"}])"));
}

TEST(ScimWriteTest, AnElementIsReplacedWhereItIsThereAndAddedWhereItIsNot) {
  const Fields wanted = fields({{kMail, std::string("new@x")}});
  EXPECT_EQ(
      operations({wanted, fields({{kMail, std::string("old@x")}})}),
      json::parse(
          R"([{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "new@x"}])"));
  EXPECT_EQ(operations({wanted, Fields{}}), json::parse(R"([{"op": "add", "path": "emails",
                             "value": [{"type": "work", "value": "new@x"}]}])"));
  EXPECT_EQ(operations({wanted, std::nullopt}),
            json::parse(
                R"([{"op": "add", "path": "emails[type eq \"work\"].value", "value": "new@x"}])"));
}

TEST(ScimWriteTest, ARoleThatCameAndOneThatWentAreTwoOperations) {
  const Wanted wanted{fields({{"roles", Texts{"a", "c"}}}), fields({{"roles", Texts{"a", "b"}}})};
  EXPECT_EQ(operations(wanted),
            json::parse(R"([{"op": "add", "path": "roles", "value": [{"value": "c"}]},
                            {"op": "remove", "path": "roles[value eq \"b\"]"}])"));
}

TEST(ScimWriteTest, AProfileSaysHowOperationsAreSpelt) {
  const json spelt = operations({fields({{"active", false}}), Fields{}}, *find_profile("gitlab"));
  EXPECT_EQ(spelt, json::parse(R"([{"op": "Replace", "path": "active", "value": "false"}])"));
}

TEST(ScimWriteTest, ManyOperationsAreManyRequests) {
  const Profile two = merged(generic(), {{"patch_max_ops", "2"}});
  const Fields wanted = fields(
      {{"title", std::string("a")}, {"nickName", std::string("b")}, {"locale", std::string("c")}});
  EXPECT_THAT(to_patches({wanted, Fields{}}, two), SizeIs(2));
}

TEST(ScimWriteTest, WhatMustStayIsNotCleared) {
  EXPECT_THROW((void)operations({fields({{"userName", std::string()}}), Fields{}}), ConnectorError);
}

// C11
TEST(ScimWriteTest, APutKeepsWhatItDoesNotKnowAndLeavesOutWhatIsReadOnly) {
  const json body = replacement(
      R"({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "7", "userName": "ann",
          "meta": {"version": "1"}, "groups": [{"value": "g"}], "title": "CEO", "nickName": null,
          "x-shoe": 42, "Emails": [{"type": "work", "value": "old@x", "primary": true},
                                   {"type": "home", "value": "h@x"}],
          "urn:vendor:User": {"seat": 1}})",
      fields({{kMail, std::string("new@x")}, {"title", std::string()}}));
  EXPECT_EQ(body, json::parse(R"({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User",
      "urn:vendor:User"], "id": "7", "userName": "ann", "x-shoe": 42,
      "Emails": [{"type": "work", "value": "new@x", "primary": true},
                 {"type": "home", "value": "h@x"}],
      "urn:vendor:User": {"seat": 1}})"));
}

TEST(ScimWriteTest, APutClearsAnElementAndAnExtension) {
  const json body = replacement(
      R"({"id": "7", "userName": "ann", "emails": [{"type": "work", "value": "w@x"}],
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Sales"}})",
      fields({{kMail, std::string()}, {kUnit, std::string()}}));
  EXPECT_FALSE(body.contains("emails"));
  EXPECT_FALSE(body.contains("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"));
}

TEST(ScimWriteTest, AManagersNameIsNotOursToWrite) {
  const json body = replacement(
      R"({"id": "7", "userName": "ann",
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":
          {"manager": {"value": "9", "displayName": "Boss"}}})",
      {});
  EXPECT_EQ(body.at("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"),
            json::parse(R"({"manager": {"value": "9"}})"));
}

TEST(ScimWriteTest, MembersAreRemovedOneByOneNeverAllAtOnce) {
  const auto ops = [](const std::string& body) { return json::parse(body).at("Operations"); };
  EXPECT_EQ(ops(to_member_patch({"1", "2"}, true, generic())),
            json::parse(R"([{"op": "add", "path": "members",
                             "value": [{"value": "1"}, {"value": "2"}]}])"));
  EXPECT_EQ(ops(to_member_patch({"1", "2"}, false, generic())),
            json::parse(R"([{"op": "remove", "path": "members[value eq \"1\"]"},
                            {"op": "remove", "path": "members[value eq \"2\"]"}])"));
  const Profile by_value = merged(generic(), {{"member_remove_by_value", "true"}});
  EXPECT_EQ(ops(to_member_patch({"1"}, false, by_value)),
            json::parse(R"([{"op": "remove", "path": "members", "value": [{"value": "1"}]}])"));
}

}  // namespace
}  // namespace usher::scim
