// TLS with a private authority: verified always, by name and by chain.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/world.h"
#include "tests/support/certificates.h"

namespace usher::e2e {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;

class TlsTest : public testing::Test {
 protected:
  /// A plan against a sandbox that shows this certificate, trusting `ca`.
  Finished plan(const std::string& certificate, const std::string& key,
                const std::string& ca) const {
    const World world(1, {"--cert", certificate, "--key", key});
    world.configure(world.inbox_config("ca_file: " + ca));
    return world.usher({"plan"});
  }

  TempDir folder_;
  TempDir other_folder_;
  const Certificates ours_ = make_certificates(folder_.path());
};

TEST_F(TlsTest, APrivateAuthorityIsTrustedWhenItIsNamed) {
  const Finished run = plan(ours_.server, ours_.server_key, ours_.ca);
  EXPECT_EQ(run.status, 0) << run.output << run.error;
}

TEST_F(TlsTest, ACertificateOfAnotherAuthorityIsRefused) {
  const Certificates others = make_certificates(other_folder_.path());
  const Finished run = plan(ours_.server, ours_.server_key, others.ca);
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.output, AllOf(HasSubstr("certificate was not accepted"), HasSubstr("ca_file")));
}

TEST_F(TlsTest, ACertificateForAnotherHostIsRefused) {
  const Finished run = plan(ours_.wrong_server, ours_.wrong_server_key, ours_.ca);
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.output, AllOf(HasSubstr("certificate was not accepted"),
                                AnyOf(HasSubstr("IP address mismatch"), HasSubstr("127.0.0.1"))));
}

}  // namespace
}  // namespace usher::e2e
