#include "connectors/sandbox/rate.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "connectors/sandbox/switches.h"
#include "mapping/text.h"

namespace usher::sandbox {

Rate parse_rate(std::string_view text) {
  if (text == "off") {
    return {};
  }
  Rate rate;
  const auto slash = std::min(text.find('/'), text.size());
  const auto [end, error] = std::from_chars(text.data(), text.data() + slash, rate.count);
  const auto unit = text.substr(std::min(slash + 1, text.size()));
  rate.period_seconds = unit == "s" ? 1 : unit == "min" ? 60 : unit == "h" ? 3600 : 0;
  if (error != std::errc{} || end != text.data() + slash || !(rate.count >= 1) ||
      rate.period_seconds == 0) {
    throw BadRequest(fmt::format("`{}` is no rate; write 30/s, 50/min, 1000/h or off",
                                 escape_for_display(text)));
  }
  return rate;
}

double RateLimiter::take(const std::string& key, const Rate& rate, double burst, double now) {
  if (rate.count == 0) {
    return 0;
  }
  const double size = burst > 0 ? burst : rate.count;
  auto& bucket = buckets_.try_emplace(key, Bucket{size, now}).first->second;
  const double per_second = rate.count / rate.period_seconds;
  bucket.tokens = std::min(size, bucket.tokens + (now - bucket.filled_at) * per_second);
  bucket.filled_at = now;
  if (bucket.tokens < 1) {
    return (1 - bucket.tokens) / per_second;
  }
  bucket.tokens -= 1;
  return 0;
}

}  // namespace usher::sandbox
