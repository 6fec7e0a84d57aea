#include "connectors/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "connectors/error.h"

namespace usher {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Two accounts on each page; a page that is not there cannot be read.
Receipt read(const std::map<std::string, std::string>& next, std::optional<int> total = {},
             ErrorKind trouble = ErrorKind::kTransient) {
  return read_pages([&](const std::string& cursor, Receipt& receipt) {
    const auto page = next.find(cursor);
    if (page == next.end()) throw ConnectorError(trouble, "no such page");
    receipt.entries += 2;
    if (total) receipt.expected = *total;
    return page->second;
  });
}

TEST(PagesTest, AllPagesAreReadUntilOneNamesNoNext) {
  const Receipt receipt = read({{"", "b"}, {"b", "c"}, {"c", ""}}, 6);
  EXPECT_EQ(receipt.pages, 3U);
  EXPECT_EQ(receipt.entries, 6U);
  EXPECT_THAT(receipt.reasons, IsEmpty());
}

TEST(PagesTest, ATotalIsLookedAtWhereThereIsOne) {
  EXPECT_THAT(read({{"", ""}}).reasons, IsEmpty());
  EXPECT_THAT(read({{"", ""}}, 3).reasons, ElementsAre("2 accounts were listed, 3 announced"));
}

TEST(PagesTest, ALaterPageThatFailsMakesTheListIncomplete) {
  const Receipt receipt = read({{"", "b"}}, 2);
  EXPECT_EQ(receipt.pages, 1U);
  EXPECT_THAT(receipt.reasons, ElementsAre("page 2: no such page"));
}

TEST(PagesTest, NothingAtAllIsAnError) {
  EXPECT_THROW((void)read({}), ConnectorError);
}

TEST(PagesTest, ACredentialThatExpiresIsAnErrorOnAnyPage) {
  EXPECT_THROW((void)read({{"", "b"}}, {}, ErrorKind::kUnauthorized), ConnectorError);
}

TEST(PagesTest, ACursorThatComesBackEndsTheList) {
  EXPECT_THAT(read({{"", "b"}, {"b", "b"}}).reasons, ElementsAre(HasSubstr("circle")));
}

}  // namespace
}  // namespace usher
