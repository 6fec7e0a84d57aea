#include "connectors/timelines_partner/jwt.h"

#include <Poco/JWT/Signer.h>
#include <Poco/JWT/Token.h>
#include <gtest/gtest.h>

namespace usher::timelines_partner {
namespace {

const Secret kSecret("unit-test-partner-secret-32-bytes");

// C6. The claims of a token that was made by hand with the same secret for the same second. Poco
// sorts the claims, so the bytes differ and the contents must not.
TEST(PartnerJwtTest, ATokenSaysWhatTheReferenceTokenSays) {
  constexpr const char* kReference =
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
      "eyJwYXJ0bmVyX2lkIjoiYWNtZS1wYXJ0bmVyIiwibmJmIjoxNzY3MjI1NDIwLCJleHAiOjE3NjcyMjU3ODB9."
      "h7vJTNaMV5pC4oED0hW1k9qiWVYI-PRtXQpaR2aYzeQ";
  const Poco::JWT::Signer verifier(kSecret.reveal());
  const Poco::JWT::Token reference = verifier.verify(kReference);
  const Poco::JWT::Token ours = verifier.verify(sign_token("acme-partner", kSecret, 1767225600));
  EXPECT_EQ(ours.getAlgorithm(), "HS256");
  EXPECT_EQ(ours.getType(), "JWT");
  EXPECT_EQ(ours.payload().size(), reference.payload().size());
  for (const char* claim : {"partner_id", "nbf", "exp"}) {
    EXPECT_EQ(ours.payload().get(claim).convert<std::string>(),
              reference.payload().get(claim).convert<std::string>())
        << claim;
  }
  EXPECT_TRUE(ours.payload().get("nbf").isInteger());
}

TEST(PartnerJwtTest, AnotherSecretDoesNotVerify) {
  const Poco::JWT::Signer verifier(std::string("another"));
  Poco::JWT::Token token;
  EXPECT_FALSE(verifier.tryVerify(sign_token("acme-partner", kSecret, 1767225600), token));
}

}  // namespace
}  // namespace usher::timelines_partner
