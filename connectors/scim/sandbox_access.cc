#include "connectors/scim/sandbox_access.h"

#include <Poco/Base64Decoder.h>
#include <Poco/Exception.h>
#include <Poco/StreamCopier.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "connectors/scim/sandbox_error.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;

struct NamePassword {
  std::string name;
  std::string password;
};

std::optional<NamePassword> read_basic(std::string_view header) {
  if (!header.starts_with("Basic ")) return std::nullopt;
  std::istringstream in{std::string(header.substr(6))};
  std::string text;
  try {
    Poco::Base64Decoder decoder(in);
    Poco::StreamCopier::copyToString(decoder, text);
  } catch (const Poco::Exception&) {
    return std::nullopt;
  }
  const auto colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  return NamePassword{text.substr(0, colon), text.substr(colon + 1)};
}

Response token_response(int status, const json& body) {
  auto response = json_response(status, body.dump());
  response.headers = {{"Cache-Control", "no-store"}};
  return response;
}

Response token_error(int status, std::string_view code, std::string_view description) {
  auto response = token_response(status, {{"error", code}, {"error_description", description}});
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"oauth\"");
  return response;
}

bool accepts(const scim::Profile& profile, std::string_view kind) {
  return std::find(profile.auth.begin(), profile.auth.end(), kind) != profile.auth.end();
}

/// Every word of `asked` is one of `granted`.
bool covers(std::string_view granted, const std::string& asked) {
  std::istringstream words(asked);
  for (std::string word; words >> word;) {
    std::istringstream all{std::string(granted)};
    bool found = false;
    for (std::string each; all >> each;) found = found || each == word;
    if (!found) return false;
  }
  return true;
}

}  // namespace

void ScimAccess::clear() {
  *this = {};
}

void ScimAccess::load(JsonReader& seed) {
  for (const auto& token : seed.texts("tokens")) {
    tokens_.emplace(token, fmt::format("token-{}", tokens_.size() + 1));
  }
  seed.each("basic", [&](JsonReader& each) {
    const auto user = each.required_text("username");
    passwords_[user] = each.required_text("password");
  });
  seed.each("oauth_clients", [&](JsonReader& each) {
    const auto client = each.required_text("client_id");
    clients_[client] = {each.required_text("client_secret"), each.text("scope")};
  });
}

std::string ScimAccess::authenticate(const Request& request, const ScimScene& scene) const {
  const auto header = request.header("Authorization");
  if (header.starts_with("Bearer ")) {
    const auto text = header.substr(7);
    const auto token = tokens_.find(text);
    if (token != tokens_.end() && accepts(scene.profile, "bearer")) return token->second;
    const auto issued = issued_.find(text);
    if (issued != issued_.end() && accepts(scene.profile, "oauth2")) {
      if (scene.now < issued->second.expires_at) return issued->second.name;
      throw ScimError(401, "", "the access token has expired");
    }
  }
  if (const auto given = read_basic(header); given && accepts(scene.profile, "basic")) {
    const auto known = passwords_.find(given->name);
    if (known != passwords_.end() && known->second == given->password) {
      return "basic " + given->name;
    }
  }
  throw ScimError(401, "", "Authorization is missing or not valid");
}

Response ScimAccess::issue(const Request& request, const Switches& switches, std::int64_t now) {
  if (request.method != "POST") {
    return token_error(405, "invalid_request", "only POST is understood here");
  }
  if (query_value(request.body, "grant_type") != "client_credentials") {
    return token_error(400, "unsupported_grant_type", "only client_credentials is known here");
  }
  auto given = read_basic(request.header("Authorization"));
  if (!given) {
    given = NamePassword{query_value(request.body, "client_id"),
                         query_value(request.body, "client_secret")};
  }
  const auto client = clients_.find(given->name);
  if (client == clients_.end() || client->second.secret != given->password) {
    return token_error(401, "invalid_client", "client_id or client_secret is wrong");
  }
  const auto asked = query_value(request.body, "scope");
  if (!covers(client->second.scope, asked)) {
    return token_error(400, "invalid_scope", "the client may not have this scope");
  }
  const auto number = ++issued_count_;
  const auto lifetime = switches.number("scim_token_lifetime");
  const auto text = fmt::format("access-{}-{:x}", number, std::hash<std::string>{}(given->name));
  issued_[text] = {fmt::format("{}/access-{}", given->name, number), now + lifetime};
  auto response = token_response(200, {{"access_token", text},
                                       {"token_type", "Bearer"},
                                       {"expires_in", lifetime},
                                       {"scope", asked.empty() ? client->second.scope : asked}});
  response.credential = given->name;
  return response;
}

std::size_t ScimAccess::expire_all() {
  for (auto& [text, token] : issued_) token.expires_at = 0;
  return issued_.size();
}

}  // namespace usher::sandbox
