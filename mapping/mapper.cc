#include "mapping/mapper.h"

#include <algorithm>
#include <utility>

#include "mapping/text.h"

namespace usher {
namespace {

constexpr std::string_view kGroups = "groups";

/// What a mapping makes of one person: a value, `unread`, or nothing at all with a note that says
/// why. With a fault the person cannot be served.
struct Outcome {
  const Rule* rule = nullptr;  ///< the one that decided; null: none did
  std::optional<Value> value;
  bool unread = false;
  std::string fault;
  std::string note;
};

void add_names(Texts& names, const Texts& more) {
  for (const std::string& name : more) {
    if (!contains_name(names, name)) names.push_back(name);
  }
}

// --- From texts to a value of the attribute's kind ---------------------------------------------

std::string not_allowed(const AttributeSpec& spec, std::string_view text) {
  const std::string near = nearest(text, spec.values);
  return spec.name + " cannot be " + quote_for_display(text) + ": it is one of " +
         to_text(spec.values) + (near.empty() ? "" : "; did you mean `" + near + "`?");
}

/// Why the target would refuse this text; empty: it would not, as far as is known.
std::string text_problem(const AttributeSpec& spec, std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    return spec.name + " holds a NUL character, which no target takes: correct the source";
  }
  if (find_invalid_utf8(text) != std::string_view::npos) {
    return spec.name + " would not be well-formed UTF-8 (" + quote_for_display(text) +
           "): a regular expression of the mapping cuts a character in two";
  }
  if (spec.max_length != 0 && count_code_points(text) > spec.max_length) {
    return spec.name + " is " + std::to_string(count_code_points(text)) +
           " characters long, the target takes " + std::to_string(spec.max_length) +
           ": shorten it in the source, or with the filter slice(0, " +
           std::to_string(spec.max_length) + ")";
  }
  if (!text.empty() && !spec.values.empty() && !contains_name(spec.values, text)) {
    return not_allowed(spec, text);
  }
  return {};
}

void set_boolean(Outcome& outcome, const AttributeSpec& spec, const std::string& text) {
  if (const auto flag = parse_boolean(text)) {
    outcome.value = *flag;
  } else {
    outcome.fault = spec.name + " is true or false, but the mapping yields " +
                    quote_for_display(text) + ": correct the source, or map it with `when` rules";
  }
}

void set_texts(Outcome& outcome, Texts texts) {
  std::erase_if(texts, [](const std::string& text) { return text.empty(); });
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  outcome.value = std::move(texts);
}

void set_value(Outcome& outcome, const AttributeSpec& spec, Texts texts) {
  if (!spec.is_multi && texts.size() > 1) {
    outcome.fault = spec.name + " takes one value, but the mapping yields " +
                    std::to_string(texts.size()) + " (" + escape_for_display(to_text(texts)) +
                    "): add the filter `first` or `join`";
    return;
  }
  for (const std::string& text : texts) {
    outcome.fault = text_problem(spec, text);
    if (!outcome.fault.empty()) return;
  }
  if (spec.is_multi) {
    set_texts(outcome, std::move(texts));
  } else if (spec.is_boolean) {
    set_boolean(outcome, spec, texts.front());
  } else {
    outcome.value = std::move(texts.front());
  }
}

// --- Rules -------------------------------------------------------------------------------------

void apply_literal(Outcome& outcome, const AttributeSpec& spec, bool literal) {
  if (spec.is_boolean) {
    outcome.value = literal;
  } else {
    set_value(outcome, spec, {to_text(literal)});
  }
}

void apply_template(Outcome& outcome, const AttributeSpec& spec, const Template& written,
                    const Person& person) {
  Template::Result result = written.render(person);
  if (result.unread) {
    outcome.unread = true;
    outcome.note = "not completely read: " + to_text(written.variables());
  } else if (!result.fault.empty()) {
    outcome.fault = spec.name + ": " + result.fault;
  } else if (result.texts) {
    set_value(outcome, spec, std::move(*result.texts));
  } else if (spec.is_multi && written.is_alone(kGroups) && person.has_groups) {
    set_value(outcome, spec, {});  // to be in none is an answer
  } else {
    outcome.note = escape_for_display(result.missing) + " is absent";
  }
}

void apply(Outcome& outcome, const AttributeSpec& spec, const Rule& rule, const Person& person) {
  if (const Template* written = std::get_if<Template>(&rule.value)) {
    apply_template(outcome, spec, *written, person);
  } else {
    apply_literal(outcome, spec, std::get<bool>(rule.value));
  }
}

/// Required attributes must be there and must not be empty; what was not read may be both.
void require_value(Outcome& outcome, const AttributeSpec& spec) {
  if (outcome.unread || !outcome.fault.empty()) return;
  if (outcome.value && !is_empty(&*outcome.value)) return;
  const std::string why = outcome.value ? "the mapping yields an empty text" : outcome.note;
  outcome.fault = spec.name + " is required, but " + why +
                  ": complete the person in the source, or give the mapping a default";
}

Outcome choose_groups(const AttributeMapping& mapping, const AttributeSpec& spec,
                      const Person& person) {
  Outcome outcome;
  const Texts* groups = person.find(kGroups);
  if (person.is_unread(kGroups)) {
    outcome.unread = true;
    outcome.note = "the groups were not completely read";
    return outcome;
  }
  if (groups == nullptr && !person.has_groups) {
    outcome.note = "the source does not say who is in which group";
    return outcome;
  }
  Texts chosen;
  for (const std::string& group : groups != nullptr ? *groups : Texts{}) {
    const auto fits_group = [&](const std::string& pattern) { return fits(pattern, group); };
    if (std::any_of(mapping.group_patterns.begin(), mapping.group_patterns.end(), fits_group))
      chosen.push_back(group);
  }
  set_value(outcome, spec, std::move(chosen));
  return outcome;
}

/// The first rule whose `when` holds decides. One whose `when` is unknown might be it, so nothing
/// behind it counts either.
Outcome evaluate(const AttributeMapping& mapping, const AttributeSpec& spec, const Person& person) {
  if (!mapping.group_patterns.empty()) return choose_groups(mapping, spec, person);
  Outcome outcome;
  outcome.note = "no rule holds";
  for (const Rule& rule : mapping.rules) {
    const Truth holds = rule.when ? rule.when->evaluate(PersonSubject(person)) : Truth::kTrue;
    if (holds == Truth::kFalse) continue;
    outcome.rule = &rule;
    outcome.note.clear();
    if (holds == Truth::kTrue) {
      apply(outcome, spec, rule, person);
    } else {
      outcome.unread = true;
      outcome.note = "unknown whether this rule holds: not completely read: " +
                     to_text(rule.when->attributes());
    }
    break;
  }
  if (spec.required) require_value(outcome, spec);
  return outcome;
}

std::string rule_text(const AttributeMapping& mapping, const Rule* decided) {
  if (!mapping.group_patterns.empty()) {
    return std::string(kGroups) + " that fit " + to_text(mapping.group_patterns);
  }
  if (decided == nullptr) return {};
  const Rule& rule = *decided;
  const Template* written = std::get_if<Template>(&rule.value);
  const std::string value =
      written != nullptr ? written->text() : to_text(std::get<bool>(rule.value));
  return rule.when ? value + " when " + rule.when->text() : value;
}

AttributeSpec spec_of(const Capabilities& capabilities, const std::string& attribute) {
  const AttributeSpec* known = capabilities.find(attribute);
  AttributeSpec spec = known != nullptr ? *known : AttributeSpec{};
  // `metadata.*` stands for many; each is called what the mapping calls it.
  if (compare_names(spec.name, attribute) != 0) spec.name = attribute;
  return spec;
}

}  // namespace

Mapper::Mapper(std::vector<AttributeMapping> mappings, const Capabilities& capabilities)
    : mappings_(std::move(mappings)), key_(capabilities.key) {
  for (const AttributeMapping& mapping : mappings_) {
    specs_.push_back(spec_of(capabilities, mapping.attribute));
    if (!mapping.group_patterns.empty()) add_names(variables_, {std::string(kGroups)});
    for (const Rule& rule : mapping.rules) {
      if (rule.when) add_names(variables_, rule.when->attributes());
      if (const Template* written = std::get_if<Template>(&rule.value)) {
        add_names(variables_, written->variables());
      }
    }
  }
  for (const AttributeSpec& spec : capabilities.attributes) {
    const bool mapped =
        std::any_of(mappings_.begin(), mappings_.end(), [&](const AttributeMapping& mapping) {
          return compare_names(mapping.attribute, spec.name) == 0;
        });
    if (spec.required && !mapped) unmapped_.push_back(spec.name);
  }
}

bool Mapper::takes_groups() const {
  const auto is_of_groups = [](const Rule& rule) {
    const Template* written = std::get_if<Template>(&rule.value);
    return written != nullptr && written->is_alone(kGroups);
  };
  return std::ranges::any_of(mappings_, [&](const AttributeMapping& mapping) {
    return !mapping.group_patterns.empty() || std::ranges::any_of(mapping.rules, is_of_groups);
  });
}

Desired Mapper::desired(const Person& person) const {
  Desired desired;
  for (std::size_t i = 0; i < mappings_.size(); ++i) {
    const AttributeSpec& spec = specs_[i];
    Outcome outcome = evaluate(mappings_[i], spec, person);
    if (!outcome.fault.empty()) desired.faults.push_back(outcome.fault);
    if (outcome.unread) desired.unread.push_back(spec.name);
    if (outcome.value) desired.account.fields.set(spec.name, std::move(*outcome.value));
  }
  for (const std::string& name : unmapped_) {
    desired.faults.push_back(name + " is required, but `map` does not mention it: add it there");
  }
  take_key(desired);
  return desired;
}

void Mapper::take_key(Desired& desired) const {
  const Value* key = key_.empty() ? nullptr : desired.account.fields.find(key_);
  if (key == nullptr) return;
  desired.account.key = to_text(*key);
  if (const std::string problem = key_problem(desired.account.key); !problem.empty()) {
    desired.faults.push_back(key_ + " " + quote_for_display(desired.account.key) +
                             " cannot identify anybody: " + problem + "; correct it in the source");
  }
}

std::vector<Provenance> Mapper::explain(const Person& person) const {
  std::vector<Provenance> provenance;
  for (std::size_t i = 0; i < mappings_.size(); ++i) {
    Outcome outcome = evaluate(mappings_[i], specs_[i], person);
    provenance.push_back({specs_[i].name, std::move(outcome.value),
                          rule_text(mappings_[i], outcome.rule),
                          outcome.fault.empty() ? outcome.note : outcome.fault});
  }
  return provenance;
}

}  // namespace usher
