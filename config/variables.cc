#include "config/variables.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "config/problems.h"
#include "config/source_text.h"
#include "mapping/filter.h"
#include "mapping/syntax_error.h"
#include "mapping/template.h"

namespace usher {
namespace {

constexpr std::string_view kOpen = "${";
/// A value that every filter of a template makes something of.
constexpr const char* kSample = "x@x.x";
constexpr char kMark = '\x01';

bool is_left_out(std::string_view key) {
  return key == "map" || key == "for_each";
}

std::string to_mark(std::string_view) {
  return {kMark};
}

/// Whether all variables of a filter stand between double quotes: elsewhere a value could change
/// what the filter means.
bool is_quoted(const Template& scope, const Person& values) {
  const auto texts = scope.render(values, to_mark).texts;
  if (!texts || texts->size() != 1) return true;  // nothing is made of it at all
  bool inside = false;
  for (std::size_t i = 0; i < texts->front().size(); ++i) {
    const char c = texts->front()[i];
    if (c == kMark && !inside) return false;
    if (c == '"') inside = !inside;
    if (c == '\\') ++i;
  }
  return true;
}

std::string quoting_cure(std::string_view scope) {
  return fmt::format(
      "'scope' is {}, where a variable stands outside of quotes; write it as in "
      "'customer eq \"${{slug}}\"'",
      in_quotes(scope));
}

/// Looks at every text of a target.
class Checker {
 public:
  Checker(const Reading& reading, const KnownVariables& known) : reading_(reading), known_(known) {
    for (const std::string& name : known.names) sample_.attributes.set(name, {kSample});
  }

  bool check(const YamlNode& target) {
    for (const YamlEntry& entry : target.entries) {
      if (!is_left_out(entry.key)) look(*entry.value, entry.key == "scope");
    }
    return is_fine_;
  }

 private:
  void look(const YamlNode& node, bool is_scope) {
    if (node.text.find(kOpen) != std::string::npos) look_at_text(node, is_scope);
    for (const YamlNodePtr& item : node.items) look(*item, false);
    for (const YamlEntry& entry : node.entries) look(*entry.value, false);
  }

  void look_at_text(const YamlNode& node, bool is_scope) {
    try {
      const Template text = Template::parse(node.text);
      bool knows_all = true;
      for (const std::string& name : text.variables()) knows_all = look_at(node, name) && knows_all;
      if (is_scope && knows_all && !is_quoted(text, sample_)) {
        complain(node.offset, quoting_cure(node.text));
      }
    } catch (const SyntaxError& error) {
      complain(offset_in_file(reading_.problems.text(), node, error.offset),
               fmt::format("{} cannot be read: {}", in_quotes(node.text), error.what()));
    }
  }

  bool look_at(const YamlNode& node, const std::string& name) {
    if (sample_.attributes.contains(name)) return true;
    is_fine_ = false;
    if (missed_.contains(name)) return false;
    missed_.set(name, true);
    const std::size_t at = node.text.find(name, node.text.find(kOpen));
    std::string cure = did_you_mean(name, known_.names);
    if (cure.empty() && !known_.names.empty()) cure = "; there is " + either(known_.names);
    complain(
        offset_in_file(reading_.problems.text(), node, at),
        fmt::format("{} {}{}", in_quotes(fmt::format("${{{}}}", name)), known_.otherwise, cure));
    return false;
  }

  void complain(std::size_t offset, const std::string& message) {
    is_fine_ = false;
    reading_.problems.error(offset, message);
  }

  const Reading& reading_;
  const KnownVariables& known_;
  Person sample_;
  NameMap<bool> missed_;
  bool is_fine_ = true;
};

}  // namespace

bool has_variables(const YamlNode& node) {
  const auto in_entry = [](const YamlEntry& entry) { return has_variables(*entry.value); };
  const auto in_item = [](const YamlNodePtr& item) { return has_variables(*item); };
  return node.text.find(kOpen) != std::string::npos || std::ranges::any_of(node.items, in_item) ||
         std::ranges::any_of(node.entries, in_entry);
}

bool check_variables(const Reading& reading, const YamlNode& target, const KnownVariables& known) {
  return Checker(reading, known).check(target);
}

YamlNodePtr Substitution::apply(const YamlNodePtr& target) {
  auto copy = std::make_shared<YamlNode>(*target);
  for (YamlEntry& entry : copy->entries) {
    if (is_left_out(entry.key)) continue;
    key_ = entry.key;
    above_ = {entry.offset};
    entry.value = replaced(entry.value);
  }
  return copy;
}

/// The node itself where nothing below it changes: most of a target is the same for all members.
YamlNodePtr Substitution::replaced(const YamlNodePtr& node) {
  if (node->generated || !has_variables(*node)) return node;
  if (node->is_scalar()) return replaced_text(node);
  auto copy = std::make_shared<YamlNode>(*node);
  above_.push_back(node->offset);
  for (YamlNodePtr& item : copy->items) item = replaced(item);
  for (YamlEntry& entry : copy->entries) {
    above_.push_back(entry.offset);
    entry.value = replaced(entry.value);
    above_.pop_back();
  }
  above_.pop_back();
  return copy;
}

YamlNodePtr Substitution::replaced_text(const YamlNodePtr& node) {
  const bool is_scope = key_ == "scope" && above_.size() == 1;
  auto copy = std::make_shared<YamlNode>(*node);
  copy->generated = true;
  copy->quoted = false;
  try {
    put_in(*copy, Template::parse(node->text), is_scope);
  } catch (const SyntaxError& error) {
    // In the settings of a credential whose own name is made from a variable.
    faults_.push_back(
        {node->offset, fmt::format("{} cannot be read: {}", in_quotes(node->text), error.what())});
  }
  return copy;
}

void Substitution::put_in(YamlNode& node, const Template& text, bool is_scope) {
  above_.push_back(node.offset);
  for (const std::string& name : text.variables()) mark(name);
  above_.pop_back();
  const Template::Result made = text.render(values_, is_scope ? Filter::quoted_part : nullptr);
  if (!made.texts || made.texts->size() != 1) {
    faults_.push_back(
        {node.offset,
         made.missing.empty()
             ? fmt::format(
                   "'{}' cannot be made from {}: {}", key_, in_quotes(node.text),
                   made.fault.empty() ? "several values; add a filter, as in | first" : made.fault)
             : fmt::format("'{0}' needs {1}, which has no value here; fill it in, or write "
                           "${{{2} | default('…')}}",
                           key_, in_quotes(made.missing), made.missing)});
  } else if (is_scope && !is_quoted(text, values_)) {
    faults_.push_back({node.offset, quoting_cure(node.text)});
  } else {
    node.text = made.texts->front();
  }
}

void Substitution::mark(const std::string& variable) {
  const Texts* values = values_.find(variable);
  used_.set(variable, values == nullptr ? std::string() : values->front());
  for (const std::size_t offset : above_) made_from_.try_emplace(offset, variable);
}

const std::string* Substitution::variable_at(std::size_t offset) const {
  const auto at = made_from_.find(offset);
  return at == made_from_.end() ? nullptr : &at->second;
}

}  // namespace usher
