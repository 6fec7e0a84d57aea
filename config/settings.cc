#include "config/settings.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "config/member_name.h"

namespace usher {
namespace {

template <typename T>
const T* find_by_name(const std::vector<T>& items, std::string_view name) {
  const auto at =
      std::find_if(items.begin(), items.end(), [name](const T& item) { return item.name == name; });
  return at == items.end() ? nullptr : &*at;
}

}  // namespace

std::string ConfigProblem::to_string() const {
  const std::string text = warning ? "warning: " + message : message;
  if (line == 0) return fmt::format("{}: {}", file, text);
  return fmt::format("{}:{}:{}: {}", file, line, column, text);
}

ConfigError::ConfigError(std::vector<ConfigProblem> found) : problems(std::move(found)) {
  for (const ConfigProblem& problem : problems) {
    if (!text_.empty()) text_ += '\n';
    text_ += problem.to_string();
  }
}

const SourceConfig* Config::find_source(std::string_view name) const {
  return find_by_name(sources, name);
}

const TargetConfig* Config::find_target(std::string_view name) const {
  return find_by_name(targets, name);
}

const TargetFamily* Config::find_family(std::string_view name) const {
  return find_by_name(families, family_of(name));
}

bool Config::can_select(std::string_view name) const {
  const auto is_meant = [name](const TargetConfig& target) {
    return target.name == name || family_of(target.name) == name;
  };
  return std::ranges::any_of(targets, is_meant) || find_family(name) != nullptr;
}

bool is_selected(const std::vector<std::string>& wanted, std::string_view target) {
  return wanted.empty() || std::ranges::any_of(wanted, [target](const std::string& name) {
           return name == target || name == family_of(target);
         });
}

}  // namespace usher
