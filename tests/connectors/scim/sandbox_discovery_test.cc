#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/scim/profile.h"
#include "tests/connectors/scim/scim_server.h"

namespace usher::sandbox {
namespace {

using ::testing::HasSubstr;

class ScimDiscoveryTest : public ::testing::Test {
 protected:
  ScimServer on_;
};

TEST_F(ScimDiscoveryTest, TellsWhatItCanDo) {  // S01
  auto config = on_.get("/ServiceProviderConfig");
  EXPECT_EQ(config.status, 200);
  EXPECT_EQ(config.headers.at("Content-Type"), "application/scim+json");
  for (const char* name : {"patch", "bulk", "filter", "changePassword", "sort", "etag"}) {
    EXPECT_TRUE(config.body[name]["supported"].is_boolean()) << name;
  }
  EXPECT_EQ(config.body["authenticationSchemes"].size(), 3);
  EXPECT_EQ(config.body["pagination"]["defaultPaginationMethod"], "index");
}

TEST_F(ScimDiscoveryTest, ListsTypesAndSchemasWithoutNulls) {  // S02
  for (const char* path : {"/ResourceTypes", "/Schemas"}) {
    auto list = on_.get(path);
    EXPECT_EQ(list.status, 200) << path;
    EXPECT_EQ(list.body["totalResults"], list.body["Resources"].size()) << path;
    EXPECT_EQ(list.text.find("null"), std::string::npos) << path;
  }
}

TEST_F(ScimDiscoveryTest, GivesOneByIdInAnyCase) {  // S03
  auto type = on_.get("/ResourceTypes/User");
  EXPECT_EQ(type.body["id"], type.body["name"]);
  EXPECT_EQ(type.body["endpoint"], "/Users");
  EXPECT_EQ(on_.get("/Schemas/URN:ietf:params:scim:schemas:CORE:2.0:User").body["id"], kUserUrn);
}

TEST_F(ScimDiscoveryTest, UnknownPathsAreErrorsInJson) {  // S04 S07
  for (const char* path : {"/Schemas/unknown", "/ResourceTypes/unknown", "/no-such-thing", "/"}) {
    auto answer = on_.get(path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(answer.body["status"], "404") << path;
    EXPECT_EQ(answer.body["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error") << path;
  }
}

TEST_F(ScimDiscoveryTest, IsForReadingOnly) {  // S05
  for (const char* path : {"/ServiceProviderConfig", "/ResourceTypes", "/Schemas"}) {
    for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
      EXPECT_EQ(on_.call(method, path, "{}").status, 405) << method << path;
    }
  }
}

TEST_F(ScimDiscoveryTest, TakesNoFilter) {  // S06
  EXPECT_EQ(on_.get("/Schemas?filter=id%20pr").status, 403);
}

TEST_F(ScimDiscoveryTest, EveryNamedSchemaIsThere) {  // S08
  auto types = on_.get("/ResourceTypes");
  for (const auto& type : types.body["Resources"]) {
    EXPECT_EQ(on_.get("/Schemas/" + type["schema"].get<std::string>()).status, 200);
    for (const auto& extension : type.value("schemaExtensions", json::array())) {
      EXPECT_EQ(on_.get("/Schemas/" + extension["schema"].get<std::string>()).status, 200);
    }
  }
}

TEST_F(ScimDiscoveryTest, MeAndBulkAreNotImplemented) {  // S09
  EXPECT_EQ(on_.get("/Me").status, 501);
  EXPECT_EQ(on_.call("POST", "/Bulk", "{}").status, 501);
}

TEST_F(ScimDiscoveryTest, TheSwitchKnowsEveryProfile) {
  for (const auto& profile : scim::builtin_profiles()) {
    EXPECT_NO_THROW(on_.set("scim_profile", profile.name)) << profile.name;
    EXPECT_EQ(on_.get("/Nothing").status, profile.auth.front() == "oauth2" ? 401 : 404);
  }
  EXPECT_THROW(on_.set("scim_profile", "no-such-service"), BadRequest);
}

TEST_F(ScimDiscoveryTest, AProfileIsChangedKeyByKey) {
  on_.set("scim_profile_overrides", "sort=false; default_page_size = 7");
  auto config = on_.get("/ServiceProviderConfig").body;
  EXPECT_EQ(config["sort"]["supported"], false);
  EXPECT_EQ(config["pagination"]["defaultPageSize"], 7);
  on_.set("scim_profile_overrides", "page_sise=7");
  auto refused = on_.get("/Users");
  EXPECT_EQ(refused.status, 500);
  EXPECT_THAT(refused.text, HasSubstr("did you mean `page_size`"));
}

}  // namespace
}  // namespace usher::sandbox
