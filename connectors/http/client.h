#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/clock.h"
#include "connectors/error.h"
#include "mapping/connector_spec.h"

namespace usher {

/// What may be done with a request whose answer was lost.
enum class Repeat {
  kSafe,   ///< reading, or a write that may be sent twice without harm: the client retries it
  kNever,  ///< a write: retried only when it is known not to have reached the server
};

struct HttpRequest {
  std::string method = "GET";
  std::string path;  ///< appended to the base url; starts with `/`, already percent-encoded
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  std::string content_type = "application/json";  ///< sent only with a body
  Repeat repeat = Repeat::kSafe;
};

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string
      body;  ///< whole: counted against Content-Length or ended by the terminal chunk; unzipped

  /// Value of a header, name without regard to case; empty when absent.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  [[nodiscard]] bool is_json()
      const;  ///< by Content-Type, or by the first byte where that is silent
  [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
};

/// What a provider's error body says; filled by the connector's own reader.
struct ProviderError {
  std::string code;               ///< machine code: `seats_full`
  std::string message;            ///< human text, not yet scrubbed
  std::optional<ErrorKind> kind;  ///< overrides the classification by status
  bool retry = true;              ///< false: a quota that will not refill soon, do not wait for it
  std::int64_t retry_at = 0;
};

struct RateLimit {
  double per_second =
      0;  ///< 0: no limit configured; it is still learned from 429 and limit headers
  double burst = 1;
};

struct HttpOptions {
  std::string base_url;  ///< without trailing slash
  std::string ca_file;   ///< empty: the system's
  std::string proxy;     ///< empty: from the environment (HTTPS_PROXY, NO_PROXY); `off`: none
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds read_timeout{30'000};    ///< between two reads
  std::chrono::milliseconds total_timeout{120'000};  ///< of one attempt
  std::int64_t max_response_bytes = 64LL << 20;      ///< also after gzip
  int attempts = 5;
  std::chrono::milliseconds max_wait{60'000};  ///< longest wait before one retry
  int requests_per_connection = 90;            ///< some edges answer 403 past 100 on one connection
  int parallel = 1;
  RateLimit rate;
  std::string limit_scope;  ///< clients of one scope share one token bucket
  bool retry_html_forbidden =
      false;  ///< an HTML 403 comes from the edge: once more on a fresh connection

  /// Signs a request just before each attempt (Authorization and the like).
  std::function<void(HttpRequest&)> authorize;
  /// Reads a provider's error body. Must not throw.
  std::function<ProviderError(const HttpResponse&)> read_error;
  /// Gives an answer the status it means, where a provider says `slow down` in a 200, before
  /// anything else looks at it. Must not throw.
  std::function<void(HttpResponse&)> correct_status;
  std::vector<std::string> secrets;  ///< texts that must be blotted out of every message
};

/// The settings every HTTP connector takes: url, ca_file, proxy, timeout, max_response,
/// `rate: off` or rate.per_second and rate.burst, parallel, retry.attempts, retry.max_wait. The
/// texts given must be literals: the table refers to them.
[[nodiscard]] std::vector<SettingSpec> http_settings(std::string_view default_url,
                                                     std::string_view default_rate_per_second,
                                                     std::string_view default_burst);

/// Fills the options that `http_settings` describes.
[[nodiscard]] HttpOptions http_options(const SettingValues& settings);

/// What all clients of a process share: clock, stop request, token buckets, open connections and
/// who counts the requests. Thread-safe.
class HttpContext {
 public:
  explicit HttpContext(Clock& clock);  ///< `clock` must outlive the context
  ~HttpContext();
  HttpContext(const HttpContext&) = delete;
  HttpContext& operator=(const HttpContext&) = delete;

  /// Waits end early and no further attempt is begun once this token is told to stop.
  void set_stop(std::stop_token stop);
  /// Called after each exchange: scope, method, status (0: no answer), seconds waited for the
  /// limit.
  using Observer = std::function<void(std::string_view scope, std::string_view method, int status,
                                      double seconds_waited)>;
  void set_observer(Observer observer);

  /// What a server's `Date` was ahead of our clock at its last answer (negative: behind); zero when
  /// it has not answered yet. For an empty `base_url` that of the server which is furthest off.
  /// Signed tokens and time-dependent removals look at it.
  [[nodiscard]] std::chrono::seconds clock_skew(std::string_view base_url) const;
  [[nodiscard]] Clock& clock() const;

  struct State;
  [[nodiscard]] State& state() const { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

/// A client of one provider. TLS 1.2 or newer with verification always on, no redirects.
///
/// `send` retries what is safe to retry (see Repeat): connection failures, 429 and 503 after
/// Retry-After (seconds or HTTP date) or an exponential wait with jitter, 5xx of repeatable
/// requests. It returns every answer that is left, whatever its status, and throws ConnectorError
/// where there is none: `kTransient` when the request certainly did not reach the server or only
/// reads (GET, HEAD, OPTIONS), `kUnknownOutcome` when another one may have reached it,
/// `kMalformed` for a body of a read that was cut or too large, `kRateLimited` when the provider
/// asked for a longer silence than `max_wait`, `kRejected` for a request that cannot be sent.
/// Calls may come from several threads.
class HttpClient {
 public:
  HttpClient(HttpOptions options, HttpContext& context);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  [[nodiscard]] HttpResponse send(const HttpRequest& request);

  /// As `send`, and throws the classified ConnectorError for everything but 2xx. The message names
  /// method, path, status and the provider's own words, escaped, cut to 300 bytes and without
  /// secrets. A write that was answered by 5xx is `kUnknownOutcome`.
  [[nodiscard]] HttpResponse send_ok(const HttpRequest& request);

  /// The ConnectorError that `send_ok` would throw for `response`.
  [[nodiscard]] ConnectorError to_error(const HttpRequest& request,
                                        const HttpResponse& response) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Percent-encodes one path segment (RFC 3986 unreserved characters stay).
[[nodiscard]] std::string encode_segment(std::string_view text);

}  // namespace usher
