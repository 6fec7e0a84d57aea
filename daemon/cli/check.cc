#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "config/member_name.h"
#include "connectors/csv/check.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/session.h"
#include "daemon/engine/catalogue.h"
#include "mapping/text.h"

namespace usher {
namespace {

/// Names that scope and mapping use and no header has.
void check_names(const Config& config, const SourceConfig& source, const Texts& headers,
                 std::vector<ConfigProblem>& found) {
  const auto is_known = [&](const std::string& name) {
    for (const std::string& header : headers) {
      if (compare_names(header, name) == 0) return true;
    }
    return compare_names(name, "groups") == 0 || compare_names(name, "active") == 0;
  };
  std::set<std::pair<std::string, std::string>> told;
  const auto check = [&](const TargetConfig& target, const Texts& more) {
    if (std::ranges::find(target.sources, source.name) == target.sources.end()) return;
    Texts names = target.mapper.variables();
    names.insert(names.end(), more.begin(), more.end());
    if (target.scope) {
      for (const std::string& name : target.scope->attributes()) names.push_back(name);
    }
    for (const std::string& name : names) {
      if (is_known(name)) continue;
      // The members of a family read the same names: one of them says it for all.
      const std::string reader(family_of(target.name));
      if (!told.emplace(reader, name).second) continue;
      const std::string near = nearest(name, headers);
      found.push_back(
          {target.where, 0, 0, true,
           fmt::format(
               "target '{}' reads '{}', which no file of source '{}' has as a column{}", reader,
               escape_for_display(name), source.name,
               near.empty() ? "" : fmt::format("; did you mean '{}'?", escape_for_display(near)))});
    }
  };
  for (const TargetConfig& target : config.targets) check(target, {});
  for (const TargetFamily& family : config.families) check(family.shape, {family.attribute});
}

std::vector<ConfigProblem> check_headers(const Config& config) {
  std::vector<ConfigProblem> found;
  for (const SourceConfig& source : config.sources) {
    if (source.type != "csv") continue;
    const csv::HeaderCheck headers = csv::check_headers(source.settings);
    for (const Problem& problem : headers.problems) {
      found.push_back(
          {problem.where, 0, 0, problem.severity == Severity::kWarning, problem.message});
    }
    if (!headers.attributes.empty()) check_names(config, source, headers.attributes, found);
  }
  return found;
}

void print(const std::vector<ConfigProblem>& problems, Format format, int exit_code,
           const std::string& file) {
  if (format == Format::kJson) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const ConfigProblem& problem : problems) {
      list.push_back({{"severity", problem.warning ? "warning" : "error"},
                      {"file", problem.file},
                      {"line", problem.line},
                      {"column", problem.column},
                      {"message", problem.message}});
    }
    return emit(
        nlohmann::ordered_json{{"file", file}, {"exit_code", exit_code}, {"problems", list}}.dump(
            1) +
        "\n");
  }
  for (const ConfigProblem& problem : problems) {
    fmt::print("{}{}\n", problem.to_string(), problem.warning ? " (warning)" : "");
  }
}

std::string families(const Config& config) {
  std::string text;
  for (const TargetFamily& family : config.families) {
    text += fmt::format(" and one '{}' per value of '{}'", family.name,
                        escape_for_display(family.attribute));
  }
  return text;
}

}  // namespace

int check_command(const CommonOptions& options) {
  const std::string file = config_path(options.config);
  std::vector<ConfigProblem> problems;
  try {
    const Config config = load_config(file, make_catalogue(), Secrets::kOptional);
    problems = config.warnings;
    for (ConfigProblem& problem : check_headers(config)) problems.push_back(std::move(problem));
    const bool is_good = std::all_of(problems.begin(), problems.end(),
                                     [](const ConfigProblem& p) { return p.warning; });
    print(problems, options.format, is_good ? 0 : 3, file);
    if (!is_good) return 3;
    if (options.format == Format::kText) {
      fmt::print("{}: good; {} sources, {} targets{}\n", file, config.sources.size(),
                 config.targets.size(), families(config));
    }
    return 0;
  } catch (const ConfigError& error) {
    print(error.problems, options.format, 3, file);
    return 3;
  }
}

}  // namespace usher
