#pragma once

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "connectors/sandbox/server.h"
#include "connectors/scim/sandbox.h"
#include "tests/connectors/stage.h"

namespace usher::sandbox {

using nlohmann::json;

inline const std::string kUserUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
inline const std::string kGroupUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";
inline const std::string kEnterpriseUrn =
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Path of one user.
inline std::string at_user(const std::string& id) {
  return "/Users/" + id;
}

struct Answer {
  int status = 0;
  json body;  ///< discarded when it is no JSON
  std::string text;
  std::map<std::string, std::string> headers;

  [[nodiscard]] std::string scim_type() const { return body.value("scimType", ""); }
  [[nodiscard]] std::string id() const { return body.value("id", ""); }
  /// userNames or displayNames of a list.
  [[nodiscard]] std::vector<std::string> names(const std::string& key = "Resources") const {
    std::vector<std::string> result;
    for (const auto& row : body.value(key, json::array())) {
      result.push_back(row.contains("userName") ? row["userName"] : row["displayName"]);
    }
    return result;
  }
};

/// The fake SCIM service on a port of its own, and somebody who calls it over HTTP.
class ScimServer {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  explicit ScimServer(const std::string& profile = "generic", json scim = json::object())
      : server_(make_scim_apis(), options(profile, std::move(scim))) {}

  Answer call(const std::string& method, const std::string& path, const std::string& body = {},
              const Headers& headers = {}) {
    Poco::Net::HTTPClientSession session("127.0.0.1", server_.port());
    Poco::Net::HTTPRequest request(method, base + path, Poco::Net::HTTPMessage::HTTP_1_1);
    request.set("User-Agent", "test");
    if (!token.empty()) request.set("Authorization", "Bearer " + token);
    if (!body.empty()) request.set("Content-Type", "application/scim+json");
    for (const auto& [name, value] : headers) request.set(name, value);
    request.setContentLength(static_cast<std::streamsize>(body.size()));
    session.sendRequest(request) << body;
    Poco::Net::HTTPResponse response;
    Answer answer;
    auto& stream = session.receiveResponse(response);
    Poco::StreamCopier::copyToString(stream, answer.text);
    answer.status = response.getStatus();
    answer.body = json::parse(answer.text, nullptr, false);
    answer.headers.insert(response.begin(), response.end());
    return answer;
  }

  Answer get(const std::string& path) { return call("GET", path); }
  Answer post(const std::string& path, const json& body) { return call("POST", path, body.dump()); }
  Answer put(const std::string& path, const json& body) { return call("PUT", path, body.dump()); }
  Answer del(const std::string& path) { return call("DELETE", path); }

  /// GET with a filter, encoded.
  Answer find(const std::string& filter, const std::string& endpoint = "/Users") {
    std::string encoded;
    Poco::URI::encode(filter, "+&=#\"", encoded);
    return get(endpoint + "?filter=" + encoded);
  }

  /// PATCH with these operations, or this one.
  Answer patch(const std::string& path, const json& operations, const std::string& query = {}) {
    const json body = {
        {"schemas", {"urn:ietf:params:scim:api:messages:2.0:PatchOp"}},
        {"Operations", operations.is_array() ? operations : json::array({operations})}};
    return call("PATCH", path + query, body.dump());
  }

  /// Creates a user; `more` is merged into the resource.
  Answer create(const std::string& user_name, const json& more = json::object()) {
    json user = {{"schemas", {kUserUrn}}, {"userName", user_name}};
    user.update(more);
    return post("/Users", user);
  }
  std::string create_id(const std::string& user_name, const json& more = json::object()) {
    return create(user_name, more).id();
  }

  Answer create_group(const std::string& name, const std::vector<std::string>& ids = {}) {
    json members = json::array();
    for (const auto& id : ids) members.push_back({{"value", id}});
    return post("/Groups", {{"schemas", {kGroupUrn}}, {"displayName", name}, {"members", members}});
  }
  /// Who is in a group, as the state shows it.
  std::vector<std::string> members(const std::string& name) {
    const json now = state();
    for (const auto& group : now.at("groups")) {
      if (group["displayName"] == name) return group["members"];
    }
    return {};
  }

  json state() { return json::parse(server_.control("GET", "state"))["scim"]; }
  void set(const std::string& name, const std::string& value) {
    server_.control("POST", "switches", json{{name, value}}.dump());
  }
  void act(const std::string& verb, const json& body) {
    server_.control("POST", verb, body.dump());
  }
  void pass(int seconds) { clock_.sleep_for(std::chrono::seconds(seconds), {}); }

  std::string token = "secret-token";
  std::string base = "/scim/v2";

 private:
  ServerOptions options(const std::string& profile, json scim) {
    if (!scim.contains("tokens")) scim["tokens"] = {"secret-token"};
    ServerOptions result;
    result.seed = json{{"scim", std::move(scim)}}.dump();
    result.switches = {{"scim_profile", profile}};
    result.clock = &clock_;
    return result;
  }

  test::JumpingClock clock_;
  SandboxServer server_;
};

}  // namespace usher::sandbox
