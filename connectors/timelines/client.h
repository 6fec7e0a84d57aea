#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "connectors/http/client.h"
#include "connectors/http/json.h"
#include "connectors/timelines/settings.h"

namespace usher::timelines {

/// A successful answer; keeps the document that its values point into.
struct Answer {
  std::unique_ptr<JsonDocument> document;

  /// What the envelope carries.
  [[nodiscard]] Json data() const { return document->root().get("data"); }
};

/// The five requests that the Public API has for users, and nothing else. An answer that is not
/// JSON, or a 200 whose envelope says `error`, is an error like any other: each is thrown as a
/// classified ConnectorError with the provider's words and what to do next.
class Client {
 public:
  /// `http` must outlive the client.
  Client(const Settings& settings, HttpContext& http);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] Answer fetch_workspace();
  [[nodiscard]] Answer fetch_me();
  [[nodiscard]] Answer fetch_teammates();

  /// Invites, or sets role and team of a member. Sent once, because a second request may send a
  /// second mail. `kMalformed` with a success status, or without one, means that something was
  /// done.
  [[nodiscard]] Answer send_invitation(std::string body);

  /// Withdraws an invitation. Repeated where the answer was lost: there is nothing left to do harm
  /// to. Someone who is not there is `kNotFound`, someone who accepted is `kConflict`.
  void send_revocation(std::string_view user_id);

  /// When the monthly quota starts anew, for `retry_at` of quota errors; 0: unknown.
  void set_quota_end(std::int64_t seconds) { quota_end_ = seconds; }

 private:
  Answer exchange(const HttpRequest& request);
  Answer fetch(std::string path);

  std::int64_t quota_end_ = 0;
  HttpClient http_;
};

}  // namespace usher::timelines
