#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "connectors/http/client.h"
#include "connectors/http/json.h"
#include "connectors/scim/settings.h"
#include "connectors/scim/token.h"

namespace usher::scim {

inline constexpr std::string_view kUsers = "/Users";
inline constexpr std::string_view kGroups = "/Groups";

/// How often a resource is read and written anew because somebody else wrote in between (412).
inline constexpr int kVersionTries = 3;

/// A successful answer; keeps the document that its values point into.
struct Answer {
  int status = 0;
  std::string etag;
  std::string location;
  std::unique_ptr<JsonDocument> document;  ///< null: there was none, or it was garbled

  bool is_garbled = false;  ///< a write answered with something that is no JSON

  /// Whether there is a resource in it; `{}` is none.
  [[nodiscard]] bool has_resource() const;
  /// Whether this can be the answer to a write of this resource: nothing, `{}`, or the resource. A
  /// success that shows something else says that something was done, not what: throws
  /// `kUnknownOutcome`.
  void require(std::string_view id) const;
  /// For If-Match: the ETag, or `meta.version`; empty: there is none.
  [[nodiscard]] std::string version() const;
  [[nodiscard]] Json root() const { return document ? document->root() : Json(); }
};

/// The requests of SCIM 2.0 (RFC 7644), signed and in its media type. Reads must answer with JSON,
/// by whatever Content-Type; writes may answer with anything. Everything that is not 2xx is thrown
/// as a classified ConnectorError with the service's words. An access token that is refused is
/// fetched anew once, and the request repeated once.
class Client {
 public:
  /// `http` must outlive the client.
  Client(const Settings& settings, HttpContext& http);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// `path` is below the base, with its query.
  [[nodiscard]] Answer get(std::string path);
  /// Sent once: a second request would make a second resource, or collide with the first.
  Answer create(std::string_view endpoint, std::string body);
  /// Only for operations that may be repeated without harm.
  Answer patch(std::string path, std::string body);
  /// `version` empty: whatever the resource is by now.
  Answer put(std::string path, std::string body, std::string_view version);
  Answer remove(std::string path, std::string_view version = {});

 private:
  Answer exchange(HttpRequest request);
  void authorize(HttpRequest& request);

  const Settings settings_;
  std::unique_ptr<AccessToken> token_;  ///< with `oauth2` only
  HttpClient http_;
};

/// The endpoint and the id below it, percent-encoded.
[[nodiscard]] std::string path_of(std::string_view endpoint, std::string_view id);

}  // namespace usher::scim
