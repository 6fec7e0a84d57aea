#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "connectors/http/client.h"

/// The Public API's ways of saying no. Pure.
namespace usher::timelines {

/// Reads an error body in any of its shapes: the envelope (`{status, message, error_code, errors}`,
/// older deployments without the code), the rate limiter's (`{error, message}`), a page of a proxy.
/// Also for a 200 whose `status` is `error`. `quota_end` is when the monthly quota starts anew, in
/// seconds since the epoch, 0 if unknown. Does not throw.
[[nodiscard]] ProviderError read_error(const HttpResponse& response, std::int64_t quota_end);

/// What a human can do about an error; empty where its text says all. `code` is the provider's.
[[nodiscard]] std::string_view advice(ErrorKind kind, std::string_view code);

/// Whether a refused invitation may have been refused for want of a seat. No code says so, so every
/// 4xx counts that does not name another reason.
[[nodiscard]] bool may_mean_no_seat(const ConnectorError& error);

}  // namespace usher::timelines
