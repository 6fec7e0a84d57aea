#include <algorithm>
#include <array>

#include "connectors/http/client.h"

namespace usher {
namespace {

constexpr std::chrono::milliseconds kLongestConnect{10'000};
constexpr std::array<std::string_view, 1> kOff{"off"};

}  // namespace

std::vector<SettingSpec> http_settings(std::string_view default_url,
                                       std::string_view default_rate_per_second,
                                       std::string_view default_burst) {
  using enum SettingKind;
  std::vector<SettingSpec> specs{
      {.name = "ca_file",
       .kind = kPath,
       .help = "PEM file with the authorities to trust instead of the system's"},
      {.name = "proxy",
       .kind = kUrl,
       .help = "url of the proxy, or off; default: https_proxy and no_proxy of the environment",
       .choices = kOff},
      {.name = "timeout",
       .kind = kDuration,
       .fallback = "30s",
       .help = "longest silence of the provider; one request may take four times that",
       .minimum = 1},
      {.name = "max_response",
       .kind = kSize,
       .fallback = "64MiB",
       .help = "largest answer that is read, also after unpacking"},
      {.name = "rate",
       .kind = kChoice,
       .help = "off: no limit but what is learned from the provider's 429 and limit headers",
       .choices = kOff},
      {.name = "rate.per_second",
       .kind = kNumber,
       .fallback = default_rate_per_second,
       .help = "requests per second, shared by all targets that the provider counts together"},
      {.name = "rate.burst",
       .kind = kNumber,
       .fallback = default_burst,
       .help = "requests that may be sent at once after a pause"},
      {.name = "parallel",
       .kind = kInteger,
       .fallback = "1",
       .help = "requests under way at the same time",
       .minimum = 1,
       .maximum = 32},
      {.name = "retry.attempts",
       .kind = kInteger,
       .fallback = "5",
       .help = "how often a request is tried, where trying again is safe",
       .minimum = 1,
       .maximum = 20},
      {.name = "retry.max_wait",
       .kind = kDuration,
       .fallback = "60s",
       .help = "longest wait before one retry"},
  };
  for (SettingSpec& spec : specs) spec.decides = false;
  specs.insert(specs.begin(), {.name = "url",
                               .kind = kUrl,
                               .required = default_url.empty(),
                               .fallback = default_url,
                               .help = "where the provider's API is"});
  return specs;
}

HttpOptions http_options(const SettingValues& settings) {
  HttpOptions options;
  options.base_url = settings.text_or("url", "");
  while (options.base_url.ends_with('/')) options.base_url.pop_back();
  options.ca_file = settings.text_or("ca_file", "");
  options.proxy = settings.text_or("proxy", "");
  if (settings.has("timeout")) {
    options.read_timeout = settings.duration("timeout");
    options.connect_timeout = std::min(kLongestConnect, options.read_timeout);
    options.total_timeout = 4 * options.read_timeout;
  }
  if (settings.has("max_response")) options.max_response_bytes = settings.integer("max_response");
  if (!settings.has("rate")) {  // `rate: off`
    if (settings.has("rate.per_second"))
      options.rate.per_second = settings.number("rate.per_second");
    if (settings.has("rate.burst")) options.rate.burst = settings.number("rate.burst");
  }
  if (settings.has("parallel")) options.parallel = static_cast<int>(settings.integer("parallel"));
  if (settings.has("retry.attempts")) {
    options.attempts = static_cast<int>(settings.integer("retry.attempts"));
  }
  if (settings.has("retry.max_wait")) options.max_wait = settings.duration("retry.max_wait");
  return options;
}

}  // namespace usher
