#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/connectors/scim/scim_server.h"

namespace usher::sandbox {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const json kSeed = json::parse(R"({
  "tokens": ["secret-token", "next-token"],
  "basic": [{"username": "ann", "password": "p:w"}],
  "oauth_clients": [{"client_id": "usher", "client_secret": "s+3", "scope": "scim users"}],
  "users": [{"id": "u1", "userName": "ann@x.example"}]
})");

class ScimAccessTest : public ::testing::Test {
 protected:
  Answer ask_token(const std::string& form, const ScimServer::Headers& more = {}) {
    on_.base = "/scim/oauth";
    ScimServer::Headers headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                                   {"Authorization", ""}};
    headers.insert(headers.end(), more.begin(), more.end());
    auto answer = on_.call("POST", "/token", form, headers);
    on_.base = "/scim/v2";
    return answer;
  }
  std::string fresh_token() {
    return ask_token("grant_type=client_credentials&client_id=usher&client_secret=s%2B3")
        .body["access_token"];
  }
  ScimServer on_{"generic", kSeed};
};

TEST_F(ScimAccessTest, StrangersLearnNothing) {  // S10
  for (const char* token : {"", "wrong"}) {
    on_.token = token;
    auto answer = on_.get(at_user("u1"));
    EXPECT_EQ(answer.status, 401);
    EXPECT_THAT(answer.headers.at("WWW-Authenticate"), HasSubstr("Bearer"));
    EXPECT_THAT(answer.text, Not(HasSubstr("ann@x.example")));
  }
}

TEST_F(ScimAccessTest, TwoTokensAreGoodWhileOneReplacesTheOther) {  // S12
  EXPECT_EQ(on_.get(at_user("u1")).status, 200);
  on_.token = "next-token";
  EXPECT_EQ(on_.get(at_user("u1")).status, 200);
}

TEST_F(ScimAccessTest, NameAndPasswordWillDo) {
  const auto with = [&](const char* header) {
    return on_.call("GET", at_user("u1"), "", {{"Authorization", header}}).status;
  };
  EXPECT_EQ(with("Basic YW5uOnA6dw=="), 200);
  EXPECT_EQ(with("Basic YW5uOnA="), 401);
  EXPECT_EQ(with("Basic !"), 401);
}

TEST_F(ScimAccessTest, ASecretIsExchangedForAShortLivedToken) {
  auto answer = ask_token("grant_type=client_credentials&scope=users",
                          {{"Authorization", "Basic dXNoZXI6cysz"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body["token_type"], "Bearer");
  EXPECT_EQ(answer.body["expires_in"], 3600);
  EXPECT_EQ(answer.body["scope"], "users");
  on_.token = answer.body["access_token"];
  EXPECT_EQ(on_.get(at_user("u1")).status, 200);
}

TEST_F(ScimAccessTest, AnAccessTokenExpires) {
  on_.set("scim_token_lifetime", "60");
  on_.token = fresh_token();
  on_.pass(59);
  EXPECT_EQ(on_.get(at_user("u1")).status, 200);
  on_.pass(1);
  EXPECT_EQ(on_.get(at_user("u1")).status, 401);
  on_.token = fresh_token();
  EXPECT_EQ(on_.get(at_user("u1")).status, 200);
  on_.act("scim_expire_tokens", json::object());
  EXPECT_EQ(on_.get(at_user("u1")).status, 401);
}

TEST_F(ScimAccessTest, TheTokenEndpointRefusesInItsOwnWords) {
  struct Case {
    const char* form;
    int status;
    const char* error;
  };
  const Case cases[] = {
      {"grant_type=password", 400, "unsupported_grant_type"},
      {"grant_type=client_credentials&client_id=usher&client_secret=no", 401, "invalid_client"},
      {"grant_type=client_credentials&client_id=usher&client_secret=s%2B3&scope=all", 400,
       "invalid_scope"},
  };
  for (const auto& [form, status, error] : cases) {
    auto answer = ask_token(form);
    EXPECT_EQ(answer.status, status) << form;
    EXPECT_EQ(answer.body["error"], error) << form;
  }
}

TEST_F(ScimAccessTest, TheAnswerIsOfTheTypeThatIsAccepted) {  // S14
  auto answer = on_.call("POST", "/Users",
                         json{{"schemas", {kUserUrn}}, {"userName", "bob@x.example"}}.dump(),
                         {{"Content-Type", "application/json"}, {"Accept", "application/json"}});
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.headers.at("Content-Type"), "application/json");
  EXPECT_EQ(on_.call("POST", "/Users", "{}", {{"Content-Type", "text/plain"}}).status, 415);
}

TEST_F(ScimAccessTest, UnknownParametersAndLowerCasePathsAreFine) {  // S13 S17
  EXPECT_EQ(on_.get(at_user("u1?aadOptscim062020")).status, 200);
  EXPECT_EQ(on_.get("/users/u1").status, 200);
}

TEST_F(ScimAccessTest, HugeAndDeepBodiesAreRefused) {  // S16
  EXPECT_EQ(on_.call("POST", "/Users", std::string((8U << 20U) + 1, ' ')).status, 413);
  const auto deep = "{\"a\":" + std::string(70, '[') + std::string(70, ']') + "}";
  EXPECT_EQ(on_.call("POST", "/Users", deep).scim_type(), "invalidSyntax");
}

}  // namespace
}  // namespace usher::sandbox
