#include "config/target_family.h"

#include <array>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "config/hash.h"
#include "config/keys.h"
#include "config/member_name.h"
#include "config/overlay.h"
#include "config/problems.h"
#include "config/setting_reader.h"
#include "config/source_text.h"
#include "config/target_member.h"
#include "config/variables.h"
#include "mapping/syntax_error.h"
#include "mapping/template.h"
#include "mapping/text.h"

namespace usher {
namespace {

constexpr const char* kValue = "value";
/// Decide which values there are, or when they are looked for, so they cannot follow from one.
constexpr std::array kFixedKeys{"connector", "source", "mode", "every"};

/// The member of a family whose values are those of an attribute.
TargetConfig make_for_value(const Blueprint& plan, const std::string& value) {
  Attributes values;
  values.set(kValue, {value});
  TargetMember member = make_member(plan, member_name(plan.family, value), std::move(values));
  std::vector<ConfigProblem> errors;
  for (const auto& [problem, variable] : member.faults) {
    if (problem.warning) continue;
    const Place at = plan.text.place(problem.offset);
    errors.push_back({plan.text.file(), at.line, at.column, false, problem.message});
  }
  if (!errors.empty() || !member.target) throw ConfigError(std::move(errors));
  return *std::move(member.target);
}

class FamilyReader {
 public:
  FamilyReader(const Reading& reading, const YamlNode& root, const YamlEntry& entry, Config& config)
      : reading_(reading),
        entry_(entry),
        for_each_(*entry.value->find("for_each")),
        config_(config),
        plan_(std::make_shared<const Blueprint>(Blueprint{
            reading.problems.text(), reading.catalogue, reading.secrets, reading.directory,
            std::make_shared<const YamlNode>(root), without_key(entry.value, "for_each"), entry.key,
            entry.offset, sources_of(config)})) {}

  void read() {
    read_ =
        read_section(reading_, {"'for_each'", for_each_.offset, for_each_keys()}, *for_each_.value);
    if (!for_each_.value->is_map()) return;
    const FoundSetting* csv = read_.find("csv");
    const FoundSetting* attribute = read_.find("attribute");
    if ((csv == nullptr) == (attribute == nullptr)) {
      return complain(for_each_.offset,
                      "'for_each' needs one of 'csv' and 'attribute'; write { csv: FILE, name: "
                      "\"${column}\" } or { attribute: NAME }");
    }
    const FoundSetting* name = read_.find("name");
    if (attribute != nullptr && name != nullptr) {
      return complain(name->key_offset,
                      "'for_each.name' belongs to 'csv'; the targets of an attribute are named "
                      "after its values. Remove it");
    }
    if (csv != nullptr && name == nullptr) {
      return complain(for_each_.offset,
                      "'for_each' lacks 'name' (what each row's target is called); add it, as in "
                      "name: \"${slug}\"");
    }
    if (csv != nullptr && read_.values.has("csv")) read_table(*csv, *name);
    if (attribute != nullptr && read_.values.has("attribute")) read_attribute();
  }

 private:
  static Config sources_of(const Config& config) {
    Config sources;
    sources.sources = config.sources;
    return sources;
  }

  void complain(std::size_t offset, const std::string& message) {
    reading_.problems.error(offset, message);
  }

  /// With the credential, as far as its name is known without a value.
  [[nodiscard]] YamlNodePtr whole_node() const {
    const YamlEntry* credential = plan_->node->find("credential");
    const bool is_known = credential != nullptr && !has_variables(*credential->value);
    return is_known ? with_credential(reading_, *plan_->root, plan_->node) : plan_->node;
  }

  // ── the rows of a table ──

  void read_table(const FoundSetting& csv, const FoundSetting& name) {
    const std::string& path = read_.values.text("csv");
    if (reading_.catalogue.read_table == nullptr) {
      return complain(csv.value->offset, "no table can be read here; remove 'for_each.csv'");
    }
    file_ = read_.values.written("csv");
    const ValueTable table = reading_.catalogue.read_table(path);
    for (const ValueTable::Fault& fault : table.faults) report_table(csv, fault);
    if (table.header.empty()) return;
    KnownVariables known{{}, fmt::format("is no column of {}", in_quotes(file_))};
    for (const ValueTable::Cell& cell : table.header) known.names.push_back(cell.text);
    if (!check_columns(known, name)) return;
    if (table.rows.empty()) return check_without_rows(csv, known.names);
    const auto template_of_name = Template::parse(name.value->text);
    for (const ValueTable::Row& row : table.rows) read_row(table.header, row, template_of_name);
  }

  void report_table(const FoundSetting& csv, const ValueTable::Fault& fault) {
    if (fault.line == 0) return complain(csv.value->offset, fault.message);
    report_row({file_, fault.line, fault.column, false, fault.message}, csv.value->offset);
  }

  /// Says where in the configuration the row is used, for whoever knows only one of the two files.
  void report_row(ConfigProblem problem, std::size_t offset) {
    problem.message += fmt::format(" ({}, {})", plan_->title(), plan_->text.where(offset));
    reading_.problems.add_elsewhere(std::move(problem));
  }

  bool check_columns(const KnownVariables& known, const FoundSetting& name) {
    YamlNode names;  // only its texts are looked at
    names.entries.push_back({"name", name.key_offset, name.value});
    const bool is_named = check_variables(reading_, names, known);
    return check_variables(reading_, *whole_node(), known) && is_named;
  }

  /// So that a table which is filled later brings no surprise.
  void check_without_rows(const FoundSetting& csv, const Texts& columns) {
    reading_.problems.warning(
        csv.value->offset,
        fmt::format("{} has no rows, so '{}' has no targets yet; what was linked by rows that were "
                    "there before is listed by `usher status`",
                    in_quotes(file_), entry_.key));
    Attributes values;
    for (const std::string& column : columns) values.set(column, {kValue});
    report_shared(make_member(*plan_, entry_.key, std::move(values)).faults);
  }

  void report_shared(const std::vector<MemberFault>& faults) {
    for (const MemberFault& fault : faults) {
      if (fault.variable.empty()) reading_.problems.add(fault.problem);
    }
  }

  void read_row(const ValueTable::Row& header, const ValueTable::Row& row, const Template& name) {
    Person person;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!row[i].text.empty()) person.attributes.set(header[i].text, {row[i].text});
    }
    const auto place_of = [&](const std::string& variable) -> const ValueTable::Cell& {
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (compare_names(header[i].text, variable) == 0) return row[i];
      }
      return row.front();
    };
    const Texts& named_by = name.variables();
    const ValueTable::Cell& name_cell = named_by.empty() ? row.front() : place_of(named_by.front());
    const auto member_of_row = name_of(person, name, name_cell);
    if (!member_of_row) return;
    TargetMember member = make_member(*plan_, *member_of_row, std::move(person.attributes));
    report_shared(member.faults);
    for (const auto& [problem, variable] : member.faults) {
      if (variable.empty()) continue;
      const ValueTable::Cell& cell = place_of(variable);
      report_row({file_, cell.line, cell.column, problem.warning, problem.message}, problem.offset);
    }
    if (member.target) config_.targets.push_back(*std::move(member.target));
  }

  /// `customers/acme`; nothing where the row cannot have a name, which is reported.
  std::optional<std::string> name_of(const Person& person, const Template& name,
                                     const ValueTable::Cell& cell) {
    const std::size_t offset = read_.find("name")->value->offset;
    const auto refuse = [&](const std::string& message) {
      report_row({file_, cell.line, cell.column, false, message}, offset);
      return std::nullopt;
    };
    const Template::Result made = name.render(person);
    const bool is_one = made.texts && made.texts->size() == 1;
    const std::string text = is_one ? made.texts->front() : std::string();
    if (const std::string why = member_name_problem(text); !why.empty()) {
      return refuse(
          fmt::format("the row's target cannot be called {}: {}; change the row, or "
                      "make the name from another column",
                      in_quotes(text), why));
    }
    const auto [first, is_new] = rows_.try_emplace(fold_key(text), cell.line);
    if (!is_new) {
      return refuse(
          fmt::format("the row's target would be called {}, as that of line {} is; every "
                      "row needs a name of its own",
                      in_quotes(text), first->second));
    }
    return member_name(entry_.key, text);
  }

  // ── the values of an attribute ──

  void read_attribute() {
    const std::string& attribute = read_.values.text("attribute");
    const YamlNodePtr node = whole_node();
    bool is_fine = check_variables(
        reading_, *node,
        {{kValue},
         fmt::format("is not known here; the value of {} is '${{value}}'", in_quotes(attribute))});
    for (const char* key : kFixedKeys) is_fine = check_fixed(*node, key) && is_fine;
    if (!is_fine) return;
    warn_about_scope(*node);
    Attributes values;
    values.set(kValue, {kValue});
    TargetMember member = make_member(*plan_, entry_.key, std::move(values));
    report_shared(member.faults);
    if (!member.target) return;
    member.target->values = {{"for_each", attribute}};
    member.target->hash = hash_of(*member.target, config_);
    config_.families.push_back(
        {entry_.key, attribute, config_.targets.size(), *std::move(member.target),
         [plan = plan_](const std::string& value) { return make_for_value(*plan, value); }});
  }

  bool check_fixed(const YamlNode& node, std::string_view key) {
    const YamlEntry* entry = node.find(key);
    if (entry == nullptr || !has_variables(*entry->value)) return true;
    complain(entry->value->offset,
             fmt::format("'{}' must be the same for all targets of {}, because the values are read "
                         "after it; write it without a variable",
                         key, in_quotes(entry_.key)));
    return false;
  }

  void warn_about_scope(const YamlNode& node) {
    const YamlEntry* scope = node.find("scope");
    if (scope != nullptr && has_variables(*scope->value)) return;
    reading_.problems.warning(
        for_each_.offset,
        fmt::format("'scope' does not use '${{value}}', so that every target of {} gets the same "
                    "people; write it as in '{} eq \"${{value}}\"'",
                    in_quotes(entry_.key), read_.values.text("attribute")));
  }

  const Reading& reading_;
  const YamlEntry& entry_;
  const YamlEntry& for_each_;
  Config& config_;
  const std::shared_ptr<const Blueprint> plan_;
  SectionValues read_;
  std::string file_;                 ///< of the table, as it is written
  std::map<std::string, int> rows_;  ///< folded name → line
};

}  // namespace

void read_family(const Reading& reading, const YamlNode& root, const YamlEntry& entry,
                 Config& config) {
  FamilyReader(reading, root, entry, config).read();
}

}  // namespace usher
