#include "connectors/taskschmiede/mcp_message.h"

#include <nlohmann/json.hpp>

#include "connectors/error.h"
#include "mapping/text.h"

namespace usher::taskschmiede {
namespace {

using nlohmann::ordered_json;

/// Takes the next line off `text`, without its end (LF, CR LF or CR).
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find_first_of("\r\n");
  const std::string_view line = text.substr(0, end);
  if (end == std::string_view::npos) {
    text = {};
  } else {
    text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  return line;
}

/// The data of the next event (HTML living standard, 9.2.6); empty at the end.
std::string take_event(std::string_view& text) {
  constexpr std::string_view kData = "data:";
  std::string data;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (line.empty() && !data.empty()) break;
    if (!line.starts_with(kData)) continue;
    line.remove_prefix(kData.size());
    if (line.starts_with(' ')) line.remove_prefix(1);
    if (!data.empty()) data += '\n';
    data += line;
  }
  return data;
}

bool is_answer(const std::string& message) {
  const auto document = JsonDocument::try_parse(message);
  return document && document->root().is_object() && !document->root().get("method").has_value();
}

}  // namespace

std::string render_json(const ordered_json& value) {
  try {
    return value.dump();
  } catch (const ordered_json::type_error&) {
    throw ConnectorError(ErrorKind::kRejected,
                         "not sent: a text is not well-formed UTF-8; repair it in the source");
  }
}

std::string render_call(std::int64_t id, std::string_view method, const ordered_json& params) {
  return render_json({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}});
}

std::string render_notification(std::string_view method) {
  return render_json({{"jsonrpc", "2.0"}, {"method", method}});
}

std::string find_message(const HttpResponse& response) {
  const std::string type = ascii_lower(response.header("Content-Type"));
  if (!type.starts_with("text/event-stream")) return response.body;
  std::string_view text = response.body;
  while (!text.empty()) {
    std::string message = take_event(text);
    // What is left is the last event: whoever reads it says what is wrong with it.
    if (!message.empty() && (trim(text).empty() || is_answer(message))) return message;
  }
  return {};
}

std::string tool_text(const Json& result) {
  const Json content = result.get("content");
  if (!content.is_array()) return {};
  for (const Json& part : content.elements()) {
    if (!part.is_object()) continue;
    const Json text = part.get("text");
    if (text.is_text()) return text.as_text();
  }
  return {};
}

bool is_failure(const Json& message) {
  if (message.get("error").has_value()) return true;
  const Json result = message.get("result");
  if (!result.is_object()) return false;
  const Json flag = result.get("isError");
  return flag.is_bool() && flag.as_bool();
}

}  // namespace usher::taskschmiede
