// Changing users by reading, merging and writing.

#include "tests/connectors/scim/fixture.h"

namespace usher::scim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ScimTargetPutTest : public ScimFixture {
 protected:
  void SetUp() override {
    ScimFixture::SetUp();
    with("update", std::string("put"));
  }
};

// C11
TEST_F(ScimTargetPutTest, WhatWeDoNotKnowSurvives) {
  edit({{"user", "Ann@x.example"},
        {"change", {{"ims", {{{"type", "xmpp"}, {"value", "ann"}}}}, {"nickName", "Annie"}}}});
  (void)apply(update({{"title", std::string("CTO")}, {kWorkMail, std::string("new@x.example")}}));
  const nlohmann::json ann = user("Ann@x.example");
  EXPECT_EQ(ann.at("title"), "CTO");
  EXPECT_EQ(ann.at("nickName"), "Annie");
  EXPECT_EQ(ann.at("ims").at(0).at("value"), "ann");
  EXPECT_EQ(ann.at("emails").size(), 2U);
  EXPECT_FALSE(last_body().contains("meta"));
  EXPECT_FALSE(last_body().contains("groups"));
}

TEST_F(ScimTargetPutTest, WhatIsClearedIsGone) {
  (void)apply(update({{"title", std::string()}, {kWorkMail, std::string()}}));
  EXPECT_FALSE(user("Ann@x.example").contains("title"));
  EXPECT_EQ(text(listed("u1"), kWorkMail), "(absent)");
}

TEST_F(ScimTargetPutTest, ALeaverIsSetInactiveAndKeepsTheRest) {
  (void)apply(change(Action::kDeactivate, "u1", "Ann@x.example"));
  EXPECT_EQ(user("Ann@x.example").at("active"), false);
  EXPECT_EQ(user("Ann@x.example").at("title"), "CEO");
}

TEST_F(ScimTargetPutTest, TheVersionThatWasReadIsTheOneThatIsReplaced) {
  const Change change = update({{"title", std::string("CTO")}});
  stage_.fault(R"({"match": {"method": "PUT"}, "action": "status", "status": 412})");
  const auto sent = requests_of([&] { (void)apply(change); });
  const std::string path = std::string("/Users") + "/u1";
  EXPECT_THAT(sent, ElementsAre("GET " + path, "PUT " + path, "GET " + path, "PUT " + path));
  EXPECT_EQ(user("Ann@x.example").at("title"), "CTO");
}

TEST_F(ScimTargetPutTest, WhoAlwaysWritesInBetweenWinsAfterThreeTries) {
  const Change change = update({{"title", std::string("CTO")}});
  stage_.fault(R"({"match": {"method": "PUT"}, "times": 0, "action": "status", "status": 412})");
  EXPECT_EQ(refused(change).http_status, 412);
  EXPECT_EQ(count_requests("PUT"), 3U);
}

// Capability is learned once, not for every user.
using ScimTargetLearningTest = ScimFixture;

TEST_F(ScimTargetLearningTest, APatchThatIsNotThereIsLearned) {
  stage_.set("scim_spc", "absent");
  stage_.set("scim_profile_overrides", "user_patch=false");
  (void)apply(update({{"title", std::string("CTO")}}));
  EXPECT_EQ(user("Ann@x.example").at("title"), "CTO");
  (void)apply(update({{"title", std::string("CFO")}}));
  EXPECT_EQ(count_requests("PATCH"), 1U);
}

TEST_F(ScimTargetPutTest, WhatIsConfiguredWinsOverWhatIsLearned) {
  with("update", std::string("patch"));
  stage_.set("scim_profile_overrides", "user_patch=false");
  EXPECT_EQ(refused(update({{"title", std::string("CTO")}})).kind, ErrorKind::kUnsupported);
  EXPECT_EQ(count_requests("PUT"), 0U);
}

}  // namespace
}  // namespace usher::scim
