#include "tests/support/certificates.h"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace usher {
namespace {

constexpr const char* kNewKey =
    " -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 -days 2 ";

void run(const std::string& folder, const std::string& command) {
  const std::string whole = "cd '" + folder + "' && openssl " + command + " >>openssl.log 2>&1";
  if (std::system(whole.c_str()) != 0) throw std::runtime_error("failed: " + whole);
}

/// Signs `name`.pem with the authority's key.
void sign(const std::string& folder, const std::string& name, const std::string& subject,
          const std::string& extensions) {
  std::ofstream(folder + "/" + name + ".ext") << extensions << '\n';
  run(folder, "req" + std::string(kNewKey) + "-subj '" + subject + "' -keyout " + name +
                  ".key -out " + name + ".csr");
  run(folder, "x509 -req -in " + name +
                  ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -sha256 "
                  "-days 2 -extfile " +
                  name + ".ext -out " + name + ".pem");
}

}  // namespace

Certificates make_certificates(const std::string& folder) {
  run(folder,
      "req -x509" + std::string(kNewKey) + "-subj '/CN=Test authority' -keyout ca.key -out ca.pem");
  sign(folder, "server", "/CN=server", "subjectAltName=IP:127.0.0.1");
  sign(folder, "wrong", "/CN=wrong", "subjectAltName=IP:192.0.2.1");
  sign(folder, "client", "/O=Example/CN=usher", "extendedKeyUsage=clientAuth");
  const auto path = [&](const char* name) { return folder + "/" + name; };
  return {.ca = path("ca.pem"),
          .server = path("server.pem"),
          .server_key = path("server.key"),
          .wrong_server = path("wrong.pem"),
          .wrong_server_key = path("wrong.key"),
          .client = path("client.pem"),
          .client_key = path("client.key")};
}

}  // namespace usher
