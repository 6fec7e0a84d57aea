#include "connectors/timelines_partner/jwt.h"

#include <Poco/JWT/Signer.h>
#include <Poco/JWT/Token.h>

namespace usher::timelines_partner {

std::string sign_token(const std::string& partner_id, const Secret& secret, std::int64_t now) {
  Poco::JWT::Token token;
  token.setType("JWT");
  token.payload().set("partner_id", partner_id);
  // Set as integers: Poco's own setters for these two claims write them as floating point.
  token.payload().set("nbf", now - kWindowSeconds);
  token.payload().set("exp", now + kWindowSeconds);
  return Poco::JWT::Signer(secret.reveal()).sign(token, Poco::JWT::Signer::ALGO_HS256);
}

}  // namespace usher::timelines_partner
