#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "connectors/http/client.h"
#include "connectors/http/json.h"
#include "connectors/memory/settings.h"

namespace usher::memory {

/// The requests of the reference service. Answers that are not 2xx or not JSON are thrown as
/// classified ConnectorErrors with the service's words.
class Client {
 public:
  /// `http` must outlive the client.
  Client(const Settings& settings, HttpContext& http);

  /// One page of users; `after` is empty for the first.
  [[nodiscard]] std::unique_ptr<JsonDocument> fetch_page(std::string_view after);
  [[nodiscard]] std::unique_ptr<JsonDocument> fetch_by_email(std::string_view email);
  [[nodiscard]] std::unique_ptr<JsonDocument> fetch_user(std::string_view id);
  /// Sent once: a second request would answer 409 for what the first one made.
  [[nodiscard]] std::unique_ptr<JsonDocument> create_user(std::string body);
  [[nodiscard]] std::unique_ptr<JsonDocument> update_user(std::string_view id, std::string body);
  void delete_user(std::string_view id);

 private:
  HttpClient http_;
};

}  // namespace usher::memory
