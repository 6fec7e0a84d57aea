#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <cmath>

#include "connectors/http/context_state.h"
#include "connectors/http/http_date.h"
#include "mapping/text.h"

namespace usher {

HttpContext::HttpContext(Clock& clock) : state_(std::make_unique<State>(clock)) {}
HttpContext::~HttpContext() = default;

void HttpContext::set_stop(std::stop_token stop) {
  const std::scoped_lock lock(state_->mutex);
  state_->stop = std::move(stop);
}

void HttpContext::set_observer(Observer observer) {
  const std::scoped_lock lock(state_->mutex);
  state_->observer = observer ? std::make_shared<const Observer>(std::move(observer)) : nullptr;
}

std::chrono::seconds HttpContext::clock_skew(std::string_view base_url) const {
  const std::string authority =
      base_url.empty() ? "" : parse_base_url(std::string(base_url)).endpoint.authority();
  const std::scoped_lock lock(state_->mutex);
  std::chrono::seconds worst{0};
  for (const auto& [name, skew] : state_->skews) {
    if (name == authority) return skew;
    if (authority.empty() && std::abs(skew.count()) > std::abs(worst.count())) worst = skew;
  }
  return worst;
}

Clock& HttpContext::clock() const {
  return state_->clock;
}

std::shared_ptr<RateLimiter> HttpContext::State::limiter(const std::string& scope,
                                                         const RateLimit& rate) {
  const std::scoped_lock lock(mutex);
  auto& limiter = limiters[scope];
  if (!limiter) limiter = std::make_shared<RateLimiter>(clock);
  limiter->configure(rate);
  return limiter;
}

std::stop_token HttpContext::State::stop_token() const {
  const std::scoped_lock lock(mutex);
  return stop;
}

void HttpContext::State::observe(std::string_view scope, std::string_view method, int status,
                                 double seconds_waited) const {
  std::shared_ptr<const Observer> current;
  {
    const std::scoped_lock lock(mutex);
    current = observer;
  }
  if (current) (*current)(scope, method, status, seconds_waited);
}

void HttpContext::State::note_date(const std::string& authority, std::string_view date) {
  const auto theirs = parse_http_date(date);
  if (!theirs) return;
  const auto skew = std::chrono::duration_cast<std::chrono::seconds>(*theirs - clock.now());
  const std::scoped_lock lock(mutex);
  skews[authority] = skew;
}

BaseUrl parse_base_url(const std::string& url) {
  try {
    const Poco::URI uri(url);
    if (uri.getHost().empty() || (uri.getScheme() != "http" && uri.getScheme() != "https")) {
      throw Poco::SyntaxException("no http url");
    }
    BaseUrl base;
    base.endpoint.tls = uri.getScheme() == "https";
    base.endpoint.host = ascii_lower(uri.getHost());
    base.endpoint.port = uri.getPort();
    const std::size_t host_at = url.find("://") + 3;
    const std::size_t path_at = url.find('/', host_at);
    if (path_at != std::string::npos) base.path = url.substr(path_at);
    while (base.path.ends_with('/')) base.path.pop_back();
    return base;
  } catch (const Poco::Exception&) {
    throw ConnectorError(
        ErrorKind::kRejected,
        "`" + escape_for_display(url) + "` is not a url such as https://api.example.com");
  }
}

}  // namespace usher
