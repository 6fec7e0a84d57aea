#include "daemon/report/public_json.h"

#include <nlohmann/json.hpp>

namespace usher {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json public_json(const Value& value) {
  return std::visit([](const auto& held) { return Json(held); }, value);
}

Json public_json(const Fields& fields) {
  Json json = Json::object();
  for (const auto& [name, value] : fields) json[name] = public_json(value);
  return json;
}

Json public_json(const Change& change) {
  return {{"action", to_string(change.action)},
          {"source_id", change.source_id},
          {"remote_id", text_or_null(change.remote_id)},
          {"key", change.key},
          {"cause", to_string(change.cause)},
          {"fields", change.fields},
          {"before", change.before ? public_json(*change.before) : Json(nullptr)},
          {"after", change.after ? public_json(*change.after) : Json(nullptr)},
          {"reason", change.reason},
          {"status", to_string(change.status)},
          {"attempt", change.attempt},
          {"error", text_or_null(change.error)}};
}

Json public_json(const Problem& problem) {
  return {{"severity", problem.severity == Severity::kError ? "error" : "warning"},
          {"source_id", text_or_null(problem.source_id)},
          {"where", text_or_null(problem.where)},
          {"message", problem.message}};
}

Json public_json(const Receipt& receipt) {
  return {{"complete", receipt.complete()}, {"reasons", receipt.reasons}};
}

std::string print_json(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace usher
