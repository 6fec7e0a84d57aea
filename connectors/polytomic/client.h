#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "connectors/http/client.h"
#include "connectors/http/json.h"
#include "connectors/polytomic/settings.h"

namespace usher::polytomic {

/// A successful answer; keeps the document that its values point into.
struct Answer {
  std::unique_ptr<JsonDocument> document;

  /// What it carries; may be null, but is there.
  [[nodiscard]] Json data() const { return document->root().get("data"); }
};

/// The requests that users need, on the path family that belongs to the credential. A partner key
/// names the organisation in the path and is sent as Bearer, but roles are read as the organisation
/// itself, by Basic; the organisation's own key is always Bearer and its paths name nobody.
///
/// Everything that is not 2xx, not JSON or without `data` is thrown as a classified ConnectorError
/// with the provider's words and what to do next.
class Client {
 public:
  /// `http` must outlive the client.
  Client(const Settings& settings, HttpContext& http);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Whose key it is. Not for partner keys, which reach organisations and users only.
  [[nodiscard]] Answer fetch_me();
  [[nodiscard]] Answer fetch_organization();
  [[nodiscard]] Answer fetch_roles();
  [[nodiscard]] Answer fetch_users();
  [[nodiscard]] Answer fetch_user(std::string_view id);

  /// Mails an invitation. Sent once, because a server that does not know the idempotency key would
  /// mail again; the key is for the retry after a look.
  [[nodiscard]] Answer create_user(std::string body, std::string_view idempotency_key);
  [[nodiscard]] Answer update_user(std::string_view id, std::string body);
  /// Repeated where the answer was lost: who is gone is `kNotFound`, which is fine.
  [[nodiscard]] Answer delete_user(std::string_view id);

  /// The version that the last answer named; empty: it named none.
  [[nodiscard]] const std::string& answered_version() const { return answered_version_; }

 private:
  Answer exchange(HttpRequest request);
  [[nodiscard]] std::string user_path(std::string_view id) const;
  [[nodiscard]] std::string authorization(std::string_view path) const;

  const Settings settings_;
  const std::string organization_path_;
  HttpClient http_;
  std::string answered_version_;
};

}  // namespace usher::polytomic
