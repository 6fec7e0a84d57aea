#pragma once

#include <cstdint>
#include <string>

#include "mapping/secret.h"

namespace usher::timelines_partner {

/// The bearer token of one request: HS256 over `partner_id`, `nbf` and `exp`, valid from three
/// minutes before `now` (seconds since the epoch) to three minutes after it, as the vendor advises.
/// The window leaves room for clocks that differ and for a request that waited for its turn.
[[nodiscard]] std::string sign_token(const std::string& partner_id, const Secret& secret,
                                     std::int64_t now);

inline constexpr std::int64_t kWindowSeconds = 180;

}  // namespace usher::timelines_partner
