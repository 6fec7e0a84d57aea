#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "connectors/error.h"
#include "connectors/source.h"
#include "connectors/target.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/session.h"
#include "daemon/engine/catalogue.h"
#include "daemon/engine/run.h"
#include "mapping/text.h"

namespace usher {
namespace {

struct Probed {
  std::string kind;  ///< source, target
  std::string name;
  std::vector<Finding> findings;

  [[nodiscard]] bool is_good() const {
    return std::all_of(findings.begin(), findings.end(),
                       [](const Finding& finding) { return finding.good; });
  }
};

/// A source or target that cannot even be made is a finding like any other.
Probed probe(std::string kind, const std::string& name,
             const std::function<std::vector<Finding>()>& look) {
  try {
    auto findings = look();
    return {std::move(kind), name, std::move(findings)};
  } catch (const ConnectorError& error) {
    return {std::move(kind), name, {{false, error.what()}}};
  }
}

std::string to_text(const std::vector<Probed>& all) {
  std::string text;
  for (const Probed& one : all) {
    text += fmt::format("{} {}: {}\n", one.kind, one.name, one.is_good() ? "good" : "NOT GOOD");
    for (const Finding& finding : one.findings) {
      text += fmt::format("  {} {}\n", finding.good ? "·" : "✗", escape_for_display(finding.what));
    }
  }
  return text;
}

std::string to_json(const std::vector<Probed>& all, int exit_code) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Probed& one : all) {
    nlohmann::ordered_json findings = nlohmann::ordered_json::array();
    for (const Finding& finding : one.findings)
      findings.push_back({{"good", finding.good}, {"what", finding.what}});
    list.push_back(
        {{"kind", one.kind}, {"name", one.name}, {"good", one.is_good()}, {"findings", findings}});
  }
  return nlohmann::ordered_json{{"exit_code", exit_code}, {"probed", list}}.dump(1) + "\n";
}

/// Families are made from people, so the sources of those, and only of those, are read.
Selection choose(Session& session, Store& store, const std::vector<std::string>& wanted) {
  Config families = session.config();
  families.targets.clear();
  const RunEnvironment environment{session.config(), store, session.http(), session.clock()};
  std::map<std::string, SourceReading> readings;
  for (const SourceConfig& source : session.config().sources) {
    if (!needs_source(families, wanted, source.name)) continue;
    readings.emplace(source.name, read_source(environment, source));
  }
  return select_targets(session.config(), wanted, readings, store.known_targets());
}

}  // namespace

int probe_command(const PlanOptions& options) {
  Session session(options, Secrets::kRequired);
  session.require_targets(options.targets);
  // A lost state is found out here, not at the first apply.
  const auto store = session.open_store(Store::Access::kRead);
  std::vector<Probed> all;
  for (const SourceConfig& source : session.config().sources) {
    if (!options.targets.empty()) break;
    all.push_back(probe("source", source.name, [&] {
      return find_source_kind(source.type)
          ->make(source.name, source.settings, session.clock())
          ->probe();
    }));
  }
  const Selection selection = choose(session, *store, options.targets);
  for (const auto& member : selection.targets) {
    all.push_back(probe(
        "target", member.config->name, [&target = *member.config, &fault = member.fault, &session] {
          if (!fault.empty()) return std::vector<Finding>{{false, fault}};
          return make_target(target, session.http(), {session.config().state})->probe();
        }));
  }
  const bool is_good = std::ranges::all_of(all, &Probed::is_good);
  const int exit_code = is_good ? 0 : 1;
  emit(options.format == Format::kJson ? to_json(all, exit_code) : to_text(all));
  return exit_code;
}

}  // namespace usher
