// What `usher probe` finds out, by reading only.

#include "tests/connectors/scim/fixture.h"

namespace usher::scim {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class ScimTargetProbeTest : public ScimFixture {
 protected:
  std::vector<std::string> probe() {
    std::vector<std::string> texts;
    for (const Finding& finding : target_->probe()) {
      texts.push_back((finding.good ? "+ " : "- ") + finding.what);
    }
    return texts;
  }
};

TEST_F(ScimTargetProbeTest, AServiceByTheBookFitsTheGenericProfile) {
  const auto findings = probe();
  EXPECT_THAT(findings, Contains(HasSubstr("3 users")));
  EXPECT_THAT(findings, Contains(HasSubstr("the filter `userName eq` works")));
  EXPECT_THAT(findings, Contains(HasSubstr("3 groups")));
  EXPECT_THAT(findings, Contains(HasSubstr("`generic` fits what could be seen")));
  EXPECT_THAT(findings, Not(Contains(::testing::StartsWith("-"))));
}

// C41
TEST_F(ScimTargetProbeTest, NothingIsWritten) {
  (void)probe();
  for (const std::string& request : requests()) EXPECT_THAT(request, HasSubstr("GET /"));
}

TEST_F(ScimTargetProbeTest, WhatDiffersIsProposedForPasting) {
  add_users(20);
  stage_.set("scim_profile_overrides",
             "max_page_size=10; user_patch=false; group_patch=false; groups=false; paging=index");
  stage_.set("scim_filter", "too_much");
  EXPECT_THAT(probe(), Contains(HasSubstr("proposed: profile: generic, profile_overrides: { "
                                          "user_patch: false, filter_support: none, "
                                          "groups: false }")));
}

TEST_F(ScimTargetProbeTest, PagesThatAreSmallerThanAdvertisedAreSeen) {
  add_users(20);
  stage_.set("scim_spc", "absent");
  stage_.set("scim_profile_overrides", "max_page_size=10; paging=index");
  EXPECT_THAT(probe(), Contains(HasSubstr("page_size: 10")));
}

TEST_F(ScimTargetProbeTest, ATotalThatIsNotOneIsSaid) {
  add_users(20);
  override_profile({{"page_size", "10"}, {"paging", "index"}});
  stage_.set("scim_total_results", "page");
  EXPECT_THAT(probe(), Contains(HasSubstr("- totalResults is 10 where 23 users are")));
}

TEST_F(ScimTargetProbeTest, AFilterThatFindsNobodyIsSaid) {
  stage_.set("scim_filter", "too_little");
  EXPECT_THAT(probe(), Contains(HasSubstr("does not find somebody who is there")));
}

TEST_F(ScimTargetProbeTest, AProfilesDangersAreSaid) {
  play("sentry");
  EXPECT_THAT(probe(), Contains(HasSubstr("setting somebody inactive deletes the account")));
}

// C42
TEST_F(ScimTargetProbeTest, ARefusedCredentialIsTheOnlyFinding) {
  with("token", Secret("CANARY-wrong"));
  const auto findings = probe();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_THAT(findings[0], ::testing::StartsWith("-"));
  EXPECT_THAT(findings[0], Not(HasSubstr("CANARY")));
}

}  // namespace
}  // namespace usher::scim
