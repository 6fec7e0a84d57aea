#include "connectors/http/rate_limiter.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/support/manual_clock.h"

namespace usher {
namespace {

using std::chrono::seconds;

class RateLimiterTest : public testing::Test {
 protected:
  RateLimiter::Permit take() { return limiter_.acquire(seconds(60), stop_.get_token()); }

  /// Takes `count` tokens and returns how many seconds that took.
  double take_many(int count) {
    const auto begin = clock_.steady();
    for (int i = 0; i < count; ++i) (void)take();
    return RateLimiter::Seconds(clock_.steady() - begin).count();
  }

  /// Asks as fast as allowed for `duration` against a server that lets `limit` a second through,
  /// and returns what was let through and what was answered with 429.
  std::pair<int, int> run_against(double limit, double burst, seconds duration) {
    double tokens = burst;
    auto filled = clock_.steady();
    int good = 0;
    int limited = 0;
    for (const auto end = clock_.steady() + duration; clock_.steady() < end;) {
      const auto permit = take();
      const auto now = clock_.steady();
      tokens = std::min(burst, tokens + RateLimiter::Seconds(now - filled).count() * limit);
      filled = now;
      clock_.advance(std::chrono::milliseconds(1));  // the way there and back
      if (tokens >= 1) {
        tokens -= 1;
        ++good;
      } else {
        ++limited;
        limiter_.on_limited(permit.sent_at);
        clock_.advance(seconds(1));  // the first step of the retry
      }
    }
    return {good, limited};
  }

  ManualClock clock_;
  std::stop_source stop_;
  RateLimiter limiter_{clock_};
};

TEST_F(RateLimiterTest, WithoutALimitNobodyWaits) {
  EXPECT_EQ(take_many(10'000), 0);
}

TEST_F(RateLimiterTest, SpreadsRequestsOverTime) {
  limiter_.configure({.per_second = 10, .burst = 1});
  EXPECT_NEAR(take_many(101), 10, 0.01);
}

TEST_F(RateLimiterTest, LetsABurstThroughAfterAPause) {
  limiter_.configure({.per_second = 2, .burst = 5});
  EXPECT_EQ(take_many(5), 0);
  EXPECT_NEAR(take_many(1), 0.5, 0.001);
  clock_.advance(seconds(60));
  EXPECT_EQ(take_many(5), 0) << "and no more than a burst";
  EXPECT_GT(take_many(1), 0);
}

TEST_F(RateLimiterTest, TheLowestConfiguredRateOfAScopeHolds) {
  limiter_.configure({.per_second = 10});
  limiter_.configure({.per_second = 2});
  limiter_.configure({.per_second = 50});
  limiter_.configure({.per_second = 0});
  EXPECT_EQ(limiter_.rate(), 2);
}

TEST_F(RateLimiterTest, Halves) {
  limiter_.configure({.per_second = 8});
  limiter_.on_limited(take().sent_at);
  EXPECT_EQ(limiter_.rate(), 4);
}

TEST_F(RateLimiterTest, RequestsThatWereUnderWayTogetherCountAsOneRefusal) {
  limiter_.configure({.per_second = 8, .burst = 4});
  std::vector<RateLimiter::Permit> permits;
  for (int i = 0; i < 4; ++i) permits.push_back(take());
  for (const auto& permit : permits) limiter_.on_limited(permit.sent_at);
  EXPECT_EQ(limiter_.rate(), 4);
}

TEST_F(RateLimiterTest, LearnsAnUnknownRateFromWhatWasSentInTheLastSecond) {
  RateLimiter::Permit last;
  for (int i = 0; i < 40; ++i) last = take();
  limiter_.on_limited(last.sent_at);
  EXPECT_EQ(limiter_.rate(), 20);
}

TEST_F(RateLimiterTest, ComesBackSlowlyAndNeverAboveTheConfiguredRate) {
  limiter_.configure({.per_second = 8});
  limiter_.on_limited(take().sent_at);
  clock_.advance(seconds(5));
  (void)take();
  EXPECT_NEAR(limiter_.rate(), 0.95 * 8, 0.01);
  clock_.advance(std::chrono::hours(2));
  (void)take();
  EXPECT_EQ(limiter_.rate(), 8);
}

TEST_F(RateLimiterTest, APauseHoldsForTheWholeScope) {
  limiter_.pause_for(seconds(30));
  limiter_.pause_for(seconds(10));
  const auto permit = take();
  EXPECT_TRUE(permit.granted);
  EXPECT_NEAR(permit.waited.count(), 30, 0.001);
}

TEST_F(RateLimiterTest, APauseThatIsTooLongIsNotWaitedFor) {
  limiter_.pause_for(seconds(61));
  EXPECT_FALSE(take().granted);
  EXPECT_TRUE(clock_.sleeps().empty());
}

TEST_F(RateLimiterTest, AStopEndsTheWait) {
  limiter_.configure({.per_second = 0.001});
  (void)take();
  stop_.request_stop();
  EXPECT_FALSE(take().granted);
}

TEST_F(RateLimiterTest, UsesAKnownLimitToTheFullWithoutRefusals) {
  limiter_.configure({.per_second = 30, .burst = 10});
  const auto [good, limited] = run_against(30, 10, seconds(120));
  EXPECT_GE(good, 0.95 * 30 * 120);
  EXPECT_EQ(limited, 0);
}

TEST_F(RateLimiterTest, FindsAnUnknownLimitWithFewRefusals) {
  const auto [learned, while_learning] = run_against(30, 10, seconds(300));
  EXPECT_LE(while_learning, 5);
  EXPECT_GE(learned, 0.8 * 30 * 300);
  const auto [good, limited] = run_against(30, 10, seconds(600));
  EXPECT_LE(limited, 5);
  EXPECT_GE(good, 0.9 * 30 * 600);
}

TEST_F(RateLimiterTest, FindsALimitPerMinuteToo) {
  const auto [learned, while_learning] = run_against(50.0 / 60, 50, seconds(600));
  EXPECT_LE(while_learning, 20);
  const auto [good, limited] = run_against(50.0 / 60, 50, seconds(3600));
  EXPECT_LE(limited, 30);
  EXPECT_GE(good, 0.8 * 50 * 60);
}

TEST_F(RateLimiterTest, ServesManyThreads) {
  limiter_.configure({.per_second = 1000});
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([this] { take_many(100); });
  }
  EXPECT_GE(
      RateLimiter::Seconds(clock_.steady().time_since_epoch() - std::chrono::hours(1)).count(),
      0.79);
}

TEST(LimitHeadersTest, AreReadInTheirCommonForms) {
  const auto now = ManualClock().now();
  const auto today = std::chrono::system_clock::to_time_t(now);
  const struct {
    std::string prefix, remaining, reset;
    std::int64_t want;
  } cases[] = {
      {"RateLimit-", "0", "12", 12},
      {"X-RateLimit-", "3;w=60", "0", 0},
      {"x-ratelimit-", "0", std::to_string(today + 90), 90},
      {"X-Rate-Limit-", "0", std::to_string(today - 90), 0},
  };
  for (const auto& row : cases) {
    HttpResponse response;
    response.headers = {{row.prefix + "Remaining", row.remaining},
                        {row.prefix + "Reset", row.reset}};
    const LimitHeaders headers = parse_limit_headers(response, now);
    EXPECT_EQ(headers.remaining, std::stoi(row.remaining)) << row.prefix;
    ASSERT_TRUE(headers.reset) << row.prefix;
    EXPECT_EQ(headers.reset->count(), row.want) << row.prefix;
  }
  EXPECT_FALSE(parse_limit_headers({}, now).remaining);
}

}  // namespace
}  // namespace usher
