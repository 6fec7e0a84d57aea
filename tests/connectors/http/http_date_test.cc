#include "connectors/http/http_date.h"

#include <gtest/gtest.h>

#include <string>

namespace usher {
namespace {

TEST(HttpDateTest, IsReadInItsThreeForms) {
  const auto want = std::chrono::sys_days{std::chrono::year{2026} / 11 / 6} +
                    std::chrono::hours(8) + std::chrono::minutes(49) + std::chrono::seconds(37);
  for (const char* text : {"Fri, 06 Nov 2026 08:49:37 GMT", "Friday, 06-Nov-26 08:49:37 GMT",
                           "Fri Nov  6 08:49:37 2026"}) {
    EXPECT_EQ(parse_http_date(text), want) << text;
  }
}

TEST(HttpDateTest, NothingElseIsADate) {
  for (const char* text :
       {"", "soon", "-5", "Fri, 06 Nov 2026 08:49:37", "Fri, 06 Nov 2026 08:49:37 CET",
        "Fri, 31 Feb 2026 08:49:37 GMT", "Fri, 06 Foo 2026 08:49:37 GMT",
        "Fri, 06 Nov 2026 24:49:37 GMT", "Fri, 06 Nov 2026 8:49:37 GMT",
        "Fri, 06 Nov 99999 08:49:37 GMT", "2026-11-06T08:49:37Z"}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

}  // namespace
}  // namespace usher
