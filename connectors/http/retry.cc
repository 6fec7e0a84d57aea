#include "connectors/http/retry.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "connectors/http/http_date.h"
#include "mapping/text.h"

namespace usher {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::system_clock;

bool worth_another_try(const Attempt& attempt, const Failure& failure) {
  switch (failure.stage) {
    case Failure::Stage::kNotSent:
      return true;
    case Failure::Stage::kNoAnswer:
    case Failure::Stage::kCut:
      return attempt.repeat == Repeat::kSafe;
    case Failure::Stage::kNoTrust:
    case Failure::Stage::kTooLarge:
      return false;
  }
  return false;
}

bool worth_another_try(const Attempt& attempt, const HttpResponse& response) {
  if (was_turned_away(response)) return !attempt.provider || attempt.provider->retry;
  constexpr std::array kPassing{408, 425, 500, 502, 503, 504};
  return attempt.repeat == Repeat::kSafe && std::ranges::count(kPassing, response.status) > 0 &&
         (!attempt.provider || attempt.provider->retry);
}

std::optional<seconds> asked_wait(const Attempt& attempt, const HttpResponse& response) {
  if (attempt.provider && attempt.provider->retry_at > 0) {
    const auto at = system_clock::from_time_t(attempt.provider->retry_at);
    return std::max(seconds(0), std::chrono::ceil<seconds>(at - attempt.now));
  }
  return parse_retry_after(response, attempt.now);
}

}  // namespace

NextTry next_try(const RetryPolicy& policy, const Attempt& attempt, const Outcome& outcome) {
  if (attempt.number >= policy.attempts) return {};
  const nanoseconds usual =
      std::min<nanoseconds>(backoff(attempt.number, attempt.jitter), policy.max_wait);
  if (const auto* failure = std::get_if<Failure>(&outcome)) {
    return worth_another_try(attempt, *failure) ? NextTry{true, usual, true} : NextTry{};
  }
  const auto& response = std::get<HttpResponse>(outcome);
  if (policy.retry_html_forbidden && !attempt.forbidden_before && is_html_forbidden(response)) {
    return {true, usual, true};
  }
  if (!worth_another_try(attempt, response)) return {};
  const auto asked = asked_wait(attempt, response);
  if (asked && *asked > policy.max_wait) return {};
  // A little chance on top, or all who were turned away come back in the same instant.
  const auto extra = std::chrono::duration_cast<nanoseconds>(attempt.jitter * seconds(1));
  return {true, asked ? std::min<nanoseconds>(*asked + extra, policy.max_wait) : usual, false};
}

nanoseconds backoff(int attempt, double jitter) {
  constexpr int kLongest = 5;
  const std::chrono::duration<double> base(1 << (std::clamp(attempt, 1, kLongest) - 1));
  return std::chrono::duration_cast<nanoseconds>(base * (1 + jitter / 4));
}

std::optional<seconds> parse_retry_after(const HttpResponse& response,
                                         system_clock::time_point now) {
  const std::string_view text = trim(response.header("Retry-After"));
  if (text.empty()) return {};
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error == std::errc() && end == text.data() + text.size()) return seconds(count);
  const auto at = parse_http_date(text);
  if (!at) return {};
  const auto from = parse_http_date(response.header("Date")).value_or(now);
  return std::max(seconds(0), std::chrono::ceil<seconds>(*at - from));
}

bool is_html_forbidden(const HttpResponse& response) {
  return response.status == 403 && !response.is_json();
}

bool was_turned_away(const HttpResponse& response) {
  return response.status == 429 ||
         (response.status == 503 && !response.header("Retry-After").empty());
}

}  // namespace usher
