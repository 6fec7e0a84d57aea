#include "connectors/taskschmiede/errors.h"

#include <algorithm>
#include <array>

#include "connectors/http/json.h"
#include "connectors/taskschmiede/mcp_message.h"
#include "mapping/text.h"

namespace usher::taskschmiede {
namespace {

constexpr std::string_view kNewToken =
    "Let a master admin make a token (ts.tkn.create) and store it where `token` points, or check "
    "`email` and `password`";
constexpr std::string_view kMasterAdmin =
    "Creating, renaming and suspending need a master admin, memberships an owner or admin of the "
    "organisation; use the credential of one";

struct Code {
  std::string_view name;
  ErrorKind kind;
  std::string_view meaning = {};  ///< the word that is used here; empty: the name itself
  std::string_view advice = {};
};

constexpr std::array kCodes{
    Code{"not_authenticated", ErrorKind::kUnauthorized, {}, kNewToken},
    Code{"session_expired", ErrorKind::kUnauthorized, {}, kNewToken},
    Code{"invalid_credentials",
         ErrorKind::kUnauthorized,
         {},
         "The account may also be inactive or suspended. Check `email` and `password`"},
    Code{kSessionLost, ErrorKind::kTransient},
    Code{"account_suspended",
         ErrorKind::kUnauthorized,
         {},
         "Let another master admin set the account active again"},
    Code{"account_blocked",
         ErrorKind::kUnauthorized,
         {},
         "Let another master admin look at the account"},
    Code{"onboarding_required",
         ErrorKind::kForbidden,
         {},
         "This is the account of an agent; use that of a person"},
    Code{"forbidden", ErrorKind::kForbidden, {}, kMasterAdmin},
    Code{"not_found", ErrorKind::kNotFound},
    Code{"conflict",
         ErrorKind::kConflict,
         {},
         "Somebody on the server has this address, perhaps outside of the organisation"},
    Code{"email_exists", ErrorKind::kConflict, "conflict"},
    Code{"already_member", ErrorKind::kConflict},
    Code{"invalid_input", ErrorKind::kRejected},
    Code{"invalid_email", ErrorKind::kRejected, "invalid_input"},
    Code{"weak_password", ErrorKind::kRejected, "invalid_input"},
    Code{"self_action", ErrorKind::kRejected},
    Code{"rate_limited",
         ErrorKind::kRateLimited,
         {},
         "Lower `rate` of the target, or let fewer programs work with the server"},
    Code{"velocity_limit", ErrorKind::kRateLimited},
    Code{"tier_limit",
         ErrorKind::kRateLimited,
         {},
         "The tier of the account does not allow more; raise it"},
    Code{"internal_error", ErrorKind::kUnknownOutcome},
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

/// The server's words for the state that was asked for anyway have a code in the documentation
/// only.
bool says_already_member(const ProviderError& error) {
  return error.code == "invalid_input" &&
         error.message.find("already in organization") != std::string::npos;
}

ProviderError to_error(std::string code, std::string message, int status) {
  ProviderError error{std::move(code), std::move(message), {}, true, 0};
  if (says_already_member(error)) error.code = "already_member";
  if (error.code == "unauthorized") {
    // REST means the token by it, a tool the right.
    error.kind = status == 401 ? ErrorKind::kUnauthorized : ErrorKind::kForbidden;
  } else if (const Code* code_here = find_code(error.code)) {
    error.kind = code_here->kind;
    if (!code_here->meaning.empty()) error.code = code_here->meaning;
  } else if (status < 300) {
    error.kind = ErrorKind::kRejected;
  }
  if (error.code == "tier_limit") error.retry = false;
  return error;
}

/// Of `{"error":{"code":"c","message":"a "b" c"}}`, which is no JSON: the server does not escape
/// what it puts into the text.
ProviderError salvage(const std::string& text, int status) {
  constexpr std::string_view kMarker = "\"code\":\"";
  const std::size_t at = text.find(kMarker);
  if (at == std::string::npos) return to_error({}, text, status);
  const std::size_t begin = at + kMarker.size();
  return to_error(text.substr(begin, text.find('"', begin) - begin), text, status);
}

ProviderError read_envelope(const Json& body, int status) {
  const Json error = body.is_object() ? body.get("error") : Json();
  if (error.is_text()) return to_error({}, error.as_text(), status);
  if (!error.is_object()) return to_error({}, {}, status);
  return to_error(lenient_text(error, "code"), lenient_text(error, "message"), status);
}

ProviderError read_tool_failure(const Json& result, int status) {
  const std::string text = tool_text(result);
  const auto document = JsonDocument::try_parse(text);
  if (!document) return salvage(text, status);
  ProviderError error = read_envelope(document->root(), status);
  if (error.message.empty()) error.message = text;
  return error;
}

/// JSON-RPC's own errors: the call did not get as far as a tool.
ProviderError read_rpc_error(const Json& error) {
  constexpr std::int64_t kInternal = -32603;
  constexpr std::int64_t kNoMethod = -32601;
  constexpr std::int64_t kNoTool = -32602;
  ProviderError read;
  read.code = lenient_text(error, "code");
  read.message = lenient_text(error, "message");
  read.kind = ErrorKind::kRejected;
  const Json data = error.get("data");
  if (data.is_object() && lenient_text(data, "type") == "rate_limit") {
    read.kind = ErrorKind::kRateLimited;
  } else if (read.message.find("session initialization") != std::string::npos) {
    read.kind = ErrorKind::kTransient;
    read.code = kSessionLost;
  } else if (read.code == std::to_string(kInternal)) {
    read.kind = ErrorKind::kUnknownOutcome;
  } else if (read.code == std::to_string(kNoMethod) || read.code == std::to_string(kNoTool)) {
    read.kind = ErrorKind::kUnsupported;
  }
  return read;
}

/// The transport's errors are a line of text; a page comes from a proxy in front of the server.
ProviderError read_text(const HttpResponse& response) {
  ProviderError error;
  error.message = std::string(trim(response.body));
  if (error.message.starts_with('<')) {
    error.message = "a page that is no JSON: it comes from a proxy, or `url` is wrong";
    if (response.status == 404 || response.ok()) error.kind = ErrorKind::kMalformed;
  } else if (response.status == 404 && error.message.find("session") != std::string::npos) {
    error.code = kSessionLost;
    error.kind = ErrorKind::kTransient;
  }
  return error;
}

}  // namespace

ProviderError read_error(const HttpResponse& response) {
  const auto document = JsonDocument::try_parse(find_message(response));
  if (!document || !document->root().is_object()) return read_text(response);
  const Json body = document->root();
  if (body.get("result").is_object()) return read_tool_failure(body.get("result"), response.status);
  const Json error = body.get("error");
  if (error.is_object() && error.get("code").is_number()) return read_rpc_error(error);
  if (!error.has_value()) return to_error({}, lenient_text(body, "message"), response.status);
  return read_envelope(body, response.status);
}

void correct_status(HttpResponse& response) {
  constexpr std::size_t kLongestRefusal = 4096;
  if (!response.ok() || response.body.size() > kLongestRefusal) return;
  if (response.body.find("rate_limit") == std::string::npos) return;
  const auto document = JsonDocument::try_parse(find_message(response));
  if (!document || !document->root().is_object() || !is_failure(document->root())) return;
  if (read_error(response).kind == ErrorKind::kRateLimited) response.status = 429;
}

std::string_view advice(const ConnectorError& error) {
  if (error.code == "unauthorized") {
    return error.kind == ErrorKind::kUnauthorized ? kNewToken : kMasterAdmin;
  }
  const Code* code = find_code(error.code);
  return code == nullptr ? std::string_view() : code->advice;
}

bool says_not_found(const ConnectorError& error) {
  return error.kind == ErrorKind::kNotFound && error.code == "not_found";
}

bool is_closed(const ConnectorError& error) {
  switch (error.kind) {
    case ErrorKind::kForbidden:
    case ErrorKind::kUnsupported:
      return true;
    case ErrorKind::kUnauthorized:
      return error.code.empty();  // the server itself gives a code: our credential is no good
    case ErrorKind::kNotFound:
      return !says_not_found(error);
    case ErrorKind::kMalformed:
      return error.http_status != 0;  // a page; of JSON that cannot be read no status is told
    default:
      return error.http_status >= 300 && error.http_status < 400;
  }
}

bool is_session_lost(const ConnectorError& error) {
  constexpr std::array<std::string_view, 3> kCures{kSessionLost, "session_expired",
                                                   "not_authenticated"};
  if (std::ranges::count(kCures, error.code) > 0) return true;
  return error.code == "unauthorized" && error.kind == ErrorKind::kUnauthorized;
}

}  // namespace usher::taskschmiede
