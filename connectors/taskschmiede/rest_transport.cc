#include "connectors/taskschmiede/rest_transport.h"

#include <fmt/format.h>

#include "connectors/error.h"
#include "connectors/taskschmiede/errors.h"
#include "connectors/taskschmiede/mcp_message.h"
#include "mapping/text.h"

namespace usher::taskschmiede {
namespace {

constexpr std::string_view kBasePath = "/api/v1";

HttpRequest to_request(const Operation& operation) {
  HttpRequest request;
  request.method = operation.method;
  request.path = operation.path;
  request.repeat = operation.repeat;
  if (!operation.body.is_null()) request.body = render_json(operation.body);
  return request;
}

/// What messages call it: without the query, which may name people.
std::string name_of(const Operation& operation) {
  return fmt::format("{} {}", operation.method, operation.path.substr(0, operation.path.find('?')));
}

/// What a gateway that wants a login of its own answers, with 200.
bool is_page(const HttpResponse& response) {
  return trim(response.body).starts_with('<');
}

}  // namespace

RestTransport::RestTransport(const Settings& settings, HttpContext& http)
    : email_(settings.email),
      password_(settings.password),
      token_(settings.token.reveal()),
      http_(signed_options(settings), http),
      login_http_(login_options(settings, kBasePath), http) {}

HttpOptions RestTransport::signed_options(const Settings& settings) {
  HttpOptions options = work_options(settings, kBasePath);
  options.authorize = [this](HttpRequest& request) {
    request.headers.emplace_back("Authorization", "Bearer " + token_);
  };
  return options;
}

Answer RestTransport::call(const Operation& operation) {
  const bool is_fresh = log_in();
  try {
    return exchange(http_, operation);
  } catch (const ConnectorError& error) {
    if (is_fresh || password_.empty() || !is_session_lost(error)) throw;
  }
  token_.clear();
  (void)log_in();
  return exchange(http_, operation);
}

bool RestTransport::log_in() {
  if (!token_.empty()) return false;
  const Answer answer =
      exchange(login_http_, {.tool = {},
                             .method = "POST",
                             .path = "/auth/login",
                             .body = {{"email", email_}, {"password", password_.reveal()}}});
  if (answer.data().get("status").text_or("") == "2fa_required") {
    throw ConnectorError(ErrorKind::kUnauthorized,
                         "POST /auth/login: the account asks for a second factor, which nobody can "
                         "give here; make a token (ts.tkn.create) and use `token`");
  }
  token_ = answer.data().get("token").as_text();
  user_id_ = answer.data().get("user_id").as_text();
  return true;
}

Answer RestTransport::exchange(HttpClient& client, const Operation& operation) {
  const HttpRequest request = to_request(operation);
  const std::string name = name_of(operation);
  try {
    const HttpResponse response = client.send(request);
    if (!response.ok() || is_page(response)) throw client.to_error(request, response);
    Answer answer{std::make_unique<JsonDocument>(response.body, name)};
    if (is_failure(answer.root())) throw client.to_error(request, response);
    return answer;
  } catch (const ConnectorError& error) {
    throw as_meant(error, name, operation.only_reads());
  }
}

}  // namespace usher::taskschmiede
