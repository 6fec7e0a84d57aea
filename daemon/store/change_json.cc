#include "daemon/store/change_json.h"

#include <nlohmann/json.hpp>

namespace usher {
namespace {

nlohmann::json value_to_json(const Value& value) {
  return std::visit([](const auto& held) { return nlohmann::json(held); }, value);
}

Value value_from_json(const nlohmann::json& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_array()) return json.get<Texts>();
  return json.get<std::string>();
}

nlohmann::json fields_to_json(const std::optional<Fields>& fields) {
  if (!fields) return nullptr;
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [name, value] : *fields) json[name] = value_to_json(value);
  return json;
}

std::optional<Fields> fields_from_json(const nlohmann::json& json) {
  if (json.is_null()) return std::nullopt;
  Fields fields;
  for (const auto& [name, value] : json.items()) fields.set(name, value_from_json(value));
  return fields;
}

}  // namespace

nlohmann::json to_json(const Change& change) {
  return {{"action", to_string(change.action)},
          {"cause", to_string(change.cause)},
          {"source_id", change.source_id},
          {"remote_id", change.remote_id},
          {"key", change.key},
          {"fields", change.fields},
          {"before", fields_to_json(change.before)},
          {"after", fields_to_json(change.after)},
          {"reason", change.reason},
          {"attempt", change.attempt},
          {"needs_lookup", change.needs_lookup},
          {"lowers_entitlement", change.lowers_entitlement},
          {"sends_mail", change.sends_mail},
          {"moves_link", change.moves_link},
          {"requests", change.requests}};
}

Change change_from_json(const nlohmann::json& json) {
  Change change;
  change.action = parse_action(json.at("action").get<std::string>()).value_or(Action::kManual);
  change.cause = parse_cause(json.at("cause").get<std::string>()).value_or(Cause::kMover);
  json.at("source_id").get_to(change.source_id);
  json.at("remote_id").get_to(change.remote_id);
  json.at("key").get_to(change.key);
  json.at("fields").get_to(change.fields);
  change.before = fields_from_json(json.at("before"));
  change.after = fields_from_json(json.at("after"));
  json.at("reason").get_to(change.reason);
  json.at("attempt").get_to(change.attempt);
  json.at("needs_lookup").get_to(change.needs_lookup);
  json.at("lowers_entitlement").get_to(change.lowers_entitlement);
  json.at("sends_mail").get_to(change.sends_mail);
  json.at("moves_link").get_to(change.moves_link);
  json.at("requests").get_to(change.requests);
  return change;
}

}  // namespace usher
