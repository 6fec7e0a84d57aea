#include <fmt/format.h>

#include <algorithm>

#include "connectors/error.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/progress_bar.h"
#include "daemon/cli/session.h"
#include "daemon/engine/run.h"
#include "daemon/report/explain.h"
#include "mapping/text.h"

namespace usher {
namespace {

constexpr std::size_t kHistoryShown = 20;

/// Where a person is found: by id, else by the key some target's mapping gives them.
struct Found {
  std::string source;
  const Person* person = nullptr;
  std::string key;
};

std::string key_in(const TargetConfig& target, const Person& person) {
  return target.mapper.desired(person).account.key;
}

std::vector<Found> find_people(const RunResult& result, const std::string& wanted) {
  std::vector<Found> found;
  const std::string folded = fold_key(wanted);
  for (const auto& [name, reading] : result.sources) {
    for (const Person& person : reading.people) {
      std::string key;
      for (const auto& [target, fault] : result.selection.targets) {
        if (std::ranges::find(target->sources, name) == target->sources.end()) continue;
        if (key.empty() && fault.empty()) key = key_in(*target, person);
      }
      const bool is_it = person.source_id == wanted || name + "/" + person.source_id == wanted ||
                         (!key.empty() && fold_key(key) == folded);
      if (is_it) found.push_back({name, &person, key});
    }
  }
  return found;
}

std::string decision_of(const Reasoning& reasoning) {
  const std::string& note = reasoning.note;
  switch (reasoning.verdict) {
    case Verdict::kUnchanged:
      return note.empty() ? "nothing to do: the account is as it should be" : note;
    case Verdict::kChange:
      return reasoning.why;
    case Verdict::kUndecided:
      return "not decided: " + note;
    case Verdict::kConflict:
      return "conflict: " + note;
    case Verdict::kProtected:
      return "the account is protected: nobody may touch it";
    case Verdict::kNothing:
      break;
  }
  return reasoning.why.empty() ? "nothing to do" : reasoning.why;
}

std::string describe_match(const TargetPlan& plan, const Reasoning& reasoning) {
  if (reasoning.link) return "by link to account " + reasoning.link->remote_id;
  if (!reasoning.account) return {};
  return fmt::format("by {} ({})", plan.match, reasoning.account->key);
}

void explain_scope(TargetExplanation& out, const TargetConfig& config, const Person& person) {
  out.mapped = config.mapper.explain(person);
  out.faults = config.mapper.desired(person).faults;
  if (!config.scope) return;
  const PersonSubject subject(person);
  out.scope = config.scope->text();
  out.in_scope = config.scope->evaluate(subject);
  out.steps = config.scope->explain(subject);
}

TargetExplanation explain_target(const TargetPlan& plan, const std::string& source_id,
                                 const Person* person) {
  TargetExplanation out;
  out.target = plan.plan.target;
  out.connector = plan.plan.connector;
  if (person != nullptr) explain_scope(out, *plan.config, *person);
  if (plan.plan.failed) {
    out.decision = "the target could not be read: " +
                   fmt::format("{}", fmt::join(plan.plan.receipt.reasons, "; "));
    return out;
  }
  const auto reasoning = plan.reasoning.find(source_id);
  if (reasoning == plan.reasoning.end()) {
    out.is_concerned = person != nullptr && out.in_scope != Truth::kFalse;
    out.decision = out.in_scope == Truth::kTrue
                       ? "nothing to do"
                       : "not in scope and never had an account from usher";
  } else {
    out.decision = decision_of(reasoning->second);
    out.match = describe_match(plan, reasoning->second);
    out.link = reasoning->second.link;
    out.account = reasoning->second.account;
  }
  for (const Change& change : plan.plan.changes) {
    if (change.source_id == source_id) out.changes.push_back(change);
  }
  return out;
}

void add_history(Explanation& out, const Store& store, const std::string& source_id) {
  for (const HistoryEntry& entry : store.history(source_id, kHistoryShown)) {
    out.history.push_back(
        {entry.at, entry.target, entry.action, entry.cause, entry.state, entry.run, entry.error});
  }
}

Explanation explain_person(const RunResult& result, const Store& store, const std::string& wanted,
                           const Found& found) {
  Explanation out;
  out.source_id = found.person != nullptr ? found.person->source_id : wanted;
  out.key = found.key;
  out.source = found.source;
  if (found.person != nullptr) out.person = *found.person;
  for (const auto& [name, reading] : result.sources) {
    for (const Problem& problem : reading.report.problems) {
      if (problem.source_id == out.source_id) out.problems.push_back(problem);
    }
  }
  for (const TargetPlan& plan : result.targets) {
    const auto& sources = plan.config->sources;
    if (!found.source.empty() && std::ranges::find(sources, found.source) == sources.end())
      continue;
    std::string id = qualified_id(*plan.config, found.source, out.source_id);
    if (found.person == nullptr) {
      // Gone from the source: whoever the target's links know under this id or key.
      id = plan.reasoning.empty() ? wanted : plan.reasoning.begin()->first;
    }
    out.targets.push_back(explain_target(plan, id, found.person));
    if (out.history.empty()) add_history(out, store, id);
  }
  return out;
}

}  // namespace

int explain_command(const PersonOptions& options) {
  Session session(options, Secrets::kRequired);
  session.require_targets(options.targets);
  const auto store = session.open_store(Store::Access::kRead);
  RunOptions run_options;
  run_options.targets = options.targets;
  run_options.explain = options.person;
  run_options.progress = make_progress_bar();
  const RunResult result =
      run({session.config(), *store, session.http(), session.clock()}, run_options);
  run_options.progress = {};

  std::vector<Found> found = find_people(result, options.person);
  const bool is_linked = std::ranges::any_of(
      result.targets, [](const TargetPlan& plan) { return !plan.reasoning.empty(); });
  if (found.empty() && !is_linked) {
    throw std::runtime_error(
        fmt::format("nobody has the id or key '{}' in any source, and no link knows them",
                    escape_for_display(options.person)));
  }
  if (found.empty()) found.push_back({});
  std::string text;
  for (const Found& one : found) {
    const Explanation explanation = explain_person(result, *store, options.person, one);
    text += options.format == Format::kJson
                ? render_explanation_json(explanation)
                : render_explanation_text(explanation, terminal_style());
    if (options.format == Format::kJson) break;  // one document; a second person needs their id
  }
  emit(text);
  return result.report.exit_code == 1 ? 1 : 0;
}

}  // namespace usher
