#include "connectors/http/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <random>
#include <semaphore>

#include "connectors/http/classify.h"
#include "connectors/http/context_state.h"
#include "connectors/http/retry.h"
#include "connectors/http/wire.h"
#include "mapping/text.h"

namespace usher {
namespace {

constexpr std::string_view kUserAgent = "usher/" USHER_VERSION;

using Headers = std::vector<std::pair<std::string, std::string>>;

std::string_view find_header(const Headers& headers, std::string_view name) {
  const auto found = std::ranges::find_if(
      headers, [&](const auto& header) { return compare_names(header.first, name) == 0; });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

void add_default(HttpRequest& request, std::string_view name, std::string_view value) {
  if (find_header(request.headers, name).empty()) request.headers.emplace_back(name, value);
}

double draw_jitter() {
  thread_local std::minstd_rand random{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(random);
}

/// Whether the server may have carried the request out without our knowing.
bool leaves_doubt(const Outcome& outcome) {
  if (const auto* failure = std::get_if<Failure>(&outcome)) {
    return failure->stage >= Failure::Stage::kNoAnswer;
  }
  const auto& response = std::get<HttpResponse>(outcome);
  return response.status >= 500 && !was_turned_away(response);
}

/// Holds one of the places of `HttpOptions::parallel`.
class Place {
 public:
  using Places = std::counting_semaphore<>;
  explicit Place(Places& places) : places_(places) { places_.acquire(); }
  ~Place() { places_.release(); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  Places& places_;
};

}  // namespace

std::string_view HttpResponse::header(std::string_view name) const {
  return find_header(headers, name);
}

bool HttpResponse::is_json() const {
  const std::string type = ascii_lower(header("Content-Type"));
  if (!type.empty()) return type.find("json") != std::string::npos;
  const std::string_view text = trim(body);
  return text.starts_with('{') || text.starts_with('[');
}

struct HttpClient::Impl {
  Impl(HttpOptions given, HttpContext& shared);

  HttpResponse send(const HttpRequest& request);
  [[nodiscard]] ConnectorError to_error(const HttpRequest& request,
                                        const HttpResponse& response) const;

 private:
  [[nodiscard]] Outcome attempt(const HttpRequest& request, bool fresh_connection);
  [[nodiscard]] std::unique_ptr<Connection> connect(bool fresh_connection);
  [[nodiscard]] Outcome exchange(std::unique_ptr<Connection> connection,
                                 const HttpRequest& request);
  [[nodiscard]] HttpRequest signed_copy(const HttpRequest& request);
  [[nodiscard]] ProviderError read_error(const HttpResponse& response) const;
  void learn(const HttpResponse& response, const std::optional<ProviderError>& provider,
             RateLimiter::Time sent_at);
  [[nodiscard]] HttpResponse conclude(const HttpRequest& request, Outcome outcome,
                                      bool may_have_run) const;
  [[noreturn]] void refuse(const HttpRequest& request, const RateLimiter::Permit& permit) const;
  [[nodiscard]] std::string told(const HttpRequest& request, const std::string& reason) const;

  // Constant after construction:
  const HttpOptions options_;
  HttpContext::State& shared_;
  const std::string base_path_;
  Endpoint endpoint_;
  std::string pool_key_;
  std::shared_ptr<RateLimiter> limiter_;
  // With locks of their own:
  Redactor redactor_;
  Place::Places places_;
};

HttpClient::Impl::Impl(HttpOptions given, HttpContext& shared)
    : options_(std::move(given)),
      shared_(shared.state()),
      base_path_(parse_base_url(options_.base_url).path),
      endpoint_(parse_base_url(options_.base_url).endpoint),
      redactor_(options_.secrets),
      places_(std::max(1, options_.parallel)) {
  endpoint_.ca_file = options_.ca_file;
  endpoint_.proxy = choose_proxy(options_.proxy, endpoint_.tls, endpoint_.host, endpoint_.port,
                                 process_environment);
  if (endpoint_.proxy) redactor_.remember(endpoint_.proxy->authorization);
  pool_key_ = endpoint_.key();
  const std::string& scope = options_.limit_scope;
  limiter_ = shared_.limiter(scope.empty() ? options_.base_url : scope, options_.rate);
}

HttpResponse HttpClient::Impl::send(const HttpRequest& request) {
  const RetryPolicy policy{options_.attempts, options_.max_wait, options_.retry_html_forbidden};
  bool may_have_run = false;  // an earlier attempt may have been carried out
  NextTry next;
  Attempt done;
  done.repeat = request.repeat;
  std::optional<Outcome> last;
  for (;; ++done.number) {
    const std::stop_token stop = shared_.stop_token();
    const auto permit = limiter_->acquire(options_.max_wait, stop);
    if (!permit.granted) {
      if (last) return conclude(request, std::move(*last), may_have_run);
      refuse(request, permit);
    }
    Outcome outcome = attempt(request, next.fresh_connection);

    const auto* response = std::get_if<HttpResponse>(&outcome);
    shared_.observe(options_.limit_scope, request.method, response ? response->status : 0,
                    permit.waited.count());
    done.provider.reset();
    if (response && !response->ok()) done.provider = read_error(*response);
    if (response) learn(*response, done.provider, permit.sent_at);
    done.now = shared_.clock.now();
    done.jitter = draw_jitter();
    next = next_try(policy, done, outcome);

    may_have_run = may_have_run || leaves_doubt(outcome);
    done.forbidden_before = done.forbidden_before || (response && is_html_forbidden(*response));
    if (!next.again || !shared_.clock.sleep_for(next.wait, stop)) {
      return conclude(request, std::move(outcome), may_have_run);
    }
    last = std::move(outcome);
  }
}

Outcome HttpClient::Impl::attempt(const HttpRequest& request, bool fresh_connection) {
  const HttpRequest ready = signed_copy(request);
  const Place place(places_);
  std::unique_ptr<Connection> connection;
  try {
    connection = connect(fresh_connection);
  } catch (const TlsError& error) {
    return Failure{Failure::Stage::kNoTrust,
                   fmt::format("no connection could be made: {}", error.what())};
  } catch (const StreamError& error) {
    return Failure{Failure::Stage::kNotSent,
                   fmt::format("no connection could be made: {}", error.what())};
  }
  return exchange(std::move(connection), ready);
}

std::unique_ptr<Connection> HttpClient::Impl::connect(bool fresh_connection) {
  if (!fresh_connection) {
    auto idle =
        shared_.pool.take(pool_key_, options_.requests_per_connection, shared_.clock.steady());
    if (idle) return idle;
  }
  return open_connection(endpoint_, shared_.trust, options_.connect_timeout);
}

Outcome HttpClient::Impl::exchange(std::unique_ptr<Connection> connection,
                                   const HttpRequest& request) {
  const bool by_proxy = endpoint_.proxy && !endpoint_.tls;
  const std::string target =
      (by_proxy ? "http://" + endpoint_.authority() : std::string()) + base_path_ + request.path;
  const std::string bytes = render_request(request, target, endpoint_.authority());
  const ReadLimits limits{static_cast<std::uint64_t>(options_.max_response_bytes),
                          Deadline::in(options_.total_timeout, options_.read_timeout)};
  bool begun = false;
  try {
    ++connection->requests;
    connection->stream->write(bytes, limits.deadline);
    WireResponse answer = read_response(*connection->stream, request.method, limits, begun);
    shared_.note_date(endpoint_.authority(), answer.response.header("Date"));
    if (answer.keep_alive) {
      connection->idle_limit = answer.idle_limit.value_or(std::chrono::seconds(0));
      shared_.pool.give_back(pool_key_, std::move(connection), shared_.clock.steady());
    }
    if (options_.correct_status) options_.correct_status(answer.response);
    return std::move(answer.response);
  } catch (const StreamError& error) {
    return Failure{
        begun ? Failure::Stage::kCut : Failure::Stage::kNoAnswer,
        fmt::format("the answer {}: {}", begun ? "broke off" : "never came", error.what())};
  } catch (const WireError& error) {
    if (!begun)
      return Failure{Failure::Stage::kNoAnswer,
                     "the server closed the connection without an answer"};
    return Failure{
        error.kind == WireError::Kind::kTooLarge ? Failure::Stage::kTooLarge : Failure::Stage::kCut,
        fmt::format("the answer cannot be used: {}", error.what())};
  }
}

HttpRequest HttpClient::Impl::signed_copy(const HttpRequest& request) {
  HttpRequest copy = request;
  if (options_.authorize) options_.authorize(copy);
  constexpr std::array<std::string_view, 5> kTelling{"authorization", "token", "secret", "key",
                                                     "cookie"};
  for (const auto& [name, value] : copy.headers) {
    const std::string lower = ascii_lower(name);
    const bool telling = std::ranges::any_of(
        kTelling, [&](std::string_view part) { return lower.find(part) != std::string::npos; });
    if (telling) redactor_.remember(std::string_view(value).substr(value.find(' ') + 1));
  }
  add_default(copy, "User-Agent", kUserAgent);
  add_default(copy, "Accept", "application/json");
  add_default(copy, "Accept-Encoding", "gzip");
  if (endpoint_.proxy && !endpoint_.tls && !endpoint_.proxy->authorization.empty()) {
    add_default(copy, "Proxy-Authorization", endpoint_.proxy->authorization);
  }
  return copy;
}

ProviderError HttpClient::Impl::read_error(const HttpResponse& response) const {
  return options_.read_error ? options_.read_error(response) : read_common_error(response);
}

void HttpClient::Impl::learn(const HttpResponse& response,
                             const std::optional<ProviderError>& provider,
                             RateLimiter::Time sent_at) {
  const auto now = shared_.clock.now();
  // A quota that is used up says nothing about how fast one may ask.
  if (response.status == 429 && (!provider || provider->retry)) limiter_->on_limited(sent_at);
  if (was_turned_away(response)) {
    if (const auto wait = parse_retry_after(response, now)) limiter_->pause_for(*wait);
  }
  const LimitHeaders limits = parse_limit_headers(response, now);
  if (limits.remaining == 0 && limits.reset) limiter_->pause_for(*limits.reset);
}

HttpResponse HttpClient::Impl::conclude(const HttpRequest& request, Outcome outcome,
                                        bool may_have_run) const {
  if (auto* response = std::get_if<HttpResponse>(&outcome)) return std::move(*response);
  const auto& failure = std::get<Failure>(outcome);
  const bool unusable =
      failure.stage == Failure::Stage::kCut || failure.stage == Failure::Stage::kTooLarge;
  if (may_have_run && !only_reads(request)) {
    throw ConnectorError(
        ErrorKind::kUnknownOutcome,
        told(request, failure.message + "; the request may have been carried out, and is "
                                        "looked up before it is tried again"));
  }
  throw ConnectorError(unusable ? ErrorKind::kMalformed : ErrorKind::kTransient,
                       told(request, failure.message));
}

void HttpClient::Impl::refuse(const HttpRequest& request, const RateLimiter::Permit& permit) const {
  const auto wait = permit.paused_until - shared_.clock.steady();
  if (wait <= options_.max_wait) {
    throw ConnectorError(ErrorKind::kTransient,
                         told(request, "usher was told to stop; it was not sent"));
  }
  const auto at = shared_.clock.now() + std::chrono::ceil<std::chrono::seconds>(wait);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  throw ConnectorError(
      ErrorKind::kRateLimited,
      told(request, fmt::format("not sent: the provider wants no request for another {} s, "
                                "which is longer than retry.max_wait ({} s)",
                                seconds, options_.max_wait.count() / 1000)),
      {}, 0, std::chrono::system_clock::to_time_t(at));
}

std::string HttpClient::Impl::told(const HttpRequest& request, const std::string& reason) const {
  return redactor_.scrub(describe(request, endpoint_.authority()) + ": " + reason);
}

ConnectorError HttpClient::Impl::to_error(const HttpRequest& request,
                                          const HttpResponse& response) const {
  return make_error(request, response, read_error(response),
                    {endpoint_.authority(), redactor_, shared_.clock.now()});
}

HttpClient::HttpClient(HttpOptions options, HttpContext& context)
    : impl_(std::make_unique<Impl>(std::move(options), context)) {}
HttpClient::~HttpClient() = default;

HttpResponse HttpClient::send(const HttpRequest& request) {
  return impl_->send(request);
}

HttpResponse HttpClient::send_ok(const HttpRequest& request) {
  HttpResponse response = impl_->send(request);
  if (!response.ok()) throw impl_->to_error(request, response);
  return response;
}

ConnectorError HttpClient::to_error(const HttpRequest& request,
                                    const HttpResponse& response) const {
  return impl_->to_error(request, response);
}

std::string encode_segment(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = (byte < 0x80 && std::isalnum(byte)) ||
                            std::string_view("-._~").find(c) != std::string_view::npos;
    out += unreserved ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

}  // namespace usher
