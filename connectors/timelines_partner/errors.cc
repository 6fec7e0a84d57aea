#include "connectors/timelines_partner/errors.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "connectors/http/json.h"

namespace usher::timelines_partner {
namespace {

struct Code {
  std::string_view name;
  ErrorKind kind;
  std::string_view advice;
};

constexpr std::string_view kCredential =
    "Compare `partner_id` and `partner_secret` with what support@timelines.ai gave you";
constexpr std::string_view kWorkspace =
    "Nothing can be done in this workspace: check `workspace`, and with support@timelines.ai that "
    "it "
    "belongs to this partner and is not billed on its own";

constexpr std::array kCodes{
    Code{"invalid_signature", ErrorKind::kUnauthorized, kCredential},
    Code{"token_decode_error", ErrorKind::kUnauthorized, kCredential},
    Code{"partner_not_found", ErrorKind::kUnauthorized, kCredential},
    Code{"missing_header", ErrorKind::kUnauthorized, kCredential},
    Code{"missing_claim", ErrorKind::kUnauthorized, kCredential},
    Code{"partner_not_active", ErrorKind::kUnauthorized,
         "Ask support@timelines.ai to activate the partner"},
    Code{"timestamp_out_of_range", ErrorKind::kUnauthorized, ""},
    Code{"token_not_active", ErrorKind::kUnauthorized, ""},
    Code{"workspace_not_found", ErrorKind::kForbidden, kWorkspace},
    Code{"workspace_not_owned_by_partner", ErrorKind::kForbidden, kWorkspace},
    Code{"workspace_billing_managed", ErrorKind::kForbidden, kWorkspace},
    Code{"seats_full", ErrorKind::kConflict,
         "Nothing was created. Buy seats for the workspace, or let somebody go first"},
    Code{"user_not_found", ErrorKind::kNotFound, ""},
    Code{"user_not_in_workspace", ErrorKind::kNotFound, ""},
    Code{"user_not_active", ErrorKind::kConflict, ""},
    Code{"invalid_request", ErrorKind::kRejected, ""},
    Code{"method_not_allowed", ErrorKind::kUnsupported, ""},
};

const Code* find_code(std::string_view name) {
  const auto* const at = std::find_if(kCodes.begin(), kCodes.end(),
                                      [&](const Code& code) { return code.name == name; });
  return at == kCodes.end() ? nullptr : at;
}

// The limiter puts a sentence where the application puts its code.
bool is_code(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '_';
  });
}

// Error bodies may be anything, so a value of the wrong kind is no value.
std::string lenient_text(const Json& object, std::string_view name) {
  const Json value = object.get(name);
  return value.is_text() ? value.as_text() : std::string();
}

ProviderError read_page(const HttpResponse& response) {
  ProviderError error;
  if (response.body.empty()) return error;
  error.message = "a page that is no JSON: it comes from a proxy or the edge before TimelinesAI";
  if (response.status == 403) error.kind = ErrorKind::kTransient;
  // Must not pass for a user who is gone.
  if (response.status == 404) {
    error.kind = ErrorKind::kMalformed;
    error.message = "a page that is no JSON: `url` does not point at the Partner API";
  }
  return error;
}

}  // namespace

ProviderError read_error(const HttpResponse& response) {
  const auto document = JsonDocument::try_parse(response.body);
  if (!document || !document->root().is_object()) return read_page(response);
  const Json body = document->root();

  ProviderError error;
  const std::string id = lenient_text(body, "error");
  if (is_code(id)) error.code = id;
  error.message = lenient_text(body, "description");
  if (error.message.empty()) error.message = lenient_text(body, "message");
  if (error.message.empty()) error.message = id;
  if (const Code* code = find_code(error.code)) {
    error.kind = code->kind;
    error.retry = false;
  }
  return error;
}

std::string_view advice(ErrorKind kind, std::string_view code) {
  if (const Code* known = find_code(code)) return known->advice;
  if (kind == ErrorKind::kUnauthorized) return kCredential;
  if (kind == ErrorKind::kForbidden || kind == ErrorKind::kNotFound) return kWorkspace;
  return {};
}

bool is_about_time(std::string_view code) {
  return code == "timestamp_out_of_range" || code == "token_not_active";
}

}  // namespace usher::timelines_partner
