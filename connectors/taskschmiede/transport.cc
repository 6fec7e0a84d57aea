#include "connectors/taskschmiede/transport.h"

#include <fmt/format.h>

#include "connectors/taskschmiede/errors.h"

namespace usher::taskschmiede {
namespace {

/// Five logins a minute: a refused one is not tried again before the minute is over.
void correct_login_status(HttpResponse& response) {
  constexpr const char* kMinute = "60";
  correct_status(response);
  if (response.status == 429 && response.header("Retry-After").empty()) {
    response.headers.emplace_back("Retry-After", kMinute);
  }
}

}  // namespace

Json Answer::data() const {
  const Json wrapped = root().get("data");
  return wrapped.is_object() ? wrapped : root();
}

HttpOptions work_options(const Settings& settings, std::string_view base_path) {
  HttpOptions options = settings.http;
  options.base_url += base_path;
  options.read_error = read_error;
  options.correct_status = correct_status;
  return options;
}

HttpOptions login_options(const Settings& settings, std::string_view base_path) {
  HttpOptions options = work_options(settings, base_path);
  options.rate = kLoginRate;
  options.limit_scope += " login";
  options.correct_status = correct_login_status;
  return options;
}

ConnectorError as_meant(const ConnectorError& error, std::string_view name, bool only_reads) {
  ErrorKind kind = error.kind;
  if (only_reads && kind == ErrorKind::kUnknownOutcome) kind = ErrorKind::kTransient;
  const bool was_success = error.http_status < 300;
  if (!only_reads && kind == ErrorKind::kMalformed && was_success) {
    kind = ErrorKind::kUnknownOutcome;
  }
  std::string text = fmt::format("{}: {}", name, error.what());
  if (const std::string_view next = advice(error); !next.empty()) text += fmt::format(". {}", next);
  return {kind, text, error.code, error.http_status, error.retry_at};
}

}  // namespace usher::taskschmiede
