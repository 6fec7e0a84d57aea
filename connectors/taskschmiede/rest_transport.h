#pragma once

#include <string>

#include "connectors/taskschmiede/transport.h"

namespace usher::taskschmiede {

/// The API at `/api/v1`.
class RestTransport final : public Transport {
 public:
  /// `http` must outlive the transport.
  RestTransport(const Settings& settings, HttpContext& http);
  RestTransport(const RestTransport&) = delete;
  RestTransport& operator=(const RestTransport&) = delete;

  [[nodiscard]] Answer call(const Operation& operation) override;
  [[nodiscard]] const std::string& user_id() const override { return user_id_; }

  /// Works with a login that was made elsewhere. Empty: logs in by itself.
  void use_token(const std::string& token) { token_ = token; }

 private:
  [[nodiscard]] HttpOptions signed_options(const Settings& settings);
  /// True when it had to.
  bool log_in();
  [[nodiscard]] Answer exchange(HttpClient& client, const Operation& operation);

  const std::string email_;
  const Secret password_;
  std::string token_;
  std::string user_id_;
  HttpClient http_;
  HttpClient login_http_;
};

}  // namespace usher::taskschmiede
