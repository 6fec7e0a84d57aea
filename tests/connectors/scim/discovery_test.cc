#include "connectors/scim/discovery.h"

#include <gtest/gtest.h>

namespace usher::scim {
namespace {

Advertised read_config(const std::string& body) {
  const JsonDocument document(body, "a configuration");
  return to_advertised(document.root());
}

TEST(ScimAdvertisedTest, WhatIsSaidIsRead) {
  const Advertised said =
      read_config(R"({"patch": {"supported": false}, "filter": {"supported": "True",
    "maxResults": "200"}, "etag": {"supported": true},
    "pagination": {"cursor": true, "index": false, "maxPageSize": 50}})");
  EXPECT_EQ(said.patch, false);
  EXPECT_EQ(said.filter, true);
  EXPECT_EQ(said.etag, true);
  EXPECT_EQ(said.cursor, true);
  EXPECT_EQ(said.max_page, 50);
  EXPECT_EQ(said.problem, "");
}

TEST(ScimAdvertisedTest, WhatIsOddIsNotSaid) {
  for (const char* body :
       {"{}", R"({"patch": true, "filter": [], "etag": null, "pagination": "none"})",
        R"({"patch": {"supported": "perhaps"}, "filter": {"maxResults": 0}})",
        R"({"filter": {"maxResults": -1}, "pagination": {"maxPageSize": {}}})"}) {
    const Advertised said = read_config(body);
    EXPECT_FALSE(said.patch || said.filter || said.etag || said.cursor || said.max_page) << body;
  }
  EXPECT_NE(read_config("[]").problem, "");
}

TEST(ScimPagePlanTest, WhatIsAdvertisedNarrowsAndNeverWidens) {
  const Profile generic = *find_profile("generic");
  Advertised said;
  EXPECT_EQ(choose_paging(generic, said).count, 100);
  said.max_page = 50;
  EXPECT_EQ(choose_paging(generic, said).count, 50);
  said.max_page = 5000;
  EXPECT_EQ(choose_paging(generic, said).count, 100);
}

TEST(ScimPagePlanTest, AProfileDecidesBeforeWhatIsAdvertised) {
  Advertised said;
  said.cursor = true;
  EXPECT_TRUE(choose_paging(*find_profile("generic"), said).by_cursor);
  EXPECT_FALSE(choose_paging(*find_profile("sentry"), said).by_cursor);
  said.cursor = false;
  EXPECT_TRUE(choose_paging(*find_profile("aws-iam-identity-center"), said).by_cursor);
}

}  // namespace
}  // namespace usher::scim
