#include "connectors/polytomic/errors.h"

#include "connectors/http/json.h"

namespace usher::polytomic {
namespace {

// Error bodies may be anything, so a value of the wrong kind is no value.
std::string lenient_text(const Json& object, std::string_view name) {
  const Json value = object.get(name);
  return value.is_text() ? value.as_text() : std::string();
}

}  // namespace

ProviderError read_error(const HttpResponse& response) {
  ProviderError error;
  if (response.ok()) error.kind = ErrorKind::kMalformed;
  const auto document = JsonDocument::try_parse(response.body);
  if (!document || !document->root().is_object()) {
    if (response.body.empty()) return error;
    error.message = "a page that is no JSON: it comes from a proxy or the edge before Polytomic";
    if (response.status == 404) error.kind = ErrorKind::kMalformed;
    return error;
  }
  const Json body = document->root();
  error.code = lenient_text(body, "key");
  error.message = lenient_text(body, "message");
  if (error.message.empty()) error.message = lenient_text(body, "error");
  return error;
}

std::string_view advice(ErrorKind kind, std::string_view path, bool by_partner) {
  if (kind != ErrorKind::kUnauthorized && kind != ErrorKind::kForbidden) return {};
  if (!by_partner) {
    return "`key` must be an API key of an Admin of the organisation; a partner key needs "
           "`organization` beside it";
  }
  if (path.starts_with("/api/permissions")) {
    return "Roles are read as the organisation itself (Basic, `organization` and `key`); ask "
           "Polytomic's support whether this partner key may act inside it";
  }
  return "With `organization`, `key` must be a partner key that reaches it; an API key of the "
         "organisation itself goes without `organization`";
}

}  // namespace usher::polytomic
