#include "connectors/timelines_partner/sandbox_auth.h"

#include <Poco/Base64Decoder.h>
#include <Poco/Base64Encoder.h>
#include <Poco/StreamCopier.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

namespace usher::sandbox {
namespace {

using nlohmann::json;

constexpr int kBase64Url = Poco::BASE64_URL_ENCODING | Poco::BASE64_NO_PADDING;

std::string encode_base64url(std::string_view bytes) {
  std::ostringstream out;
  Poco::Base64Encoder encoder(out, kBase64Url);
  encoder.rdbuf()->setLineLength(0);
  encoder.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  encoder.close();
  return out.str();
}

std::optional<json> decode_part(std::string_view text) {
  std::istringstream in{std::string(text)};
  Poco::Base64Decoder decoder(in, kBase64Url);
  std::string bytes;
  Poco::StreamCopier::copyToString(decoder, bytes);
  auto value = json::parse(bytes, nullptr, /*allow_exceptions=*/false);
  return value.is_object() ? std::optional(std::move(value)) : std::nullopt;
}

// Not by the library the connector signs with: a mistake in one should not be repeated here.
std::string sign(std::string_view text, std::string_view secret) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &length);
  return encode_base64url({reinterpret_cast<const char*>(digest.data()), length});
}

struct SignedToken {
  std::string_view text;  ///< header and payload, what is signed
  std::string_view signature;
  json header;
  json claims;
};

std::optional<SignedToken> parse_token(std::string_view token) {
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (first == std::string_view::npos || first == last) {
    return std::nullopt;
  }
  auto header = decode_part(token.substr(0, first));
  auto claims = decode_part(token.substr(first + 1, last - first - 1));
  if (!header || !claims || header->value("alg", json()) != "HS256") {
    return std::nullopt;
  }
  return SignedToken{token.substr(0, last), token.substr(last + 1), *std::move(header),
                     *std::move(claims)};
}

// Which status a refusal has is published for none of them.
int status_of(std::string_view code, const Context& context) {
  if (!context.switches.is("auth_error_status", "mixed")) {
    return static_cast<int>(context.switches.number("auth_error_status"));
  }
  return code == "partner_not_active" ? 403 : code == "missing_header" ? 400 : 401;
}

PartnerAuth refuse(std::string_view code, std::string description, const Context& context) {
  return {nullptr, code, status_of(code, context), std::move(description)};
}

// Empty: the token may be used now.
std::string_view time_problem(const json& claims, const Context& context) {
  const auto nbf = claims["nbf"].get<std::int64_t>();
  const auto exp = claims["exp"].get<std::int64_t>();
  if (exp - nbf > context.switches.number("max_jwt_window") || context.now > exp) {
    return "timestamp_out_of_range";
  }
  return context.now < nbf ? "token_not_active" : "";
}

bool has_claims(const json& claims) {
  return claims.contains("partner_id") && claims["partner_id"].is_string() &&
         claims.contains("nbf") && claims["nbf"].is_number_integer() && claims.contains("exp") &&
         claims["exp"].is_number_integer();
}

}  // namespace

Response partner_error(int status, std::string_view code, std::string_view description) {
  return json_response(
      status, json{{"error", code}, {"status", status}, {"description", description}}.dump());
}

PartnerAuth authenticate_partner(const Request& request, const Workspaces& workspaces,
                                 const Context& context) {
  const auto authorization = request.header("Authorization");
  const auto partner_id = request.header("X-TL-Partner-Id");
  if (authorization.empty() || partner_id.empty()) {
    return refuse("missing_header", "Authorization and X-TL-Partner-Id are required", context);
  }
  const bool bearer = authorization.starts_with("Bearer ");
  const auto token = bearer ? parse_token(authorization.substr(7)) : std::nullopt;
  if (!token) {
    return refuse("token_decode_error", "Invalid token signature", context);
  }
  const auto* partner = workspaces.find_partner(partner_id);
  if (partner == nullptr) {
    return refuse("partner_not_found", "Partner not found", context);
  }
  if (token->signature != sign(token->text, partner->secret)) {
    return refuse("invalid_signature", "Invalid token signature", context);
  }
  if (!has_claims(token->claims)) {
    return refuse("missing_claim", "partner_id, nbf and exp are required", context);
  }
  if (token->claims["partner_id"] != partner_id) {
    return refuse("invalid_signature", "partner_id differs from X-TL-Partner-Id", context);
  }
  if (const auto problem = time_problem(token->claims, context); !problem.empty()) {
    return refuse(problem, "Token is outside its time window", context);
  }
  if (!partner->active) {
    return refuse("partner_not_active", "Partner is not active", context);
  }
  return {partner, {}, 0, {}};
}

}  // namespace usher::sandbox
