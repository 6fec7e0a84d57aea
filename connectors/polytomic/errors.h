#pragma once

#include <string_view>

#include "connectors/error.h"
#include "connectors/http/client.h"

/// Polytomic's ways of saying no. Pure.
namespace usher::polytomic {

/// Reads an error body in either schema, `{key, message, metadata, status}` or the older `{code,
/// context, error, status}`; each member may be missing. A success without `data` is malformed,
/// whatever it says, and so is a 404 in a form that the application itself does not use: it does
/// not prove that anything is gone. Does not throw.
[[nodiscard]] ProviderError read_error(const HttpResponse& response);

/// What a human can do about a refused credential; empty where the text says all. `path` is that of
/// the request, `by_partner` whether the target names its organisation.
[[nodiscard]] std::string_view advice(ErrorKind kind, std::string_view path, bool by_partner);

}  // namespace usher::polytomic
