// Reading whole lists, and noticing when they are not.

#include "connectors/scim/pages.h"
#include "tests/connectors/scim/fixture.h"

namespace usher::scim {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using ScimTargetListTest = ScimFixture;

TEST_F(ScimTargetListTest, EverybodyIsListedWithWhatTheyHave) {
  const Listing listing = list();
  EXPECT_TRUE(listing.receipt.complete());
  EXPECT_EQ(listing.receipt.expected, 3U);
  EXPECT_THAT(sink_.accounts, SizeIs(3));
  EXPECT_EQ(text(sink_.find("u1"), kWorkMail), "ann@x.example");
  EXPECT_EQ(sink_.find("u3").status, AccountStatus::kInactive);
  EXPECT_THAT(listing.tenancy, HasSubstr("/scim/v2"));
}

// C21, C22
TEST_F(ScimTargetListTest, PagesAreWalkedByWhatWasReceived) {
  add_users(22);
  override_profile({{"page_size", "10"}, {"paging", "index"}});
  stage_.set("scim_short_pages", "3");
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_THAT(sink_.accounts, SizeIs(25));
  EXPECT_THAT(requests(), Contains(HasSubstr("startIndex=8&count=10")));
}

TEST_F(ScimTargetListTest, CursorsAreUsedWhereTheyAreAdvertised) {
  add_users(22);
  override_profile({{"page_size", "10"}});
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_THAT(sink_.accounts, SizeIs(25));
  EXPECT_EQ(count_requests("GET /Users?cursor="), 3U);
}

// C23
TEST_F(ScimTargetListTest, ACursorThatNobodyAskedForIsFollowed) {
  add_users(22);
  stage_.set("scim_spc", "absent");
  stage_.set("scim_profile_overrides", "paging=cursor");
  override_profile({{"page_size", "10"}});
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_THAT(sink_.accounts, SizeIs(25));
}

// C24
TEST_F(ScimTargetListTest, AnExpiredCursorBeginsAnewAndCountsNobodyTwice) {
  add_users(22);
  override_profile({{"page_size", "10"}, {"paging", "cursor"}});
  stage_.set("scim_cursor_lifetime", "10");
  stage_.fault(R"({"after": 2, "action": "rate_limit", "retry_after": 30})");
  const Listing listing = list();
  EXPECT_TRUE(listing.receipt.complete()) << ::testing::PrintToString(listing.receipt.reasons);
  EXPECT_THAT(sink_.accounts, SizeIs(25));
}

// A list of one page may be all, or the first of many whose total is the size of the page.
TEST_F(ScimTargetListTest, ATotalThatIsThePageSizeIsNotBelieved) {
  add_users(22);
  override_profile({{"page_size", "10"}, {"paging", "index"}});
  stage_.set("scim_total_results", "page");
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_THAT(sink_.accounts, SizeIs(25));
}

// C25
TEST_F(ScimTargetListTest, CountersMayBeTextsAndAnEmptyListMayBeNothing) {
  stage_.set("scim_counters", "text");
  EXPECT_EQ(list().receipt.expected, 3U);
  for (const char* name : {"Ann@x.example", "bob@x.example", "cy@x.example"}) {
    edit({{"remove_user", name}});
  }
  for (const char* shape : {"absent", "null", "array"}) {
    stage_.set("scim_empty_list", shape);
    EXPECT_TRUE(list().receipt.complete()) << shape;
    EXPECT_THAT(sink_.accounts, IsEmpty()) << shape;
  }
}

// C26
TEST_F(ScimTargetListTest, ARowThatStandsForNobodyProvesNothing) {
  play("snowflake");
  const Listing listing = list();
  EXPECT_THAT(sink_.accounts, IsEmpty());
  EXPECT_THAT(listing.receipt.reasons, Contains(HasSubstr("stands for nobody")));
}

TEST_F(ScimTargetListTest, ARowThatCannotBeReadIsMissedAloud) {
  stage_.fault(R"({"after": 1, "action": "null_members", "members": ["userName"]})");
  const Listing listing = list();
  EXPECT_THAT(listing.receipt.reasons, Contains(HasSubstr("could not be read")));
}

TEST_F(ScimTargetListTest, APreambleIsOneRequest) {
  EXPECT_THAT(requests_of([&] { (void)list(); }),
              ElementsAre("GET /ServiceProviderConfig", "GET /Users?cursor=&count=100"));
}

// C01
TEST_F(ScimTargetListTest, WhatTheServiceSaysOfItselfMayStandInThePlural) {
  stage_.set("scim_spc", "plural");
  stage_.set("scim_profile_overrides", "user_patch=false; group_patch=false");
  (void)apply(update({{"title", std::string("CTO")}}));
  EXPECT_EQ(count_requests("PATCH"), 0U);
  EXPECT_EQ(user("Ann@x.example").at("title"), "CTO");
}

// C02
TEST_F(ScimTargetListTest, GarbageInsteadOfItIsAWarning) {
  stage_.set("scim_spc", "garbage");
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_THAT(sink_.problems, SizeIs(1));
  stage_.set("scim_spc", "absent");
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_THAT(sink_.problems, IsEmpty());
}

// C38
TEST_F(ScimTargetListTest, TheContentTypeIsNotWhatMakesItJson) {
  stage_.set("scim_profile_overrides", "content_type=text/html");
  EXPECT_TRUE(list().receipt.complete());
  EXPECT_THAT(sink_.accounts, SizeIs(3));
}

TEST(ScimSeenIdsTest, EachTextIsNewOnce) {
  SeenIds seen;
  for (int i = 0; i < 5000; ++i) EXPECT_TRUE(seen.insert(std::to_string(i)));
  for (int i = 0; i < 5000; ++i) EXPECT_FALSE(seen.insert(std::to_string(i)));
}

TEST(ScimPageTest, WithoutRowsAndWithoutATotalItIsNoList) {
  const auto read = [](const char* body) {
    const JsonDocument document(body, "a list");
    return to_page(document.root()).rows.size();
  };
  EXPECT_EQ(read(R"({"totalResults": 0})"), 0U);
  EXPECT_EQ(read(R"({"resources": [{}]})"), 1U);
  EXPECT_THROW((void)read("{}"), ConnectorError);
  EXPECT_THROW((void)read(R"({"Resources": {"0": []}, "totalResults": 1})"), ConnectorError);
  EXPECT_THROW((void)read("[]"), ConnectorError);
}

}  // namespace
}  // namespace usher::scim
