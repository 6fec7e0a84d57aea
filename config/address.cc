#include "config/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "config/units.h"

namespace usher {
namespace {

/// `host:port` or `[v6]:port`, taken apart. The port is empty where none is written.
struct Authority {
  std::string host;
  std::string port;
  bool has_port = false;
};

std::optional<Authority> split_authority(std::string_view text) {
  Authority parts;
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == text.npos) return std::nullopt;
    parts.host = text.substr(1, close - 1);
    rest = text.substr(close + 1);
    in6_addr v6{};
    if (inet_pton(AF_INET6, parts.host.c_str(), &v6) != 1) return std::nullopt;
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    parts.host = text.substr(0, colon);
    rest = text.substr(colon);
  }
  if (rest.empty()) return parts;
  if (rest[0] != ':') return std::nullopt;
  parts.has_port = true;
  parts.port = rest.substr(1);
  return parts;
}

bool is_port(std::string_view text, int lowest) {
  const auto number = text.size() <= 5 ? parse_integer(text) : std::nullopt;
  return number && *number >= lowest && *number <= 65'535 && text[0] != '+';
}

bool has_unprintable(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; });
}

std::string scheme_problem(std::string_view scheme, UrlFamily family) {
  if (family == UrlFamily::kHttp) {
    return scheme == "https" || scheme == "http" ? "" : "it must begin with https://";
  }
  const bool known = scheme == "ldaps" || scheme == "ldap" || scheme == "ldapi";
  return known ? "" : "it must begin with ldaps://, ldap:// or ldapi://";
}

std::string_view authority_of(std::string_view url) {
  const std::string_view rest = url.substr(url.find("://") + 3);
  return rest.substr(0, rest.find_first_of("/?#"));
}

}  // namespace

bool is_loopback(std::string_view host) {
  const std::string text(host);
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  return text == "localhost" || text == "::1";
}

std::string url_problem(std::string_view url, UrlFamily family) {
  const std::size_t colon = url.find("://");
  if (colon == url.npos) return "it is not a url; write it with its scheme, as in https://host";
  const std::string_view scheme = url.substr(0, colon);
  if (std::string problem = scheme_problem(scheme, family); !problem.empty()) return problem;
  if (has_unprintable(url)) return "it holds a blank or control character; percent-encode it";
  if (scheme == "ldapi") return {};
  const std::string_view where = authority_of(url);
  if (where.find('@') != where.npos) {
    return "it holds a user name or password; remove it, secrets have settings of their own";
  }
  const auto authority = split_authority(where);
  if (!authority || authority->host.empty()) return "it names no host; write https://HOST[:PORT]/…";
  if (authority->has_port && !is_port(authority->port, 1)) {
    return "its port is not a number from 1 to 65535";
  }
  if (url.find_first_of("?#") != url.npos) return "it must end before '?' and '#'";
  if (scheme == "http" && !is_loopback(authority->host)) {
    return "plain http would show the credential to everyone on the way; write https:// (http:// "
           "is for 127.0.0.1, [::1] and localhost only)";
  }
  return {};
}

bool is_unprotected_ldap(std::string_view url) {
  if (!url.starts_with("ldap://")) return false;
  const auto authority = split_authority(authority_of(url));
  return !authority || !is_loopback(authority->host);
}

std::string listen_problem(std::string_view address) {
  const auto parts = split_authority(address);
  if (parts && !parts->host.empty() && is_port(parts->port, 0)) return {};
  return "it is not an address to listen on; write HOST:PORT, as in 127.0.0.1:9464 or [::1]:9464 "
         "(port 0 lets the system choose)";
}

std::string listen_host(std::string_view address) {
  const auto parts = split_authority(address);
  return parts ? parts->host : std::string();
}

}  // namespace usher
