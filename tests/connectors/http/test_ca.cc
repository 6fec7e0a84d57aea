#include "tests/connectors/http/test_ca.h"

#include <cstdio>

namespace usher {
namespace {

constexpr long kDay = 24 * 60 * 60;

void add_extension(X509* certificate, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

struct PemFile {
  explicit PemFile(const std::filesystem::path& path) : handle(std::fopen(path.c_str(), "w")) {}
  ~PemFile() { std::fclose(handle); }
  PemFile(const PemFile&) = delete;
  PemFile& operator=(const PemFile&) = delete;
  std::FILE* handle;
};

}  // namespace

TestCa::TestCa(std::filesystem::path folder)
    : folder_(std::move(folder)),
      key_(EVP_EC_gen("P-256")),
      certificate_(make("Test CA", key_.get(), 1)) {
  add_extension(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(certificate_.get(), key_.get(), EVP_sha256());
  PEM_write_X509(PemFile(file()).handle, certificate_.get());
}

std::string TestCa::issue(const std::string& names, int days) const {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate = make("server", key.get(), days);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
  add_extension(certificate.get(), NID_subject_alt_name, names);
  X509_sign(certificate.get(), key_.get(), EVP_sha256());
  const auto path =
      folder_ /
      (std::to_string(ASN1_INTEGER_get(X509_get0_serialNumber(certificate.get()))) + ".pem");
  const PemFile file(path);
  PEM_write_X509(file.handle, certificate.get());
  PEM_write_PrivateKey(file.handle, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return path.string();
}

TestCa::Certificate TestCa::make(const std::string& common_name, EVP_PKEY* key, int days) const {
  static long serial = 0;
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -2 * kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * kDay);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(certificate.get(), name);
  return certificate;
}

}  // namespace usher
