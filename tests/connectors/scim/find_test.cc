// Looking one account up: unknown is not absent, and a filter is only a hint.

#include "tests/connectors/scim/fixture.h"

namespace usher::scim {
namespace {

using ::testing::HasSubstr;

using ScimTargetFindTest = ScimFixture;

TEST_F(ScimTargetFindTest, ByIdAndByKeyInAnyCase) {
  EXPECT_EQ(find_id("u1").account.key, "Ann@x.example");
  EXPECT_EQ(find_key("ANN@X.EXAMPLE").account.remote_id, "u1");
  EXPECT_EQ(find_id("nobody").presence, Presence::kAbsent);
  EXPECT_EQ(find_key("nobody@x.example").presence, Presence::kAbsent);
}

// C35
TEST_F(ScimTargetFindTest, WhatIsAskedForIsEscaped) {
  const std::string name = R"(a"b\c+d&e=f#ü@x.example)";
  edit({{"add_user", {{"id", "odd"}, {"userName", name}}}});
  EXPECT_EQ(find_key(name).account.remote_id, "odd");
}

// C04
TEST_F(ScimTargetFindTest, AFilterThatFindsEverybodyFindsOnlyWhoIsMeant) {
  stage_.set("scim_filter", "too_much");
  EXPECT_EQ(find_key("bob@x.example").account.remote_id, "u2");
  EXPECT_EQ(find_key("nobody@x.example").presence, Presence::kAbsent);
}

TEST_F(ScimTargetFindTest, AFilterThatMissesSomebodyKnownIsNotAskedAgain) {
  (void)list();
  stage_.set("scim_filter", "too_little");
  EXPECT_EQ(find_key("bob@x.example").account.remote_id, "u2") << "found in the whole list";
  const auto later = requests_of([&] { (void)find_key("cy@x.example"); });
  for (const std::string& request : later)
    EXPECT_THAT(request, ::testing::Not(HasSubstr("filter")));
}

TEST_F(ScimTargetFindTest, AFilterThatIsRefusedIsReplacedByTheWholeList) {
  stage_.set("scim_profile_overrides", "filter_support=none");
  EXPECT_EQ(find_key("bob@x.example").account.remote_id, "u2");
  EXPECT_EQ(find_key("nobody@x.example").presence, Presence::kAbsent);
}

TEST_F(ScimTargetFindTest, AProfileWithoutThatFilterReadsTheWholeList) {
  play("gitlab");
  EXPECT_EQ(find_key("Ann@x.example").account.remote_id, "u1");
  EXPECT_EQ(count_requests("GET /Users?filter"), 0U);
}

// C06
TEST_F(ScimTargetFindTest, AFailedLookUpIsUnknown) {
  for (const char* fault :
       {R"({"match": {"path": "/Users"}, "times": 0, "action": "status", "status": 500})",
        R"({"match": {"path": "/Users"}, "times": 0, "action": "cut_body"})",
        R"({"match": {"path": "/Users"}, "times": 0, "action": "wrong_json_type"})",
        R"({"match": {"path": "/Users"}, "times": 0, "action": "status", "status": 404,
                                "shape": "html"})"}) {
    stage_.clear_faults();
    stage_.fault(fault);
    EXPECT_EQ(find_key("bob@x.example").presence, Presence::kUnknown) << fault;
  }
  EXPECT_EQ(find_id("u1").presence, Presence::kUnknown);
}

// C31
TEST_F(ScimTargetFindTest, WhoWasDeactivatedByDeleteIsHiddenNotGone) {
  play("atlassian");
  (void)list();
  stage_.act("edit", R"({"scim": {"user": "bob@x.example", "change": {}}})");
  const Lookup there = target_->find({"u2", "bob@x.example"});
  EXPECT_EQ(there.presence, Presence::kPresent);
  EXPECT_EQ(target_->find({"gone", "gone@x.example"}).presence, Presence::kAbsent);
  EXPECT_EQ(target_->find({"other", "bob@x.example"}).presence, Presence::kAbsent)
      << "the name belongs to somebody else by now";
}

TEST_F(ScimTargetFindTest, ARefusedCredentialStopsTheTarget) {
  with("token", Secret("CANARY-wrong"));
  EXPECT_TRUE(error_of([&] { (void)find_key("bob@x.example"); }).stops_target());
}

}  // namespace
}  // namespace usher::scim
