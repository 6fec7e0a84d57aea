#include "connectors/http/retry.h"

#include <gtest/gtest.h>

namespace usher {
namespace {

using std::chrono::seconds;
using std::chrono::system_clock;
using Stage = Failure::Stage;

const RetryPolicy kPolicy{.attempts = 5, .max_wait = std::chrono::seconds(60)};
const auto kNow = system_clock::from_time_t(1'767'225'600);  // 2026-01-01T00:00:00Z

Outcome answer(int status, std::string retry_after = "") {
  HttpResponse response;
  response.status = status;
  if (!retry_after.empty()) response.headers.emplace_back("Retry-After", std::move(retry_after));
  return response;
}

Attempt attempt(Repeat repeat, int number = 1) {
  Attempt made;
  made.number = number;
  made.repeat = repeat;
  made.now = kNow;
  return made;
}

TEST(NextTryTest, TriesAgainExactlyWhatIsSafeToTryAgain) {
  const struct {
    const char* name;
    Outcome outcome;
    bool safe, never;
  } cases[] = {
      {"not sent", Failure{Stage::kNotSent, ""}, true, true},
      {"no trust", Failure{Stage::kNoTrust, ""}, false, false},
      {"no answer", Failure{Stage::kNoAnswer, ""}, true, false},
      {"cut", Failure{Stage::kCut, ""}, true, false},
      {"too large", Failure{Stage::kTooLarge, ""}, false, false},
      {"200", answer(200), false, false},
      {"302", answer(302), false, false},
      {"400", answer(400), false, false},
      {"401", answer(401), false, false},
      {"404", answer(404), false, false},
      {"408", answer(408), true, false},
      {"409", answer(409), false, false},
      {"429", answer(429), true, true},
      {"500", answer(500), true, false},
      {"501", answer(501), false, false},
      {"502", answer(502), true, false},
      {"503", answer(503), true, false},
      {"503 with Retry-After", answer(503, "1"), true, true},
      {"504", answer(504), true, false},
  };
  for (const auto& row : cases) {
    EXPECT_EQ(next_try(kPolicy, attempt(Repeat::kSafe), row.outcome).again, row.safe) << row.name;
    EXPECT_EQ(next_try(kPolicy, attempt(Repeat::kNever), row.outcome).again, row.never) << row.name;
  }
}

TEST(NextTryTest, EndsWithTheLastAttempt) {
  EXPECT_TRUE(next_try(kPolicy, attempt(Repeat::kSafe, 4), answer(500)).again);
  EXPECT_FALSE(next_try(kPolicy, attempt(Repeat::kSafe, 5), answer(500)).again);
}

TEST(NextTryTest, WaitsAsLongAsTheServerAsksUpToTheLimit) {
  EXPECT_EQ(next_try(kPolicy, attempt(Repeat::kSafe), answer(429, "60")).wait, seconds(60));
  EXPECT_FALSE(next_try(kPolicy, attempt(Repeat::kSafe), answer(429, "61")).again);
}

TEST(NextTryTest, BelievesTheProviderOnWhenToComeBack) {
  Attempt made = attempt(Repeat::kNever);
  made.provider = ProviderError{.code = "",
                                .message = "",
                                .kind = {},
                                .retry = true,
                                .retry_at = system_clock::to_time_t(kNow) + 20};
  EXPECT_EQ(next_try(kPolicy, made, answer(429)).wait, seconds(20));
  made.provider->retry = false;
  EXPECT_FALSE(next_try(kPolicy, made, answer(429)).again);
}

TEST(BackoffTest, DoublesUpToSixteenSecondsAndAddsUpToAQuarter) {
  const int want[] = {1, 2, 4, 8, 16, 16, 16};
  for (int i = 0; i < 7; ++i) EXPECT_EQ(backoff(i + 1, 0), seconds(want[i])) << i;
  EXPECT_EQ(backoff(3, 1), seconds(5));
}

TEST(RetryAfterTest, IsReadInBothForms) {
  const struct {
    std::string value, date;
    std::optional<int> want;
  } cases[] = {
      {"0", "", 0},
      {" 120 ", "", 120},
      {"Thu, 01 Jan 2026 00:00:30 GMT", "", 30},
      {"Thursday, 01-Jan-26 00:00:30 GMT", "", 30},
      {"Thu Jan  1 00:00:30 2026", "", 30},
      {"Thu, 01 Jan 2026 01:00:30 GMT", "Thu, 01 Jan 2026 01:00:00 GMT", 30},
      {"Wed, 31 Dec 2025 23:00:00 GMT", "", 0},
      {"", "", {}},
      {"soon", "", {}},
      {"-5", "", {}},
      {"1.5", "", {}},
      {"99999999999999999999", "", {}},
  };
  for (const auto& row : cases) {
    HttpResponse response;
    response.headers = {{"Retry-After", row.value}, {"Date", row.date}};
    const auto wait = parse_retry_after(response, kNow);
    const auto want = row.want ? std::optional(seconds(*row.want)) : std::nullopt;
    EXPECT_EQ(wait, want) << row.value;
  }
}

}  // namespace
}  // namespace usher
