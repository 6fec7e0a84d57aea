#include "connectors/scim/values.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/error.h"
#include "mapping/text.h"

namespace usher::scim {

using nlohmann::json;

std::string dump(const json& body) {
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

[[noreturn]] void refuse(const std::string& message) {
  throw ConnectorError(ErrorKind::kRejected, message);
}

json list_of(const Texts& texts) {
  auto list = json::array();
  for (const std::string& text : texts) list.push_back({{"value", text}});
  return list;
}

json to_json(const Attribute& attribute, const Value& value) {
  if (attribute.is_multi) {
    return list_of(texts_of(&value));
  }
  if (!attribute.is_boolean) return to_text(value);
  if (const bool* flag = std::get_if<bool>(&value)) return *flag;
  refuse(fmt::format("{} is true or false, not {}", attribute.path,
                     escape_for_display(to_text(value))));
}

}  // namespace usher::scim
