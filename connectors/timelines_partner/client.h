#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "connectors/http/client.h"
#include "connectors/http/json.h"
#include "connectors/timelines_partner/settings.h"

namespace usher::timelines_partner {

/// The three requests that a workspace's users need. The other five of the API are left out on
/// purpose: `qr` disconnects people, POST `api-token` cuts off every other program, a PATCH of the
/// seats suspends members of the vendor's choice.
///
/// Each attempt is signed anew. An answer that is not 2xx, not JSON or says `error` is thrown as a
/// classified ConnectorError with the provider's words and what to do next.
class Client {
 public:
  /// `http` must outlive the client.
  Client(const Settings& settings, HttpContext& http);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] std::unique_ptr<JsonDocument> fetch_workspace();

  /// Creates `count` placeholders or none. Sent once: a second request would eat seats that nobody
  /// can free again.
  [[nodiscard]] std::unique_ptr<JsonDocument> create_users(std::size_t count);

  /// Takes WhatsApp away from a user. May be sent twice: without a connection it does nothing.
  [[nodiscard]] std::unique_ptr<JsonDocument> disconnect(std::string_view user_id);

 private:
  std::unique_ptr<JsonDocument> exchange(const HttpRequest& request);
  [[nodiscard]] ConnectorError clock_error(const ConnectorError& refusal) const;

  HttpContext& context_;
  const std::string base_url_;
  const std::string workspace_path_;
  HttpClient http_;
};

}  // namespace usher::timelines_partner
