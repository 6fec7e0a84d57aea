#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <thread>

#include "tests/support/certificates.h"
#include "tests/support/temp_dir.h"

namespace usher {

/// What a test's directory looks like. Its suffix is `dc=example,dc=com`, its administrator
/// `cn=admin,dc=example,dc=com` with the password `admin-secret`.
struct SlapdOptions {
  std::string ldif = {};      ///< loaded with slapadd before the start
  std::string global = {};    ///< lines for the global part of slapd.conf
  std::string database = {};  ///< lines for the database: limits, access, overlays
  bool tls = false;           ///< also listen on ldaps, and offer StartTLS
  bool wrong_name = false;    ///< with tls: show a certificate for another address
};

/// A real slapd on 127.0.0.1, on a port of the system's choice, in a folder of its own; it needs
/// no root. It is up when the constructor returns, and killed by the destructor or with the test.
class Slapd {
 public:
  /// Throws std::runtime_error with what slapd said.
  explicit Slapd(SlapdOptions options);
  ~Slapd();
  Slapd(const Slapd&) = delete;
  Slapd& operator=(const Slapd&) = delete;

  [[nodiscard]] std::string url() const;    ///< ldap://127.0.0.1:PORT
  [[nodiscard]] std::string ldaps() const;  ///< ldaps://127.0.0.1:PORT
  [[nodiscard]] std::string ldapi() const;  ///< ldapi:// with the socket's path, percent-encoded
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] int ldaps_port() const { return ldaps_port_; }
  [[nodiscard]] const Certificates& certificates() const { return certificates_; }

  /// Changes the running directory (ldapmodify as the administrator).
  void modify(std::string_view ldif) const;

  static constexpr std::string_view kSuffix = "dc=example,dc=com";
  static constexpr std::string_view kAdmin = "cn=admin,dc=example,dc=com";
  static constexpr std::string_view kPassword = "admin-secret";

 private:
  void write_configuration(const SlapdOptions& options) const;
  void load(const std::string& ldif) const;
  [[nodiscard]] bool start(bool tls);
  [[nodiscard]] bool wait_until_up();
  void stop();

  TempDir dir_;
  Certificates certificates_;
  int port_ = 0;
  int ldaps_port_ = 0;
  pid_t process_ = -1;
  int output_ = -1;  ///< what slapd says; read to its end by drain_
  std::string said_;
  std::thread drain_;
};

/// LDIF of the suffix and of `ou=people`, `ou=groups` and `ou=services` below it.
[[nodiscard]] std::string ldif_of_tree();

/// LDIF of one inetOrgPerson `uid=<uid>,ou=people,…` with mail and names made from `uid`; `more`
/// is added to the entry.
[[nodiscard]] std::string ldif_of_person(std::string_view uid, std::string_view more = {});

}  // namespace usher
