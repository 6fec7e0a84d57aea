#pragma once

#include <chrono>
#include <string>

#include "connectors/http/client.h"
#include "connectors/scim/settings.h"
#include "mapping/secret.h"

namespace usher::scim {

/// The access token of one OAuth 2 client (client credentials, RFC 6749 section 4.4), fetched when
/// it is first needed and again a minute before it runs out.
///
/// The client names itself by HTTP Basic, and in the body where the server refuses that (section
/// 2.3.1 knows both). Everything but a token is thrown as `kUnauthorized`, with the server's words,
/// or as what kept it from answering.
class AccessToken {
 public:
  /// `http` must outlive the token.
  AccessToken(const OAuth& oauth, const HttpOptions& options, HttpContext& http);

  [[nodiscard]] const Secret& get();
  /// The service refused it although it should be good: the next `get` fetches another.
  void drop() { token_ = Secret(); }

 private:
  void fetch();
  [[nodiscard]] HttpResponse ask(bool in_body);

  const OAuth oauth_;
  Clock& clock_;
  const std::string path_;
  HttpClient http_;
  bool names_itself_in_body_ = false;
  Secret token_;
  std::chrono::system_clock::time_point good_until_;
};

}  // namespace usher::scim
