#include "connectors/error.h"

#include <string_view>

namespace usher {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUnauthorized:
      return "unauthorized";
    case ErrorKind::kForbidden:
      return "forbidden";
    case ErrorKind::kNotFound:
      return "not_found";
    case ErrorKind::kConflict:
      return "conflict";
    case ErrorKind::kRateLimited:
      return "rate_limited";
    case ErrorKind::kRejected:
      return "rejected";
    case ErrorKind::kTransient:
      return "transient";
    case ErrorKind::kMalformed:
      return "malformed";
    case ErrorKind::kUnsupported:
      return "unsupported";
    case ErrorKind::kUnknownOutcome:
      return "unknown_outcome";
  }
  return "unknown";
}

}  // namespace usher
