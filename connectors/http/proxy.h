#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace usher {

struct Proxy {
  std::string host;
  std::uint16_t port = 0;
  bool tls = false;           ///< the proxy itself is reached through TLS
  std::string authorization;  ///< value of Proxy-Authorization; empty: none
};

/// Looks a variable of the environment up; empty when it is not set.
using Environment = std::function<std::string(const char* name)>;
[[nodiscard]] std::string process_environment(const char* name);

/// Where to connect to instead of `host`. `setting` is the configured proxy: a url, `off` for none,
/// or empty for what the environment says (https_proxy or http_proxy by the scheme of the target,
/// lower case before upper case). NO_PROXY and loopback addresses are left out only where the
/// environment speaks: an explicit setting always holds. A plain http:// proxy is the environment's
/// own choice; what is sent through it to https urls is encrypted from end to end. Throws
/// ConnectorError `kRejected` for something that is not a url of a proxy.
[[nodiscard]] std::optional<Proxy> choose_proxy(const std::string& setting, bool target_tls,
                                                const std::string& host, std::uint16_t port,
                                                const Environment& environment);

/// Whether a NO_PROXY list (`example.com, .corp, 10.0.0.0/8, host:8443, *`) names this host.
[[nodiscard]] bool is_excluded(std::string_view no_proxy, const std::string& host,
                               std::uint16_t port);

}  // namespace usher
