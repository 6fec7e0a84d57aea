#include "daemon/engine/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "config/member_name.h"
#include "mapping/text.h"

namespace usher {
namespace {

bool is_family_wanted(const std::vector<std::string>& wanted, const TargetFamily& family) {
  return wanted.empty() || std::ranges::any_of(wanted, [&family](const std::string& name) {
           return family_of(name) == family.name;
         });
}

bool has(const TargetConfig& target, const std::string& source) {
  return std::ranges::find(target.sources, source) != target.sources.end();
}

/// The distinct values of a family's attribute, as they compare in a filter.
class Values {
 public:
  explicit Values(const TargetFamily& family) : family_(family) {}

  /// A value that stays as it is spelled.
  void add_known(const std::string& target) {
    if (family_of(target) != family_.name || target.size() <= family_.name.size()) return;
    const std::string value = target.substr(family_.name.size() + 1);
    if (member_name_problem(value).empty()) known_.try_emplace(fold_key(value), value);
  }

  void add(const Person& person) {
    if (!person.fault.empty() || person.is_unread(family_.attribute)) return;
    const Texts* values = person.find(family_.attribute);
    if (values == nullptr) return;
    for (const std::string& value : *values) {
      if (value.empty()) continue;
      if (const std::string why = member_name_problem(value); !why.empty()) {
        refuse(person, value, why);
        continue;
      }
      const auto [at, is_new] = found_.try_emplace(fold_key(value), value);
      if (!is_new && value < at->second) at->second = value;
    }
  }

  /// In the order of their names.
  [[nodiscard]] std::set<std::string> take() {
    for (const auto& [folded, value] : known_) found_.insert_or_assign(folded, value);
    std::set<std::string> values;
    for (auto& [folded, value] : found_) values.insert(std::move(value));
    return values;
  }

  std::vector<Problem> problems;

 private:
  void refuse(const Person& person, const std::string& value, const std::string& why) {
    problems.push_back(
        {Severity::kError, person.source_id, person.where,
         fmt::format("{} is '{}', which cannot name a target of '{}': {}; this person gets nothing "
                     "there until the value is mended",
                     family_.attribute, escape_for_display(value), family_.name, why)});
  }

  const TargetFamily& family_;
  std::map<std::string, std::string> known_;  ///< folded → as spelled
  std::map<std::string, std::string> found_;
};

class Selector {
 public:
  Selector(const Config& config, const std::vector<std::string>& wanted,
           const std::map<std::string, SourceReading>& readings,
           const std::vector<std::string>& known)
      : config_(config), wanted_(wanted), readings_(readings), known_(known) {}

  Selection select() {
    auto family = config_.families.begin();
    for (std::size_t i = 0; i <= config_.targets.size(); ++i) {
      for (; family != config_.families.end() && family->position == i; ++family) expand(*family);
      if (i == config_.targets.size()) break;
      const TargetConfig& target = config_.targets[i];
      if (is_selected(wanted_, target.name)) out_.targets.push_back({&target, {}});
    }
    miss_members();
    return std::move(out_);
  }

 private:
  void expand(const TargetFamily& family) {
    if (!is_family_wanted(wanted_, family)) return;
    Values values(family);
    for (const std::string& target : known_) values.add_known(target);
    bool is_complete = true;
    for (const std::string& source : family.shape.sources) {
      const SourceReading& reading = readings_.at(source);
      is_complete = is_complete && reading.report.receipt.complete();
      for (const Person& person : reading.people) values.add(person);
    }
    const std::set<std::string> found = values.take();
    for (const std::string& value : found) add_member(family, value);
    out_.problems.insert(out_.problems.end(), values.problems.begin(), values.problems.end());
    if (found.empty() && is_complete) report_empty(family);
  }

  void add_member(const TargetFamily& family, const std::string& value) {
    const std::string name = member_name(family.name, value);
    if (!is_selected(wanted_, name)) return;
    std::string fault;
    try {
      out_.members.push_back(family.make(value));
    } catch (const ConfigError& error) {
      out_.members.push_back(stand_in(family, name));
      fault = error.problems.empty() ? "no target can be made of this value" : error.what();
    }
    out_.targets.push_back({&out_.members.back(), std::move(fault)});
  }

  /// What the report of a member that failed needs, and nothing that an invented value decided.
  static TargetConfig stand_in(const TargetFamily& family, const std::string& name) {
    TargetConfig config;
    config.name = name;
    config.connector = family.shape.connector;
    config.where = family.shape.where;
    config.sources = family.shape.sources;
    config.mode = family.shape.mode;
    return config;
  }

  void report_empty(const TargetFamily& family) {
    out_.problems.push_back(
        {Severity::kWarning, "", family.shape.where,
         fmt::format("nobody in {} has the attribute '{}', so '{}' has no targets",
                     fmt::join(family.shape.sources, " and "), escape_for_display(family.attribute),
                     family.name)});
  }

  /// `--target customers/acme`, when nobody has the value acme.
  void miss_members() {
    for (const std::string& name : wanted_) {
      const TargetFamily* family = config_.find_family(name);
      const bool is_there = std::ranges::any_of(
          out_.targets, [&name](const Chosen& target) { return target.config->name == name; });
      if (family == nullptr || family->name == name || is_there) continue;
      out_.problems.push_back(
          {Severity::kError, "", family->shape.where,
           fmt::format(
               "there is no target '{}': nobody has that value in '{}', and no link is left "
               "of it",
               escape_for_display(name), escape_for_display(family->attribute))});
    }
  }

  const Config& config_;
  const std::vector<std::string>& wanted_;
  const std::map<std::string, SourceReading>& readings_;
  const std::vector<std::string>& known_;
  Selection out_;
};

}  // namespace

bool needs_source(const Config& config, const std::vector<std::string>& wanted,
                  const std::string& source) {
  const auto by_target = [&](const TargetConfig& target) {
    return has(target, source) && is_selected(wanted, target.name);
  };
  const auto by_family = [&](const TargetFamily& family) {
    return has(family.shape, source) && is_family_wanted(wanted, family);
  };
  return std::ranges::any_of(config.targets, by_target) ||
         std::ranges::any_of(config.families, by_family);
}

Selection select_targets(const Config& config, const std::vector<std::string>& wanted,
                         const std::map<std::string, SourceReading>& readings,
                         const std::vector<std::string>& known) {
  return Selector(config, wanted, readings, known).select();
}

}  // namespace usher
