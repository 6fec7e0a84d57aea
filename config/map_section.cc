#include "config/map_section.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "mapping/syntax_error.h"
#include "mapping/text.h"

namespace usher {
namespace {

constexpr std::string_view kRuleShape = "write { when: 'FILTER', value: VALUE } or one plain value";

Texts attribute_names(const Capabilities& capabilities) {
  Texts names;
  for (const AttributeSpec& spec : capabilities.attributes) names.push_back(spec.name);
  return names;
}

bool contains(const Texts& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

bool allows(const AttributeSpec& spec, std::string_view value) {
  return spec.values.empty() ||
         std::any_of(spec.values.begin(), spec.values.end(), [value](const std::string& allowed) {
           return compare_names(allowed, value) == 0;
         });
}

void report_syntax(const Reading& reading, std::string_view what, const YamlNode& node,
                   const SyntaxError& error) {
  reading.problems.error(
      offset_in_file(reading.problems.text(), node, error.offset),
      fmt::format("{} {} cannot be read: {}", what, in_quotes(node.text), error.what()));
}

/// Reads what stands under one attribute of `map`.
class AttributeReader {
 public:
  AttributeReader(const Reading& reading, const YamlEntry& entry, const AttributeSpec* spec)
      : reading_(reading), entry_(entry), spec_(spec) {}

  AttributeMapping read() {
    if (entry_.value->is_sequence()) {
      read_rules(*entry_.value);
    } else if (entry_.value->is_map()) {
      complain(*entry_.value, "is a mapping; rules stand in a list, so begin each with '- '");
    } else {
      read_value(*entry_.value, std::nullopt);
    }
    return std::move(mapping_);
  }

 private:
  void read_rules(const YamlNode& list) {
    if (list.items.empty()) return complain(list, "is an empty list; give it at least one value");
    for (const YamlNodePtr& item : list.items) {
      if (ends_plain_) {
        complain(*item,
                 "has a rule that is never reached: the value before it has no 'when'; "
                 "move that value to the end of the list");
        return;
      }
      read_rule(*item);
    }
    if (!ends_plain_ && spec_ != nullptr && spec_->entitlement) {
      complain(list,
               fmt::format("gives power, so somebody whom no rule fits must not keep what they "
                           "have; end the list with a plain value{}",
                           spec_->ranks.empty() ? "" : ", as in '- " + spec_->ranks.front() + "'"));
    }
  }

  void read_rule(const YamlNode& item) {
    if (!item.is_map()) {
      ends_plain_ = true;
      return read_value(item, std::nullopt);
    }
    const bool spelt_well = check_rule_keys(item);
    const YamlEntry* when = item.find("when");
    const YamlEntry* value = item.find("value");
    if (spelt_well && (when == nullptr || value == nullptr)) {
      complain(item, fmt::format("has a rule without '{}'; {}", when == nullptr ? "when" : "value",
                                 kRuleShape));
    }
    auto filter = when == nullptr ? std::nullopt : compile_filter(reading_, "when", *when->value);
    if (value != nullptr) read_value(*value->value, std::move(filter));
  }

  bool check_rule_keys(const YamlNode& rule) {
    const Texts known{"when", "value"};
    bool all_known = true;
    for (const YamlEntry& entry : rule.entries) {
      if (contains(known, entry.key)) continue;
      all_known = false;
      reading_.problems.error(entry.offset,
                              fmt::format("unknown key {} in a rule{}; {}", in_quotes(entry.key),
                                          did_you_mean(entry.key, known), kRuleShape));
    }
    return all_known;
  }

  void read_value(const YamlNode& node, std::optional<Filter> when) {
    if (node.is_null()) {
      return complain(node, "has no value; write one, or \"\" to clear the attribute");
    }
    if (!node.is_scalar()) {
      return complain(node, fmt::format("has {} as its value; write one text, as in \"${{mail}}\"",
                                        kind_name(node)));
    }
    try {
      Template value = Template::parse(node.text);
      if (!value.variables().empty()) {
        mapping_.rules.push_back({std::move(when), std::move(value)});
      } else {
        read_constant(node, std::move(when), std::move(value));
      }
    } catch (const SyntaxError& error) {
      report_syntax(reading_, "template", node, error);
    }
  }

  /// A value without variables is known now, and so is whether the target can have it.
  void read_constant(const YamlNode& node, std::optional<Filter> when, Template value) {
    const Person nobody;
    const auto rendered = value.render(nobody).texts;
    const bool single = rendered && rendered->size() == 1;
    if (spec_ != nullptr && spec_->is_boolean) {
      const auto flag = single ? parse_boolean(rendered->front()) : std::nullopt;
      if (flag) return mapping_.rules.push_back({std::move(when), *flag});
      return complain(
          node, fmt::format("is {}, but this attribute is true or false", in_quotes(node.text)));
    }
    if (spec_ != nullptr && single && !rendered->front().empty() &&
        !allows(*spec_, rendered->front())) {
      return complain(
          node, fmt::format("cannot be {} in this target; write {}{}", in_quotes(rendered->front()),
                            either(spec_->values), did_you_mean(rendered->front(), spec_->values)));
    }
    mapping_.rules.push_back({std::move(when), std::move(value)});
  }

  void complain(const YamlNode& node, std::string_view message) {
    reading_.problems.error(node.offset, fmt::format("map: {} {}", in_quotes(entry_.key), message));
  }

  const Reading& reading_;
  const YamlEntry& entry_;
  const AttributeSpec* spec_;  ///< null: not known
  AttributeMapping mapping_{entry_.key, {}};
  bool ends_plain_ = false;
};

/// Names are spelled exactly as the connector spells them; the JSON Schema knows no other way.
const AttributeSpec* find_exactly(const Capabilities& capabilities, const std::string& name) {
  const AttributeSpec* spec = capabilities.find(name);
  if (spec == nullptr || spec->name == name) return spec;
  return spec->name.ends_with(".*") &&
                 name.starts_with(std::string_view(spec->name).substr(0, spec->name.size() - 1))
             ? spec
             : nullptr;
}

bool check_attribute(const Reading& reading, const YamlEntry& entry,
                     const Capabilities& capabilities) {
  if (find_exactly(capabilities, entry.key) != nullptr) return true;
  const Texts known = attribute_names(capabilities);
  std::string cure = did_you_mean(entry.key, known);
  if (cure.empty()) cure = fmt::format("; it has {}", either(known));
  reading.problems.error(entry.offset, fmt::format("map: the target has no attribute {}{}",
                                                   in_quotes(entry.key), cure));
  return false;
}

}  // namespace

std::vector<AttributeMapping> read_map(const Reading& reading, const YamlNode& map,
                                       const Capabilities* capabilities) {
  std::vector<AttributeMapping> mappings;
  if (!map.is_map()) {
    reading.problems.error(map.offset,
                           fmt::format("'map' is {}, but it is a section; write 'attribute: "
                                       "\"${{name}}\"' below it",
                                       kind_name(map)));
    return mappings;
  }
  for (const YamlEntry& entry : map.entries) {
    const bool known = capabilities == nullptr || check_attribute(reading, entry, *capabilities);
    const AttributeSpec* spec =
        known && capabilities != nullptr ? capabilities->find(entry.key) : nullptr;
    AttributeMapping mapping = AttributeReader(reading, entry, spec).read();
    if (known) mappings.push_back(std::move(mapping));
  }
  return mappings;
}

void check_required_attributes(const Reading& reading, std::size_t offset,
                               const std::vector<AttributeMapping>& mappings,
                               const Capabilities& capabilities) {
  for (const AttributeSpec& spec : capabilities.attributes) {
    const bool mapped = std::any_of(
        mappings.begin(), mappings.end(),
        [&spec](const AttributeMapping& mapping) { return mapping.attribute == spec.name; });
    if (!spec.required || mapped) continue;
    reading.problems.error(
        offset, fmt::format("the target needs '{0}' for every account, but 'map' does not give it; "
                            "add it, as in {0}: \"${{{0}}}\"",
                            spec.name));
  }
}

std::optional<Filter> compile_filter(const Reading& reading, std::string_view key,
                                     const YamlNode& node) {
  if (!node.is_scalar() || node.text.empty()) {
    reading.problems.error(node.offset, fmt::format("'{}' must be a filter, as in 'department eq "
                                                    "\"Sales\"'",
                                                    key));
    return std::nullopt;
  }
  try {
    return Filter::parse(node.text);
  } catch (const SyntaxError& error) {
    report_syntax(reading, "filter", node, error);
    return std::nullopt;
  }
}

}  // namespace usher
