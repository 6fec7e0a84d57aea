#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace usher::sandbox {

/// How many requests are let through: `30/s`, `50/min`, `1000/h`; `off`.
struct Rate {
  double count = 0;  ///< 0: no limit
  double period_seconds = 1;
};

/// Throws BadRequest when `text` is no rate.
[[nodiscard]] Rate parse_rate(std::string_view text);

/// Token buckets, one per credential or address.
class RateLimiter {
 public:
  /// Takes one request. Returns how many seconds too early it came; 0: it may pass. `burst` is
  /// the size of the bucket; 0: the rate's own count. `now` is a monotonic time in seconds.
  [[nodiscard]] double take(const std::string& key, const Rate& rate, double burst, double now);

  void clear() { buckets_.clear(); }

 private:
  struct Bucket {
    double tokens = 0;
    double filled_at = 0;
  };
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace usher::sandbox
