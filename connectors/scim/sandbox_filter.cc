#include "connectors/scim/sandbox_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "connectors/scim/sandbox_content.h"
#include "connectors/scim/sandbox_error.h"
#include "connectors/scim/sandbox_subject.h"
#include "mapping/filter_words.h"
#include "mapping/syntax_error.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;
using Op = FilterOperator;
using Node = Filter::Node;

constexpr int kMaxNodes = 1000;  ///< where the profile names no limit: a server has one

[[noreturn]] void throw_filter(const std::string& detail) {
  throw ScimError(400, "invalidFilter", detail);
}

/// Runs a parser of mapping/ and turns its complaint into ours.
template <typename Parse>
auto parsed(std::string_view text, const Parse& parse) {
  try {
    return parse(text);
  } catch (const SyntaxError& error) {
    throw_filter(fmt::format("at {}: {}", error.offset + 1, error.what()));
  }
}

Node parse_node(std::string_view text) {
  return parsed(text, [](auto t) { return parse_filter(t, scim_case_exact()); });
}

Filter parse_text(std::string_view text) {
  return parsed(text, [](auto t) { return Filter::parse(t, scim_case_exact()); });
}

std::string_view word_of(Op op) {
  for (const std::string_view word : {"eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "pr"}) {
    if (find_filter_operator(word) == op) return word;
  }
  return {};
}

void check_operator(const ScimAttribute& attribute, Op op) {
  const bool fits = op == Op::kEq || op == Op::kNe || op == Op::kPr;
  const bool plain = attribute.type == ScimAttribute::Type::kBoolean ||
                     attribute.type == ScimAttribute::Type::kBinary;
  if (plain && !fits) {
    throw_filter(fmt::format("{} takes eq, ne and pr only", attribute.name));
  }
}

/// Every attribute is known and its operator fits. Returns how many nodes there are.
struct Checker {
  const ScimShape& shape;
  const ScimAttribute* element_of = nullptr;

  int operator()(const Node& node) const { return 1 + std::visit(*this, node.what); }

  int operator()(const FilterComparison& comparison) const {
    const auto* attribute =
        element_of != nullptr ? element_of->find_sub(comparison.path) : top(comparison.path);
    if (attribute == nullptr) unknown(comparison.path);
    check_operator(*attribute, comparison.op);
    return 0;
  }
  int operator()(const FilterJunction& junction) const {
    int count = 0;
    for (const auto& part : junction.parts) count += (*this)(part);
    return count;
  }
  int operator()(const FilterNegation& negation) const { return (*this)(*negation.operand); }
  int operator()(const FilterValuePath& path) const {
    const auto place = element_of == nullptr ? shape.find(path.path) : std::nullopt;
    if (!place || place->attribute == nullptr || place->sub != nullptr) unknown(path.path);
    return Checker{shape, place->attribute}(*path.condition);
  }

 private:
  [[nodiscard]] const ScimAttribute* top(std::string_view path) const {
    const auto place = shape.find(path);
    return !place ? nullptr : place->sub != nullptr ? place->sub : place->attribute;
  }
  [[noreturn]] static void unknown(std::string_view path) {
    throw_filter(fmt::format("{} is not known here", escape_for_display(path)));
  }
};

/// What of the grammar a provider lets through.
struct Grammar {
  const scim::Profile& profile;
  const Texts& attributes;

  bool operator()(const Node& node) const { return std::visit(*this, node.what); }

  bool operator()(const FilterComparison& comparison) const {
    const Texts& operators = profile.filter_operators;
    const bool fits = operators.empty() ? is_full() || comparison.op == Op::kEq
                                        : contains_name(operators, word_of(comparison.op));
    return fits && (attributes.empty() || contains_name(attributes, comparison.path));
  }
  bool operator()(const FilterJunction& junction) const {
    const bool fits =
        is_full() || (junction.all && profile.filter_support == scim::FilterSupport::kEqAnd);
    return fits && std::all_of(junction.parts.begin(), junction.parts.end(), *this);
  }
  bool operator()(const FilterNegation& negation) const {
    return is_full() && (*this)(*negation.operand);
  }
  bool operator()(const FilterValuePath& path) const {
    return is_full() && (attributes.empty() || contains_name(attributes, path.path));
  }

 private:
  [[nodiscard]] bool is_full() const {
    return profile.filter_support == scim::FilterSupport::kFull;
  }
};

/// Comparisons that all must hold: the filter itself, or the parts of its `and`.
std::vector<const FilterComparison*> conjuncts(const Node& node) {
  std::vector<const FilterComparison*> found;
  if (const auto* comparison = std::get_if<FilterComparison>(&node.what)) {
    found.push_back(comparison);
  } else if (const auto* junction = std::get_if<FilterJunction>(&node.what);
             junction != nullptr && junction->all) {
    for (const auto& part : junction->parts) {
      for (const auto* inner : conjuncts(part)) found.push_back(inner);
    }
  }
  return found;
}

/// The text that a comparison asks for by `eq`.
const std::string* wanted_text(const FilterComparison& comparison) {
  const auto* text = std::get_if<FilterText>(&comparison.literal);
  return comparison.op == Op::kEq && text != nullptr && !text->text.empty() ? &text->text : nullptr;
}

bool is_one_of(std::string_view path, std::initializer_list<std::string_view> names) {
  return contains_name(names, path);
}

std::vector<ScimResource*> one(ScimResource* resource) {
  return resource == nullptr ? std::vector<ScimResource*>{} : std::vector{resource};
}

std::vector<ScimResource*> by_number(std::vector<ScimResource*> resources) {
  std::sort(resources.begin(), resources.end(),
            [](const auto* a, const auto* b) { return a->number < b->number; });
  return resources;
}

/// The sub-attributes, or those of them that compare exactly.
Texts names_of(const ScimAttribute& attribute, bool exact_only) {
  Texts names;
  for (const auto& sub : attribute.sub) {
    if (sub.case_exact || !exact_only) names.emplace_back(sub.name);
  }
  return names;
}

/// A literal as it stands in JSON.
json to_json(const FilterComparison::Literal& literal) {
  if (const auto* text = std::get_if<FilterText>(&literal)) return text->text;
  if (const auto* flag = std::get_if<bool>(&literal)) return *flag;
  return nullptr;
}

}  // namespace

ScimFilter::ScimFilter(std::string_view text, const ScimShape& shape, const scim::Profile& profile,
                       const ScimDirectory& directory)
    : shape_(shape), directory_(directory), root_(parse_node(text)), filter_(parse_text(text)) {
  const int nodes = Checker{shape}(root_);
  const int most = profile.filter_max_nodes > 0 ? profile.filter_max_nodes : kMaxNodes;
  if (nodes > most) throw_filter(fmt::format("{} nodes, more than {}", nodes, most));
  const bool user = shape.kind() == ScimKind::kUser;
  const Grammar grammar{profile,
                        user ? profile.user_filter_attributes : profile.group_filter_attributes};
  understood_ = profile.filter_support != scim::FilterSupport::kNone && grammar(root_);
  if (!understood_ && profile.unsupported_filter == scim::UnsupportedFilter::kError) {
    throw_filter("this filter is not supported");
  }
  if (profile.filter_404 != scim::Filter404::kUnknownMember) return;
  for (const auto* comparison : conjuncts(root_)) {
    const auto* id = wanted_text(*comparison);
    if (id != nullptr && is_one_of(comparison->path, {"members", "members.value"}) &&
        directory.find_any(*id) == nullptr) {
      throw ScimError(404, "", "the member named in the filter does not exist");
    }
  }
}

bool ScimFilter::matches(const ScimResource& resource, std::int64_t now) const {
  return filter_.evaluate(ScimSubject(resource, shape_, now)) == Truth::kTrue;
}

bool ScimFilter::names_somebody() const {
  const auto parts = conjuncts(root_);
  return std::any_of(parts.begin(), parts.end(), [](const auto* comparison) {
    return wanted_text(*comparison) != nullptr &&
           is_one_of(comparison->path, {"userName", "externalId"});
  });
}

std::optional<std::vector<ScimResource*>> ScimFilter::candidates() const {
  for (const auto* comparison : conjuncts(root_)) {
    if (auto found = candidates(*comparison)) return found;
  }
  return std::nullopt;
}

std::optional<std::vector<ScimResource*>> ScimFilter::candidates(
    const FilterComparison& comparison) const {
  const auto* text = wanted_text(comparison);
  if (text == nullptr) return std::nullopt;
  const bool user = shape_.kind() == ScimKind::kUser;
  if (is_one_of(comparison.path, {"id"})) return one(directory_.find(shape_.kind(), *text));
  if (is_one_of(comparison.path, {"externalId"})) {
    return directory_.with_external_id(shape_.kind(), *text);
  }
  if (is_one_of(comparison.path, {user ? "userName" : "displayName"})) {
    return directory_.with_key(shape_.kind(), *text);
  }
  if (!user && is_one_of(comparison.path, {"members", "members.value"})) {
    const auto* member = directory_.find_any(*text);
    return member == nullptr ? std::vector<ScimResource*>{} : by_number(member->groups);
  }
  if (user && is_one_of(comparison.path, {"groups", "groups.value"})) {
    std::vector<ScimResource*> members;
    if (const auto* group = directory_.find(ScimKind::kGroup, *text)) {
      for (const auto& [number, member] : group->members) {
        if (member->kind == ScimKind::kUser) members.push_back(member);
      }
    }
    return members;
  }
  return std::nullopt;
}

// The tree keeps the spelling of its texts, since elements are made from it; the evaluated filter
// compares as the attributes do.
ScimCondition::ScimCondition(std::string_view text, const ScimAttribute& attribute)
    : attribute_(attribute),
      root_(parsed(text, [&](auto t) { return parse_filter(t, names_of(attribute, false)); })),
      filter_(parsed(text, [&](auto t) { return Filter::parse(t, names_of(attribute, true)); })) {
  const ScimShape unused(ScimKind::kUser, {});
  static_cast<void>(Checker{unused, &attribute}(root_));
}

bool ScimCondition::matches(const json& element) const {
  return filter_.evaluate(ScimElement(element)) == Truth::kTrue;
}

json ScimCondition::example() const {
  auto element = json::object();
  for (const auto* comparison : conjuncts(root_)) {
    const auto* sub = attribute_.find_sub(comparison->path);
    auto value = to_json(comparison->literal);
    if (comparison->op == Op::kEq && sub != nullptr && !value.is_null()) {
      element[std::string(sub->name)] = read_scim_element(*sub, value);
    }
  }
  return element;
}

std::optional<std::string> ScimCondition::only_value() const {
  const auto* comparison = std::get_if<FilterComparison>(&root_.what);
  if (comparison == nullptr || !is_one_of(comparison->path, {"value"})) return std::nullopt;
  const auto* text = wanted_text(*comparison);
  return text == nullptr ? std::nullopt : std::optional(*text);
}

}  // namespace usher::sandbox
