#pragma once

#include <string_view>

#include "connectors/http/client.h"

/// The Partner API's ways of saying no. Pure.
namespace usher::timelines_partner {

/// Reads an error body in any of its shapes: `{error, status, description}`, the rate limiter's
/// `{error, message}`, a page of a proxy. Which status goes with most codes is not published, so a
/// known code decides and the status only where there is none. Does not throw.
[[nodiscard]] ProviderError read_error(const HttpResponse& response);

/// What a human can do about an error; empty where its text says all. `code` is the provider's.
[[nodiscard]] std::string_view advice(ErrorKind kind, std::string_view code);

/// Whether the token was refused for its time: our clock and the provider's differ.
[[nodiscard]] bool is_about_time(std::string_view code);

}  // namespace usher::timelines_partner
