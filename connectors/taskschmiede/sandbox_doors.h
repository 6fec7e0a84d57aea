#pragma once

#include "connectors/sandbox/api.h"
#include "connectors/taskschmiede/sandbox_model.h"

/// The two doors of the fake.
namespace usher::sandbox::taskschmiede {

/// `/mcp`: Streamable HTTP with sessions.
[[nodiscard]] Response answer_mcp(Server& server, const Request& request, const Context& context);

/// `/api/v1`; `path` is what comes after it.
[[nodiscard]] Response answer_rest(Server& server, std::string_view path, const Request& request,
                                   const Context& context);

/// A line of text, as the HTTP server itself answers.
[[nodiscard]] Response text_response(int status, std::string_view text);

/// Runs `change` on the JSON inside an answer of either door: a tool's result, or a list of REST
/// with its rows as `users`.
void with_inner_json(Response& response, const std::function<void(Response&)>& change);

}  // namespace usher::sandbox::taskschmiede
