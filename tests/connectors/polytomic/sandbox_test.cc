// What the fake refuses that the connector never sends.

#include "tests/connectors/polytomic/fixture.h"

namespace usher::polytomic {
namespace {

using ::testing::HasSubstr;

class PolytomicSandboxTest : public PolytomicFixture {
 protected:
  /// Status of a raw request with a key of the organisation.
  int status(const std::string& method, const std::string& path, const std::string& body = {},
             std::vector<std::pair<std::string, std::string>> headers = {
                 {"X-Polytomic-Version", "2025-09-18"}}) {
    return send(method, path, body, std::move(headers)).status;
  }
  HttpResponse send(const std::string& method, const std::string& path, const std::string& body,
                    std::vector<std::pair<std::string, std::string>> headers) {
    HttpOptions options;
    options.base_url = stage_.url("polytomic");
    HttpClient client(options, http_);
    headers.emplace_back("Authorization", "Bearer CANARY-northwind-key");
    return client.send({.method = method,
                        .path = path,
                        .headers = std::move(headers),
                        .body = body,
                        .repeat = Repeat::kNever});
  }
};

TEST_F(PolytomicSandboxTest, RoleAndRoleIdsExcludeEachOtherAndNoneOfThemIsEmpty) {
  const char* users = "/api/organization/users";
  const std::string ids = std::string(R"(["248df4b7-aa70-47b8-a037-000000000002"])");
  EXPECT_EQ(status("POST", users, R"({"email":"a@x","role":"user","role_ids":)" + ids + "}"), 422);
  EXPECT_EQ(status("POST", users, R"({"email":"a@x","role_ids":[]})"), 422);
  EXPECT_EQ(status("POST", users, R"({"email":"a@x","role_ids":["x"]})"), 422);
  EXPECT_EQ(status("POST", users, R"({"role":"user"})"), 422);
  EXPECT_EQ(status("POST", users, R"({"email":"a@x","role":"admin"})"), 200);
}

TEST_F(PolytomicSandboxTest, ARequestWithoutAVersionIsAnsweredInTheOldestForm) {
  const HttpResponse response = send("GET", "/api/organization/users", "", {});
  EXPECT_EQ(response.header("X-Polytomic-Version"), "2021-05-23");
  EXPECT_THAT(response.body, HasSubstr(R"("result")"));
  EXPECT_EQ(status("GET", "/api/organization/users", "", {{"X-Polytomic-Version", "1"}}), 400);
}

TEST_F(PolytomicSandboxTest, AnIdempotencyKeyHasAForm) {
  for (const char* key : {"short", "with blank and more"}) {
    EXPECT_EQ(status("POST", "/api/organization/users", R"({"email":"a@x"})",
                     {{"X-Polytomic-Version", "2025-09-18"}, {"Idempotency-Key", key}}),
              400)
        << key;
  }
}

TEST_F(PolytomicSandboxTest, AKeyOfOneOrganisationReachesNoOther) {
  EXPECT_EQ(status("GET", "/api/organizations"), 403);
  EXPECT_EQ(status("GET", std::string("/api/organizations/") + kContoso + "/users"), 403);
}

TEST_F(PolytomicSandboxTest, WhatIsNotThereIsSaidNotToBe) {
  EXPECT_EQ(status("GET", "/api/nothing"), 404);
  EXPECT_EQ(status("GET", "/api/organization/users/no-uuid"), 404);
  EXPECT_EQ(status("PATCH", std::string("/api/organization/users/") + kBob), 405);
}

TEST_F(PolytomicSandboxTest, RolesMayBeHiddenUntilTheInvitationIsAccepted) {
  stage_.set("polytomic_pending_roles", "hidden");
  (void)apply(create("ann@northwind.example", {"Admin"}));
  (void)list();
  EXPECT_EQ(text(sink_.find("ann@northwind.example"), "roles"), "(absent)");
  stage_.act("accept",
             nlohmann::json{
                 {"polytomic", {{"organization", kNorthwind}, {"email", "ann@northwind.example"}}}}
                 .dump());
  (void)list();
  EXPECT_EQ(text(sink_.find("ann@northwind.example"), "roles"), "Admin");
}

TEST_F(PolytomicSandboxTest, MistakesInASeedAreToldWithTheirPlace) {
  try {
    stage_.act("reset", R"({"polytomic": {"organizations": [
        {"id": "x", "keys": [""], "users": [{"email": "a@x", "roles": ["Boss"]}]}]}})");
    FAIL() << "was taken";
  } catch (const sandbox::BadRequest& error) {
    for (const char* part : {"/polytomic/organizations/0/id", "users/0/roles", "a key is empty"}) {
      EXPECT_THAT(error.what(), HasSubstr(part));
    }
  }
}

TEST_F(PolytomicSandboxTest, ManyUsersAreOneLineOfSeed) {
  auto seed = nlohmann::json::parse(kSeed);
  seed["polytomic"]["organizations"][1]["generate"] = {
      {"count", 2000}, {"email", "p{n}@contoso.example"}, {"roles", {"Admin"}}};
  stage_.act("reset", seed.dump());
  by_partner(kContoso);
  EXPECT_EQ(list().receipt.entries, 2000U);
  EXPECT_EQ(text(sink_.find("p2000@contoso.example"), "roles"), "Admin");
}

}  // namespace
}  // namespace usher::polytomic
