#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "connectors/http/client.h"

namespace usher {

/// An attempt that brought no usable answer.
struct Failure {
  enum class Stage {
    kNotSent,   ///< the server cannot have seen the request
    kNoTrust,   ///< nor here: its certificate was not accepted, and will not be next time
    kNoAnswer,  ///< it may have; the answer never came
    kCut,       ///< the answer broke off or is not HTTP
    kTooLarge,  ///< the answer is larger than allowed
  };
  Stage stage = Stage::kNotSent;
  std::string message;
};

using Outcome = std::variant<HttpResponse, Failure>;

/// What to do after an attempt.
struct NextTry {
  bool again = false;
  std::chrono::nanoseconds wait{0};
  bool fresh_connection = false;
};

struct RetryPolicy {
  int attempts = 5;
  std::chrono::milliseconds max_wait{60'000};
  bool retry_html_forbidden = false;
};

/// What is known when an attempt has ended.
struct Attempt {
  int number = 1;  ///< from 1
  Repeat repeat = Repeat::kSafe;
  bool forbidden_before = false;          ///< an HTML 403 was already tried again
  std::optional<ProviderError> provider;  ///< of an answer that is no success
  std::chrono::system_clock::time_point now;
  double jitter = 0;  ///< 0 to 1, chosen by chance
};

/// Decides on the next attempt. Pure.
///
/// | outcome | kSafe | kNever |
/// |---|---|---|
/// | not sent | again | again |
/// | no answer, cut | again | no |
/// | 429; 503 with Retry-After | again | again: it was not executed |
/// | 408, 425 | again | no |
/// | 500, 502, 503, 504 | again | no |
/// | HTML 403, where the edge is known to send it | once, fresh connection | the same |
///
/// A wait that the server asks for and that is longer than `max_wait` ends the attempts.
[[nodiscard]] NextTry next_try(const RetryPolicy& policy, const Attempt& attempt,
                               const Outcome& outcome);

/// 1, 2, 4, 8, 16, 16 … seconds, each lengthened by up to a quarter.
[[nodiscard]] std::chrono::nanoseconds backoff(int attempt, double jitter);

/// How long `Retry-After` asks to wait: seconds, or a date, which counts from the server's own
/// `Date` where there is one, so that a wrong clock does no harm. Nothing: absent or unreadable.
[[nodiscard]] std::optional<std::chrono::seconds> parse_retry_after(
    const HttpResponse& response, std::chrono::system_clock::time_point now);

/// Whether a 403 is a page for people from something in front of the provider, not the provider's.
[[nodiscard]] bool is_html_forbidden(const HttpResponse& response);

/// Whether an answer proves that the request was turned away before it was carried out.
[[nodiscard]] bool was_turned_away(const HttpResponse& response);

}  // namespace usher
