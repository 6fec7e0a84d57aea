#include "connectors/http/proxy.h"

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/URI.h>

#include <charconv>
#include <cstdlib>

#include "connectors/error.h"
#include "connectors/http/base64.h"
#include "mapping/text.h"

namespace usher {
namespace {

using Poco::Net::IPAddress;

Proxy parse_proxy(const std::string& text) {
  try {
    const Poco::URI uri(text.find("://") == std::string::npos ? "http://" + text : text);
    if (uri.getHost().empty() || (uri.getScheme() != "http" && uri.getScheme() != "https")) {
      throw Poco::SyntaxException("no proxy url");
    }
    Proxy proxy{uri.getHost(), uri.getPort(), uri.getScheme() == "https", {}};
    if (!uri.getUserInfo().empty()) {
      std::string decoded;
      Poco::URI::decode(uri.getUserInfo(), decoded);
      proxy.authorization = "Basic " + encode_base64(decoded);
    }
    return proxy;
  } catch (const Poco::Exception&) {
    // The value is not shown: it may hold a password.
    throw ConnectorError(
        ErrorKind::kRejected,
        "the proxy (setting `proxy`, or https_proxy of the environment) is not a url "
        "such as http://proxy.example.com:3128");
  }
}

std::string first_set(const Environment& environment, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (std::string value = environment(name); !value.empty()) return value;
  }
  return {};
}

bool is_loopback(const std::string& host) {
  IPAddress address;
  return ascii_lower(host) == "localhost" ||
         (IPAddress::tryParse(host, address) && address.isLoopback());
}

/// `10.0.0.0/8`
bool in_network(std::string_view network, const std::string& host) {
  const std::size_t slash = network.find('/');
  unsigned prefix = 0;
  const std::string_view digits = slash == std::string_view::npos ? "" : network.substr(slash + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  IPAddress base;
  IPAddress address;
  if (error != std::errc() || end != digits.data() + digits.size() ||
      !IPAddress::tryParse(std::string(network.substr(0, slash)), base) ||
      !IPAddress::tryParse(host, address) || base.family() != address.family() ||
      prefix > static_cast<unsigned>(base.length()) * 8) {
    return false;
  }
  const IPAddress mask(prefix, base.family());
  return (address & mask) == (base & mask);
}

bool matches(std::string entry, const std::string& host, std::uint16_t port) {
  if (entry == "*") return true;
  if (in_network(entry, host)) return true;
  const std::string port_suffix = ":" + std::to_string(port);
  if (entry.ends_with(port_suffix)) entry.resize(entry.size() - port_suffix.size());
  if (entry.starts_with("*.")) entry.erase(0, 1);
  const bool starts_with_dot = entry.starts_with('.');
  const std::string name = starts_with_dot ? entry.substr(1) : entry;
  return !name.empty() && (host == name || host.ends_with("." + name));
}

}  // namespace

std::string process_environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool is_excluded(std::string_view no_proxy, const std::string& host, std::uint16_t port) {
  const std::string name = ascii_lower(host);
  while (!no_proxy.empty()) {
    const std::size_t comma = no_proxy.find(',');
    if (matches(ascii_lower(trim(no_proxy.substr(0, comma))), name, port)) return true;
    if (comma == std::string_view::npos) break;
    no_proxy.remove_prefix(comma + 1);
  }
  return false;
}

std::optional<Proxy> choose_proxy(const std::string& setting, bool target_tls,
                                  const std::string& host, std::uint16_t port,
                                  const Environment& environment) {
  if (setting == "off") return {};
  if (!setting.empty()) return parse_proxy(setting);
  if (is_loopback(host) ||
      is_excluded(first_set(environment, {"no_proxy", "NO_PROXY"}), host, port)) {
    return {};
  }
  const std::string url = target_tls ? first_set(environment, {"https_proxy", "HTTPS_PROXY"})
                                     : first_set(environment, {"http_proxy", "HTTP_PROXY"});
  if (url.empty()) return {};
  return parse_proxy(url);
}

}  // namespace usher
