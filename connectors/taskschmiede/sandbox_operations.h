#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "connectors/taskschmiede/sandbox_model.h"

/// The operations of the fake, as both of its doors offer them.
namespace usher::sandbox::taskschmiede {

/// What an operation came to.
struct Outcome {
  std::string value = {};  ///< JSON; as text, because lists are long
  std::string code = {};   ///< of the error; empty: it succeeded
  std::string message = {};

  [[nodiscard]] bool failed() const { return !code.empty(); }
};

struct Call {
  Server& server;
  const Context& context;
  User& me;
  nlohmann::json arguments;  ///< of the tool; path, query and body where it came by REST
  bool is_tool = true;
};

/// Does what `tool` does, for either door; REST has `rest.resources.create` beside the tools, and
/// `admin` among the arguments of `ts.usr.list`, whose answer comes in REST's own envelope. A code
/// of `unknown_tool`: there is none.
[[nodiscard]] Outcome run_operation(std::string_view tool, Call& call);

/// The login of both doors: `ts.auth.login`.
[[nodiscard]] Outcome log_in(Server& server, const Context& context, const std::string& email,
                             const std::string& password);

/// An argument of the wrong type counts as absent.
[[nodiscard]] std::string text_argument(const nlohmann::json& arguments, const char* name);
/// The same as the server takes it: composed, trimmed, without what cannot be seen.
[[nodiscard]] std::string text(const Call& call, const char* name);

[[nodiscard]] Outcome fail(std::string code, std::string message);
[[nodiscard]] std::string dump(const nlohmann::ordered_json& value);
/// Appends `,"name":"text"`.
void append_member(std::string& out, std::string_view name, std::string_view text);
/// Whether errors have the codes of the documentation.
[[nodiscard]] bool documents(const Context& context);

}  // namespace usher::sandbox::taskschmiede
