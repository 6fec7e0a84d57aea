#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "connectors/http/client.h"
#include "connectors/http/connection_pool.h"
#include "connectors/http/rate_limiter.h"
#include "connectors/http/tls_stream.h"

namespace usher {

struct HttpContext::State {
  explicit State(Clock& shared_clock) : clock(shared_clock) {}

  /// The bucket of a scope, made at first use.
  [[nodiscard]] std::shared_ptr<RateLimiter> limiter(const std::string& scope,
                                                     const RateLimit& rate);
  [[nodiscard]] std::stop_token stop_token() const;
  void observe(std::string_view scope, std::string_view method, int status,
               double seconds_waited) const;
  /// `authority` answered with this `Date`, just now.
  void note_date(const std::string& authority, std::string_view date);

  Clock& clock;
  // With locks of their own:
  ConnectionPool pool;
  TlsTrust trust;

  mutable std::mutex mutex;
  // Guarded by mutex:
  std::stop_token stop;
  std::shared_ptr<const Observer> observer;
  std::map<std::string, std::shared_ptr<RateLimiter>> limiters;
  std::map<std::string, std::chrono::seconds> skews;
};

/// The endpoint that a base url names, and the path that every request begins with. Throws
/// ConnectorError `kRejected` for something that is not an http or https url.
struct BaseUrl {
  Endpoint endpoint;  ///< without proxy and CA
  std::string path;   ///< without trailing slash
};
[[nodiscard]] BaseUrl parse_base_url(const std::string& url);

}  // namespace usher
