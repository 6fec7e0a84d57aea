#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "connectors/dreadnode/settings.h"
#include "connectors/http/json.h"

namespace usher::dreadnode {

/// The three requests. An answer that is not 2xx or not JSON is thrown as a classified
/// ConnectorError with the platform's words and what to do next. 426 is `kForbidden`: nothing else
/// can succeed either.
class Client {
 public:
  /// `http` must outlive the client.
  Client(const Settings& settings, HttpContext& http);

  /// Everybody with a grant: one array, without pages.
  [[nodiscard]] std::unique_ptr<JsonDocument> fetch_users();
  /// Sent once: what a second grant does is not documented.
  [[nodiscard]] std::unique_ptr<JsonDocument> add_user(std::string body);
  /// Takes a user out of the whole organisation. Sent once.
  [[nodiscard]] std::unique_ptr<JsonDocument> remove_member(std::string_view user_id);

 private:
  [[nodiscard]] std::unique_ptr<JsonDocument> exchange(const HttpRequest& request);

  const std::string org_path_;
  const std::string users_path_;
  HttpClient http_;
};

}  // namespace usher::dreadnode
