// Ways in.

#include "tests/connectors/scim/fixture.h"

namespace usher::scim {
namespace {

using ::testing::HasSubstr;

class ScimTargetOAuthTest : public ScimFixture {
 protected:
  void SetUp() override {
    values_.set("url", stage_.url("scim"));
    values_.set("rate", std::string("off"));
    with_secret("CANARY-client");
  }
  void with_secret(const char* secret) {
    values_.set("oauth2.token_url", stage_.url("scim_oauth") + "/token");
    values_.set("oauth2.client_id", std::string("usher"));
    values_.set("oauth2.scope", std::string("scim"));
    with("oauth2.client_secret", Secret(secret));
  }
  std::size_t tokens() {
    std::size_t count = 0;
    for (const std::string& each : stage_.requests("")) count += each.ends_with("/oauth/token");
    return count;
  }
};

TEST_F(ScimTargetOAuthTest, OneTokenServesManyRequests) {
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_EQ(tokens(), 1U);
}

TEST_F(ScimTargetOAuthTest, ATokenIsRenewedBeforeItRunsOut) {
  stage_.set("scim_token_lifetime", "600");
  (void)list();
  (void)clock_.sleep_for(std::chrono::seconds(541), {});
  stage_.clear_faults();
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_EQ(tokens(), 2U);
}

// C20
TEST_F(ScimTargetOAuthTest, ATokenThatIsRefusedInMidRunIsFetchedAnewOnce) {
  (void)list();
  stage_.act("scim_expire_tokens", "{}");
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_EQ(tokens(), 2U);
  stage_.fault(R"({"match": {"api": "scim"}, "times": 0, "action": "status", "status": 401})");
  EXPECT_TRUE(error_of([&] { (void)list(); }).stops_target());
  EXPECT_EQ(tokens(), 3U) << "once, not for ever";
}

TEST_F(ScimTargetOAuthTest, AWriteGoesOnWithTheNewToken) {
  (void)list();
  stage_.act("scim_expire_tokens", "{}");
  EXPECT_FALSE(apply(create("eve@x.example")).remote_id.empty());
  EXPECT_NE(user("eve@x.example"), nullptr);
}

TEST_F(ScimTargetOAuthTest, AWrongSecretStopsTheTargetAndIsNotShown) {
  with_secret("CANARY-wrong");
  const ConnectorError error = error_of([&] { (void)list(); });
  EXPECT_TRUE(error.stops_target());
  EXPECT_THAT(error.what(), HasSubstr("no access token"));
}

TEST_F(ScimTargetOAuthTest, ATokenEndpointThatIsDownIsNoRefusal) {
  stage_.fault(
      R"({"match": {"api": "scim_oauth"}, "times": 0, "action": "status", "status": 503})");
  const ConnectorError error = error_of([&] { (void)list(); });
  EXPECT_EQ(error.kind, ErrorKind::kTransient);
}

using ScimTargetBasicTest = ScimFixture;

TEST_F(ScimTargetBasicTest, NameAndPasswordDo) {
  values_ = SettingValues();
  values_.set("url", stage_.url("scim"));
  values_.set("rate", std::string("off"));
  values_.set("username", std::string("usher"));
  with("password", Secret("CANARY-password"));
  EXPECT_TRUE(list().receipt.complete());
  with("password", Secret("CANARY-other"));
  EXPECT_TRUE(error_of([&] { (void)list(); }).stops_target());
}

}  // namespace
}  // namespace usher::scim
