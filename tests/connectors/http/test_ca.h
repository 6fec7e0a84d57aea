#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <memory>
#include <string>

namespace usher {

/// A certificate authority that lives as long as a test, with its files in `folder`.
class TestCa {
 public:
  explicit TestCa(std::filesystem::path folder);

  /// PEM file to trust.
  [[nodiscard]] std::string file() const { return (folder_ / "ca.pem").string(); }

  /// A server's certificate and key in one PEM file. `names` is an OpenSSL list such as
  /// `IP:127.0.0.1,DNS:localhost`; `days` may lie in the past.
  [[nodiscard]] std::string issue(const std::string& names, int days = 1) const;

 private:
  template <auto free>
  struct Free {
    template <typename T>
    void operator()(T* object) const {
      free(object);
    }
  };
  using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
  using Certificate = std::unique_ptr<X509, Free<X509_free>>;

  [[nodiscard]] Certificate make(const std::string& common_name, EVP_PKEY* key, int days) const;

  std::filesystem::path folder_;
  Key key_;
  Certificate certificate_;
};

}  // namespace usher
