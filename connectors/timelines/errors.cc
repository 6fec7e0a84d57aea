#include "connectors/timelines/errors.h"

#include <algorithm>
#include <array>
#include <optional>

#include "connectors/http/json.h"

namespace usher::timelines {
namespace {

struct Code {
  std::string_view name;
  ErrorKind kind;
  std::string_view advice;
};

constexpr std::string_view kNewToken =
    "Let an Owner or Admin of the workspace create a token under Integrations → Public API and "
    "store it where `token` points";

constexpr std::array kCodes{
    Code{"missing_credentials", ErrorKind::kUnauthorized, kNewToken},
    Code{"invalid_token", ErrorKind::kUnauthorized, kNewToken},
    Code{"member_not_found", ErrorKind::kForbidden,
         "The token's owner is no longer a member of the workspace. Let an Owner or Admin create a "
         "new token under Integrations → Public API"},
    Code{"permission_denied", ErrorKind::kForbidden,
         "The token's owner is neither Owner nor Admin. Raise their role, or let an Owner or Admin "
         "create a new token under Integrations → Public API"},
    Code{"insufficient_scope", ErrorKind::kForbidden,
         "This is an OAuth token without the needed scope; use a token from Integrations → Public "
         "API"},
    Code{"plan_feature_unavailable", ErrorKind::kForbidden,
         "The workspace's plan does not include this; upgrade the plan"},
    Code{"quota_exceeded", ErrorKind::kRateLimited,
         "A quota of the workspace is used up, most likely the API calls of the month; nothing is "
         "sent again before it is renewed. Top it up, or run less often"},
    Code{"rate_limit_exceeded", ErrorKind::kRateLimited,
         "Lower `rate` of the target, or let fewer programs share the token"},
    Code{"validation_error", ErrorKind::kRejected, "Correct the value in the source or in `map`"},
    Code{"not_found", ErrorKind::kNotFound, ""},
    Code{"not_supported", ErrorKind::kUnsupported, ""},
};

const Code* find_code(std::string_view name) {
  const auto* const at = std::find_if(kCodes.begin(), kCodes.end(),
                                      [&](const Code& code) { return code.name == name; });
  return at == kCodes.end() ? nullptr : at;
}

// Error bodies may be anything, so a value of the wrong kind is no value.
std::string lenient_text(const Json& object, std::string_view name) {
  const Json value = object.get(name);
  return value.is_text() || value.is_number() ? value.as_text() : std::string();
}

/// `errors`: `[{"fields": ["email"], "msg": "not a valid e-mail address"}]` → `; email: not a …`.
std::string field_errors(const Json& body) {
  std::string text;
  const Json errors = body.get("errors");
  if (!errors.is_array()) return text;
  for (const Json& error : errors.elements()) {
    if (!error.is_object()) continue;
    text += "; ";
    const Json fields = error.get("fields");
    if (fields.is_array()) {
      for (const Json& field : fields.elements()) {
        if (field.is_text()) text += field.as_text() + ": ";
      }
    }
    text += lenient_text(error, "msg");
  }
  return text;
}

ProviderError read_page(const HttpResponse& response) {
  ProviderError error;
  if (response.body.empty()) return error;
  error.message = "a page that is no JSON: it comes from a proxy or the edge before TimelinesAI";
  if (response.status == 403) error.kind = ErrorKind::kTransient;
  // The application itself answers a wrong path, and a path with a slash at its end, like this.
  if (response.status == 404) {
    error.kind = ErrorKind::kMalformed;
    error.message = "a page that is no JSON: `url` does not point at the Public API";
  }
  return error;
}

}  // namespace

ProviderError read_error(const HttpResponse& response, std::int64_t quota_end) {
  const auto document = JsonDocument::try_parse(response.body);
  if (!document || !document->root().is_object()) return read_page(response);
  const Json body = document->root();

  ProviderError error;
  error.code = lenient_text(body, "error_code");
  error.message = lenient_text(body, "message");
  if (error.message.empty()) error.message = lenient_text(body, "description");
  if (error.message.empty()) error.message = lenient_text(body, "error");
  error.message += field_errors(body);
  if (const Code* code = find_code(error.code)) {
    error.kind = code->kind;
  } else if (response.ok()) {
    error.kind = error.code == "internal_error" ? ErrorKind::kUnknownOutcome : ErrorKind::kRejected;
  }
  if (error.code == "quota_exceeded") {
    error.retry = false;
    error.retry_at = quota_end;
  }
  return error;
}

std::string_view advice(ErrorKind kind, std::string_view code) {
  if (const Code* known = find_code(code)) return known->advice;
  if (kind == ErrorKind::kUnauthorized || kind == ErrorKind::kForbidden) return kNewToken;
  if (kind == ErrorKind::kRejected) return find_code("validation_error")->advice;
  return {};
}

bool may_mean_no_seat(const ConnectorError& error) {
  if (error.http_status < 400 || error.http_status > 499) return false;
  if (error.kind == ErrorKind::kUnauthorized || error.code == "rate_limit_exceeded") return false;
  return error.kind != ErrorKind::kForbidden || error.code.empty();
}

}  // namespace usher::timelines
