#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "connectors/http/client.h"
#include "connectors/http/json.h"

/// JSON-RPC 2.0 as MCP's Streamable HTTP carries it. Pure.
namespace usher::taskschmiede {

/// `value` as text. Throws ConnectorError `kRejected` for texts that are not UTF-8.
[[nodiscard]] std::string render_json(const nlohmann::ordered_json& value);

/// `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{…}}`; throws as `render_json`.
[[nodiscard]] std::string render_call(std::int64_t id, std::string_view method,
                                      const nlohmann::ordered_json& params);

/// The same without an id: nothing is answered.
[[nodiscard]] std::string render_notification(std::string_view method);

/// The JSON-RPC message that answers a request: the body itself, or the one among the events of
/// `text/event-stream` that is no request or notification of the server. Empty: there is none.
[[nodiscard]] std::string find_message(const HttpResponse& response);

/// The text of a tool's result (`content[0].text`); empty when there is none.
[[nodiscard]] std::string tool_text(const Json& result);

/// Whether the message says that the call failed: a JSON-RPC error, or a result with `isError`.
[[nodiscard]] bool is_failure(const Json& message);

}  // namespace usher::taskschmiede
