#pragma once

#include <string>

namespace usher {

/// A private certificate authority and what it signed, as PEM files made by the openssl program.
struct Certificates {
  std::string ca;      ///< the authority
  std::string server;  ///< for 127.0.0.1
  std::string server_key;
  std::string wrong_server;  ///< for 192.0.2.1, so not for a server on loopback
  std::string wrong_server_key;
  std::string client;  ///< `CN=usher,O=Example`
  std::string client_key;
};

/// Makes them in `folder`, which must exist. Throws std::runtime_error.
[[nodiscard]] Certificates make_certificates(const std::string& folder);

}  // namespace usher
