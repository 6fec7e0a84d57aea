#include "connectors/scim/token.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/error.h"
#include "connectors/http/base64.h"
#include "connectors/http/json.h"

namespace usher::scim {
namespace {

constexpr std::chrono::seconds kEarly{60};
constexpr std::int64_t kUsualLifetime = 300;  ///< where the server does not tell
constexpr std::int64_t kLongestLifetime = 86'400;

/// Position where the path of `url` begins.
std::size_t path_begin(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t host = scheme == std::string_view::npos ? 0 : scheme + 3;
  return std::min(url.find('/', host), url.size());
}

HttpOptions options_for(const OAuth& oauth, HttpOptions options) {
  options.base_url = oauth.token_url.substr(0, path_begin(oauth.token_url));
  options.limit_scope = "oauth " + oauth.token_url;
  options.rate = {};
  options.authorize = nullptr;
  options.read_error = nullptr;
  return options;
}

/// `application/x-www-form-urlencoded`; percent signs say everything.
std::string form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    if (value.empty()) continue;
    if (!text.empty()) text += '&';
    text.append(name).append("=").append(encode_segment(value));
  }
  return text;
}

}  // namespace

AccessToken::AccessToken(const OAuth& oauth, const HttpOptions& options, HttpContext& http)
    : oauth_(oauth),
      clock_(http.clock()),
      path_(oauth.token_url.substr(path_begin(oauth.token_url))),
      http_(options_for(oauth, options), http) {}

const Secret& AccessToken::get() {
  if (token_.empty() || clock_.now() >= good_until_) fetch();
  return token_;
}

HttpResponse AccessToken::ask(bool in_body) {
  HttpRequest request{.method = "POST", .path = path_.empty() ? "/" : path_};
  request.content_type = "application/x-www-form-urlencoded";
  const std::string& secret = oauth_.client_secret.reveal();
  if (in_body) {
    request.body = form({{"grant_type", "client_credentials"},
                         {"client_id", oauth_.client_id},
                         {"client_secret", secret},
                         {"scope", oauth_.scope}});
  } else {
    request.body = form({{"grant_type", "client_credentials"}, {"scope", oauth_.scope}});
    request.headers.emplace_back(
        "Authorization",
        "Basic " + encode_base64(encode_segment(oauth_.client_id) + ":" + encode_segment(secret)));
  }
  HttpResponse response = http_.send(request);
  if (response.ok()) return response;
  const ConnectorError error = http_.to_error(request, response);
  const bool is_refused = response.status == 400 || response.status == 401;
  if (is_refused && !in_body && error.code == "invalid_client") {
    names_itself_in_body_ = true;
    return ask(true);
  }
  // Whatever it says no to, without a token nothing else can succeed.
  const bool is_no = response.status < 500 && error.kind != ErrorKind::kRateLimited;
  throw ConnectorError(is_no ? ErrorKind::kUnauthorized : ErrorKind::kTransient,
                       fmt::format("no access token: {}", error.what()), error.code,
                       error.http_status, error.retry_at);
}

void AccessToken::fetch() {
  token_ = Secret();
  const auto asked_at = clock_.now();
  HttpResponse response = ask(names_itself_in_body_);
  const JsonDocument document(std::move(response.body), "POST " + path_);
  const std::string type = document.root().get("token_type").text_or("Bearer");
  std::string text = document.root().get("access_token").text_or("");
  if (text.empty() || compare_names(type, "bearer") != 0) {
    throw ConnectorError(ErrorKind::kUnauthorized,
                         "no access token: `oauth2.token_url` answers with something else than a "
                         "bearer token; check that it is the token endpoint");
  }
  const std::int64_t lifetime =
      document.root().get("expires_in").int_or_nothing().value_or(kUsualLifetime);
  const std::chrono::seconds good(std::clamp<std::int64_t>(lifetime, 0, kLongestLifetime));
  good_until_ = asked_at + std::max(good - kEarly, good / 2);
  token_ = Secret(std::move(text));
}

}  // namespace usher::scim
