#pragma once

#include <string>
#include <string_view>

namespace usher {

/// The protocols a url may name: those of targets, or those of directories.
enum class UrlFamily { kHttp, kLdap };

/// What is wrong with a url, with its cure; empty: nothing. Passwords in urls, unknown schemes and
/// parts that cannot be appended to are refused; so is plain http unless the address is loopback.
/// Plain ldap passes here, because `start_tls` may protect it.
[[nodiscard]] std::string url_problem(std::string_view url, UrlFamily family);

/// Whether `url` sends everything in the clear over a network: ldap:// to another machine.
[[nodiscard]] bool is_unprotected_ldap(std::string_view url);

/// `localhost`, 127.0.0.0/8 or ::1, and nothing that only looks like it.
[[nodiscard]] bool is_loopback(std::string_view host);

/// What is wrong with `HOST:PORT` as an address to listen on; empty: nothing.
[[nodiscard]] std::string listen_problem(std::string_view address);

/// The host of a `HOST:PORT` that has no problem.
[[nodiscard]] std::string listen_host(std::string_view address);

}  // namespace usher
