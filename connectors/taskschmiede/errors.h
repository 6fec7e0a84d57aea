#pragma once

#include <string>
#include <string_view>

#include "connectors/error.h"
#include "connectors/http/client.h"

/// Taskschmiede's ways of saying no. Pure.
namespace usher::taskschmiede {

/// The code under which a session that the server has forgotten is known here. It has none of its
/// own: the answer is 404 with a line of text.
inline constexpr std::string_view kSessionLost = "session_lost";

/// Reads a refusal in any of its shapes: REST's envelope, a tool's result with `isError` (whose
/// text may be broken JSON), a JSON-RPC error, a line of text, a page. Codes are given as one word
/// for each meaning (`conflict` for `email_exists`), whether documented or observed. Does not
/// throw.
[[nodiscard]] ProviderError read_error(const HttpResponse& response);

/// A tool that asks for fewer calls says so in a 200: that becomes the 429 it means.
void correct_status(HttpResponse& response);

/// What a human can do about an error; empty where its text says all.
[[nodiscard]] std::string_view advice(const ConnectorError& error);

/// Whether the server itself says that there is no such user or member. A 404 alone may come from
/// anybody on the way.
[[nodiscard]] bool says_not_found(const ConnectorError& error);

/// Whether something may not be asked here: our account lacks the right, or a gateway in front of
/// the server does not let it through (403, 404, 405, a page, another place, a login of its own).
[[nodiscard]] bool is_closed(const ConnectorError& error);

/// Whether a new session, or a new login, may get over it.
[[nodiscard]] bool is_session_lost(const ConnectorError& error);

}  // namespace usher::taskschmiede
