#include "connectors/taskschmiede/reading.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/connectors/recording.h"

namespace usher::taskschmiede {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ReadingTest : public ::testing::Test {
 protected:
  void page(std::initializer_list<const char*> ids, std::uint64_t total) {
    for (const char* id : ids) {
      User user;
      user.id = id;
      user.email = std::string(id) + "@example.com";
      user.status = "active";
      (void)reading_.take(user);
    }
    UserPage page;
    page.rows = ids.size();
    page.total = total;
    reading_.close_page(page);
  }

  Receipt receipt_;
  usher::test::CollectingSink sink_;
  Reading reading_{receipt_, sink_};
};

TEST_F(ReadingTest, WhatWasAnnouncedAndCameIsComplete) {
  page({"a", "b"}, 3);
  EXPECT_FALSE(reading_.is_drained());
  EXPECT_EQ(reading_.rows(), 2U);
  page({"me"}, 3);
  EXPECT_TRUE(reading_.is_drained());
  reading_.close({{{"a", "", "member"}}, 1}, "me");
  EXPECT_THAT(receipt_.reasons, IsEmpty());
  EXPECT_EQ(receipt_.entries, 3U);
}

TEST_F(ReadingTest, WhoReadsIsAmongThoseWhoAreRead) {
  page({"a"}, 1);
  reading_.close({}, "me");
  EXPECT_THAT(receipt_.reasons, ElementsAre(HasSubstr("the account that reads it")));
}

TEST_F(ReadingTest, AMemberWhoIsNotListedMeansThatOthersAreMissingToo) {
  page({"me"}, 1);
  reading_.close({{{"a", "", ""}, {"b", "", ""}, {"me", "", ""}}, 3}, "me");
  EXPECT_THAT(receipt_.reasons, ElementsAre(HasSubstr("2 members of the organisation are not")));
}

TEST_F(ReadingTest, WhoComesTwiceCountsOnce) {
  page({"me", "a"}, 3);
  page({"a"}, 3);
  EXPECT_TRUE(reading_.is_drained());
  reading_.close({}, "me");
  EXPECT_THAT(receipt_.reasons, ElementsAre(HasSubstr("3 users were announced and 2 different")));
}

TEST_F(ReadingTest, APageThatBringsNobodyNewIsTheLast) {
  page({"me"}, 100);
  EXPECT_FALSE(reading_.is_drained());
  page({"me"}, 100);
  EXPECT_TRUE(reading_.is_drained());
}

}  // namespace
}  // namespace usher::taskschmiede
