#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "connectors/http/client.h"
#include "connectors/http/json.h"
#include "connectors/taskschmiede/settings.h"

namespace usher::taskschmiede {

/// One operation, as both doors of the server name it.
struct Operation {
  std::string_view tool = {};             ///< MCP: `ts.usr.get`; empty: there is no such tool
  nlohmann::ordered_json arguments = {};  ///< of the tool
  std::string_view method = {};           ///< REST
  std::string path = {};                  ///< REST: below `/api/v1`, with the query
  nlohmann::ordered_json body = {};       ///< REST; null: none
  Repeat repeat = Repeat::kSafe;

  [[nodiscard]] bool only_reads() const { return method == "GET"; }
};

/// A successful answer; keeps the document that its values point into.
struct Answer {
  std::unique_ptr<JsonDocument> document;

  /// Everything that came, for lists.
  [[nodiscard]] Json root() const { return document->root(); }
  /// The one thing that was asked for: REST wraps it in `data`, a tool does not.
  [[nodiscard]] Json data() const;
};

/// A door of the server: carries operations out, logs in before the first one, and once more when
/// the session was lost. Every failure is a classified ConnectorError with the provider's words and
/// what to do next; a success that cannot be read is `kMalformed` for a read and `kUnknownOutcome`
/// for a write.
class Transport {
 public:
  virtual ~Transport() = default;

  [[nodiscard]] virtual Answer call(const Operation& operation) = 0;

  /// Id of the account that logged in with a password; empty before that, and with a token.
  [[nodiscard]] virtual const std::string& user_id() const = 0;
};

/// What both doors share.
/// @{
[[nodiscard]] HttpOptions work_options(const Settings& settings, std::string_view base_path);
/// For logins, which are counted by themselves.
[[nodiscard]] HttpOptions login_options(const Settings& settings, std::string_view base_path);
/// The error of `name` in the sense of what was asked: a lost answer to a read loses nothing, a
/// write that was answered with something unreadable may have been carried out.
[[nodiscard]] ConnectorError as_meant(const ConnectorError& error, std::string_view name,
                                      bool only_reads);
/// @}

}  // namespace usher::taskschmiede
