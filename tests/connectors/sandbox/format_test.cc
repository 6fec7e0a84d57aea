#include "connectors/sandbox/format.h"

#include <gtest/gtest.h>

#include "connectors/sandbox/rate.h"
#include "connectors/sandbox/switches.h"

namespace usher::sandbox {
namespace {

TEST(FormatTest, LocalTimeFollowsTheEuropeanRule) {
  struct Case {
    const char* utc;
    TimeZone zone;
    const char* local;
  };
  const Case cases[] = {
      {"2026-03-29T00:59:59Z", {}, "2026-03-29 01:59:59 +0100"},
      {"2026-03-29T01:00:00Z", {}, "2026-03-29 03:00:00 +0200"},
      {"2026-10-25T00:59:59Z", {}, "2026-10-25 02:59:59 +0200"},
      {"2026-10-25T01:00:00Z", {}, "2026-10-25 02:00:00 +0100"},
      {"2026-07-01T00:00:00Z",
       {.offset_minutes = -210, .european_summer_time = false},
       "2026-06-30 20:30:00 -0330"},
  };
  for (const auto& [utc, zone, local] : cases) {
    EXPECT_EQ(local_time(parse_rfc3339(utc).value(), zone), local);
  }
}

TEST(FormatTest, ReadsItsOwnTimesAndNothingElse) {
  EXPECT_EQ(parse_rfc3339("2026-01-01T00:00:00Z"), 1'767'225'600);
  EXPECT_EQ(http_date(1'767'225'600), "Thu, 01 Jan 2026 00:00:00 GMT");
  for (const char* text :
       {"", "yesterday", "2026-01-01", "2026-02-30T00:00:00Z", "2026-01-01 00:00:00 +0100"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(RateTest, ReadsRatesAndRefusesOthers) {
  EXPECT_EQ(parse_rate("50/min").period_seconds, 60);
  EXPECT_EQ(parse_rate("off").count, 0);
  for (const char* text : {"", "50", "50/day", "x/s", "0/s", "-1/s", "50 /s"}) {
    EXPECT_THROW(static_cast<void>(parse_rate(text)), BadRequest) << text;
  }
}

TEST(RateTest, BucketsFillWithTime) {
  RateLimiter limiter;
  const Rate rate{2, 1};
  EXPECT_EQ(limiter.take("a", rate, 1, 10), 0);
  EXPECT_DOUBLE_EQ(limiter.take("a", rate, 1, 10), 0.5);
  EXPECT_EQ(limiter.take("b", rate, 1, 10), 0);
  EXPECT_EQ(limiter.take("a", rate, 1, 10.5), 0);
}

}  // namespace
}  // namespace usher::sandbox
