#include <nlohmann/json.hpp>

#include "daemon/report/explain.h"
#include "daemon/report/explain_words.h"
#include "daemon/report/json_list.h"
#include "daemon/report/layout.h"
#include "daemon/report/public_json.h"

namespace usher {
namespace {

using Json = nlohmann::ordered_json;

Json time_or_null(std::int64_t seconds) {
  return seconds == 0 ? Json(nullptr) : Json(format_utc(seconds));
}

Json attributes_json(const Person& person) {
  Json json = Json::object();
  for (const auto& [name, values] : person.attributes) json[name] = values;
  return json;
}

Json scope_json(const TargetExplanation& target) {
  Json steps = Json::array();
  for (const Filter::Step& step : target.steps) {
    steps.push_back(
        {{"text", step.text}, {"actual", step.actual}, {"result", word_of(step.truth)}});
  }
  return {{"filter", text_or_null(target.scope)},
          {"result", word_of(target.in_scope)},
          {"steps", steps}};
}

Json provenance_json(const Provenance& provenance) {
  return {{"attribute", provenance.attribute},
          {"value", provenance.value ? public_json(*provenance.value) : Json(nullptr)},
          {"rule", text_or_null(provenance.rule)},
          {"note", text_or_null(provenance.note)}};
}

Json link_json(const std::optional<Link>& link) {
  if (!link) return nullptr;
  return {{"remote_id", link->remote_id},
          {"key", link->key},
          {"origin", word_of(link->origin)},
          {"since", time_or_null(link->linked_at)},
          {"released", time_or_null(link->released_at)},
          {"acknowledged", time_or_null(link->acknowledged_at)},
          {"invitations", link->invitations},
          {"invited", time_or_null(link->invited_at)}};
}

Json account_json(const std::optional<Account>& account) {
  if (!account) return nullptr;
  return {{"remote_id", account->remote_id},
          {"key", account->key},
          {"status", to_string(account->status)},
          {"untouchable", text_or_null(account->untouchable)},
          {"fields", public_json(account->fields)}};
}

Json target_json(const TargetExplanation& target) {
  return {{"name", target.target},
          {"connector", target.connector},
          {"scope", scope_json(target)},
          {"mapped", list_of(target.mapped, provenance_json)},
          {"faults", target.faults},
          {"match", text_or_null(target.match)},
          {"link", link_json(target.link)},
          {"account", account_json(target.account)},
          {"changes", list_of(target.changes, public_json)},
          {"decision", text_or_null(target.decision)}};
}

Json history_json(const HistoryLine& line) {
  return {{"at", time_or_null(line.at)},
          {"target", line.target},
          {"action", line.action},
          {"cause", line.cause},
          {"status", line.status},
          {"run", line.run},
          {"error", text_or_null(line.error)}};
}

}  // namespace

std::string render_explanation_json(const Explanation& e) {
  const Person nobody;
  const Person& person = e.person ? *e.person : nobody;
  return print_json({{"source_id", e.source_id},
                     {"key", text_or_null(e.key)},
                     {"source", e.source},
                     {"where", text_or_null(person.where)},
                     {"present", e.person.has_value()},
                     {"fault", text_or_null(person.fault)},
                     {"attributes", attributes_json(person)},
                     {"unread", person.unread},
                     {"problems", list_of(e.problems, public_json)},
                     {"targets", list_of(e.targets, target_json)},
                     {"history", list_of(e.history, history_json)}});
}

}  // namespace usher
