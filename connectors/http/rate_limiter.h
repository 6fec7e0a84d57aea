#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>

#include "connectors/http/client.h"

namespace usher {

/// A token bucket for one limit scope, shared by all clients in it, that learns.
///
/// * A configured rate is the ceiling. Without one the limiter lets everything pass until the first
///   429; what was sent in the second before then is the first guess at the limit.
/// * A 429 halves the rate, once for all requests that were under way together.
/// * The rate comes back as in TCP CUBIC (RFC 9438): in a few seconds to just under the rate that
///   was too much, past it very slowly, then faster. A limit that is where it was thought to be is
///   probed four times more rarely each time, down to once in ten minutes.
/// * `Retry-After` and used-up limit headers stop the whole scope until then.
///
/// Thread-safe.
class RateLimiter {
 public:
  using Seconds = std::chrono::duration<double>;
  using Time = std::chrono::steady_clock::time_point;

  explicit RateLimiter(Clock& clock);

  /// Clients of one scope may be configured differently: the lowest rate holds.
  void configure(const RateLimit& limit);

  struct Permit {
    bool granted = false;
    Seconds waited{0};
    Time sent_at;       ///< for `on_limited`
    Time paused_until;  ///< when not granted: the scope stands still for longer than `max_wait`
  };

  /// Waits for a token and takes it. Not granted when a stop is requested, or when the scope is
  /// paused for longer than `max_wait` (waiting for one's turn is not limited: it is steady
  /// progress).
  [[nodiscard]] Permit acquire(std::chrono::nanoseconds max_wait, std::stop_token stop);

  /// The provider answered a request, sent at `sent_at`, with 429.
  void on_limited(Time sent_at);

  /// The provider wants silence for this long.
  void pause_for(std::chrono::nanoseconds duration);

  /// Requests per second allowed now; 0: no limit known.
  [[nodiscard]] double rate() const;

 private:
  void grow(Time now);
  void refill(Time now);
  void record(Time now);
  [[nodiscard]] Seconds wait_from(Time now) const;
  [[nodiscard]] Seconds scaled(Seconds at_least, double requests) const;

  Clock& clock_;
  mutable std::mutex mutex_;
  // Guarded by mutex_:
  double ceiling_ = 0;  ///< configured; 0: none
  double burst_ = 1;
  double rate_ = 0;  ///< 0: no limit known
  double tokens_ = 1;
  double limit_ = 0;    ///< the provider's, as the last 429 told; 0: none yet
  double start_ = 0;    ///< the rate after the last 429
  Seconds plateau_{0};  ///< how long it takes from just under `limit_` to `limit_`
  bool growing_ = false;
  Time refilled_at_;
  Time cut_at_;
  Time paused_until_;
  std::deque<Time> recent_;  ///< requests of the last second
};

/// What the limit headers of an answer say: RateLimit-*, X-RateLimit-*, X-Rate-Limit-*.
struct LimitHeaders {
  std::optional<std::int64_t> remaining;
  std::optional<std::chrono::seconds> reset;  ///< from now
};
[[nodiscard]] LimitHeaders parse_limit_headers(const HttpResponse& response,
                                               std::chrono::system_clock::time_point now);

}  // namespace usher
