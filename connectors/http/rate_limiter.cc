#include "connectors/http/rate_limiter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace usher {
namespace {

constexpr double kMinRate = 1.0 / 60;
constexpr double kKnee = 0.95;  // of the limit: where the slow part begins
constexpr double kClearlyLess = 0.97;
constexpr double kFastConvergence = 0.9;  // RFC 9438 4.7: a limit that sinks, sinks further
constexpr double kSame = 0.15;            // two looks at one limit differ by less
constexpr double kRarer = 4;
constexpr RateLimiter::Seconds kMaxPlateau{600};
constexpr RateLimiter::Seconds kWindow{1};

std::chrono::nanoseconds to_nanoseconds(RateLimiter::Seconds seconds) {
  return std::chrono::ceil<std::chrono::nanoseconds>(seconds);
}

}  // namespace

RateLimiter::RateLimiter(Clock& clock) : clock_(clock) {
  const Time now = clock_.steady();
  refilled_at_ = cut_at_ = paused_until_ = now;
}

void RateLimiter::configure(const RateLimit& limit) {
  const std::scoped_lock lock(mutex_);
  if (limit.per_second <= 0 || (ceiling_ > 0 && ceiling_ <= limit.per_second)) return;
  ceiling_ = limit.per_second;
  burst_ = std::max(1.0, limit.burst);
  if (rate_ == 0) tokens_ = burst_;
  rate_ = rate_ == 0 ? ceiling_ : std::min(rate_, ceiling_);
}

RateLimiter::Permit RateLimiter::acquire(std::chrono::nanoseconds max_wait, std::stop_token stop) {
  const Time begin = clock_.steady();
  for (;;) {
    std::unique_lock lock(mutex_);
    const Time now = clock_.steady();
    const Permit refused{false, now - begin, now, paused_until_};
    if (stop.stop_requested() || paused_until_ - now > max_wait) return refused;
    grow(now);
    refill(now);
    const Seconds wait = wait_from(now);
    if (wait <= Seconds(0)) {
      if (rate_ > 0) tokens_ -= 1;
      record(now);
      return {true, now - begin, now, paused_until_};
    }
    lock.unlock();
    // A stop shows at the next turn.
    (void)clock_.sleep_for(to_nanoseconds(wait), stop);
  }
}

RateLimiter::Seconds RateLimiter::wait_from(Time now) const {
  const Seconds pause = paused_until_ - now;
  constexpr double kAlmost = 1 - 1e-6;  // rounding must not cost a second sleep
  const Seconds turn = rate_ > 0 && tokens_ < kAlmost ? Seconds((1 - tokens_) / rate_) : Seconds(0);
  return std::max({pause, turn, Seconds(0)});
}

void RateLimiter::refill(Time now) {
  const Seconds passed = now - refilled_at_;
  refilled_at_ = now;
  tokens_ = std::min(burst_, tokens_ + passed.count() * rate_);
}

void RateLimiter::record(Time now) {
  recent_.push_back(now);
  while (recent_.front() <= now - kWindow) recent_.pop_front();
}

/// Times follow the limit: at one request a minute nothing can be learned in five seconds.
RateLimiter::Seconds RateLimiter::scaled(Seconds at_least, double requests) const {
  return std::max(at_least, Seconds(requests / limit_));
}

void RateLimiter::grow(Time now) {
  if (!growing_) return;
  const Seconds passed = now - cut_at_;
  const Seconds quick = scaled(Seconds(5), 10);
  const double knee = kKnee * limit_;
  if (passed < quick) {
    rate_ = start_ + (knee - start_) * (passed / quick);
  } else {
    const double x = (passed - quick - plateau_) / plateau_;  // -1 at the knee, 0 at the limit
    rate_ = limit_ + (limit_ - knee) * x * x * x;
  }
  if (ceiling_ > 0 && rate_ >= ceiling_) {
    rate_ = ceiling_;
    growing_ = false;
  }
}

void RateLimiter::on_limited(Time sent_at) {
  const std::scoped_lock lock(mutex_);
  const Time now = clock_.steady();
  // Requests that were under way together with the one that was refused first tell nothing new.
  if (limit_ > 0 && sent_at <= cut_at_) return;
  grow(now);
  const double recently =
      std::max<double>(1, static_cast<double>(recent_.size())) / kWindow.count();
  const double too_much = rate_ > 0 ? rate_ : recently;
  const double before = limit_;
  const bool sinking = too_much < kClearlyLess * before;
  limit_ = sinking ? kFastConvergence * too_much : too_much;
  const bool same = std::abs(too_much - before) < kSame * before;
  const bool guessed = rate_ == 0;  // the next look comes soon
  const Seconds shortest = guessed ? scaled(Seconds(2), 10) : scaled(Seconds(10), 30);
  plateau_ =
      same ? std::clamp(plateau_ * kRarer, shortest, std::max(kMaxPlateau, shortest)) : shortest;
  start_ = rate_ = std::max(kMinRate, too_much / 2);
  growing_ = true;
  tokens_ = 0;
  cut_at_ = refilled_at_ = now;
}

void RateLimiter::pause_for(std::chrono::nanoseconds duration) {
  const std::scoped_lock lock(mutex_);
  paused_until_ = std::max(paused_until_, clock_.steady() + duration);
}

double RateLimiter::rate() const {
  const std::scoped_lock lock(mutex_);
  return rate_;
}

LimitHeaders parse_limit_headers(const HttpResponse& response,
                                 std::chrono::system_clock::time_point now) {
  const auto number = [&](std::string_view suffix) -> std::optional<std::int64_t> {
    constexpr std::array<std::string_view, 3> kPrefixes{"RateLimit-", "X-RateLimit-",
                                                        "X-Rate-Limit-"};
    for (const std::string_view prefix : kPrefixes) {
      const std::string_view text = response.header(std::string(prefix) + std::string(suffix));
      std::int64_t value = 0;  // what follows the digits are parameters: `100;w=60`
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (error == std::errc() && end != text.data() && value >= 0) return value;
    }
    return {};
  };
  LimitHeaders headers{number("Remaining"), {}};
  if (const auto reset = number("Reset")) {
    // Some count from now, some give a point in time; no window is as long as thirty years.
    constexpr std::int64_t kFirstDate = 1'000'000'000;
    const std::int64_t today = std::chrono::system_clock::to_time_t(now);
    const std::int64_t seconds = *reset >= kFirstDate ? *reset - today : *reset;
    headers.reset = std::chrono::seconds(std::max<std::int64_t>(0, seconds));
  }
  return headers;
}

}  // namespace usher
