#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace usher {

enum class ErrorKind {
  kUnauthorized,  ///< the credential was refused: the target stops at once
  kForbidden,     ///< the credential lacks a right: the target stops at once
  kNotFound,
  kConflict,        ///< the key exists already: look up and link, never retry
  kRateLimited,     ///< also quotas; `retry_at` says when it is worth a try
  kRejected,        ///< the request itself was refused (400, 422): retrying cannot help
  kTransient,       ///< known not to have been executed, worth another try later
  kMalformed,       ///< the answer cannot be understood
  kUnsupported,     ///< the provider has no such operation
  kUnknownOutcome,  ///< the request may have been executed, its answer was lost
};

[[nodiscard]] std::string_view to_string(ErrorKind kind);

/// The one exception of sources, targets and the HTTP client. Its text is for people and holds no
/// secret; `code` is the provider's own machine code where it sent one (`seats_full`).
class ConnectorError : public std::runtime_error {
 public:
  ConnectorError(ErrorKind error_kind, const std::string& message, std::string provider_code = {},
                 int status = 0, std::int64_t worth_a_try_at = 0)
      : std::runtime_error(message),
        kind(error_kind),
        code(std::move(provider_code)),
        http_status(status),
        retry_at(worth_a_try_at) {}

  ErrorKind kind;
  std::string code;
  int http_status;
  std::int64_t retry_at;  ///< seconds since the epoch; 0: not said

  /// True when nothing else on this target can succeed either.
  [[nodiscard]] bool stops_target() const {
    return kind == ErrorKind::kUnauthorized || kind == ErrorKind::kForbidden;
  }
};

}  // namespace usher
