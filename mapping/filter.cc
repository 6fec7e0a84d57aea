#include "mapping/filter.h"

#include <algorithm>
#include <compare>
#include <type_traits>

#include "mapping/filter_node.h"
#include "mapping/person.h"
#include "mapping/text.h"

namespace usher {
namespace {

using Node = Filter::Node;
using Op = FilterOperator;

/// What a comparison with an attribute yields that the subject does not have.
enum class Absence { kIsKnown, kIsUnknown };

Truth to_truth(bool holds) {
  return holds ? Truth::kTrue : Truth::kFalse;
}

Truth negate(Truth truth) {
  return truth == Truth::kUnknown ? truth : to_truth(truth == Truth::kFalse);
}

// --- One value against one literal -------------------------------------------------------------

bool holds(Op op, std::partial_ordering order) {
  switch (op) {
    case Op::kEq:
      return std::is_eq(order);
    case Op::kNe:
      return !std::is_eq(order);
    case Op::kGt:
      return std::is_gt(order);
    case Op::kGe:
      return std::is_gteq(order);
    case Op::kLt:
      return std::is_lt(order);
    case Op::kLe:
      return std::is_lteq(order);
    default:
      return false;
  }
}

/// Bytes of UTF-8 sort like the code points they stand for, when they are taken as unsigned.
template <bool kFold>
unsigned char byte_of(char c) {
  return static_cast<unsigned char>(kFold && c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

template <bool kFold>
bool same_byte(char value, char literal) {
  return byte_of<kFold>(value) == static_cast<unsigned char>(literal);
}

template <bool kFold>
bool text_matches(Op op, std::string_view value, std::string_view literal) {
  switch (op) {
    case Op::kCo:
      return std::search(value.begin(), value.end(), literal.begin(), literal.end(),
                         same_byte<kFold>) != value.end();
    case Op::kSw:
      return value.size() >= literal.size() &&
             std::equal(literal.begin(), literal.end(), value.begin(),
                        [](char l, char v) { return same_byte<kFold>(v, l); });
    case Op::kEw:
      return value.size() >= literal.size() &&
             std::equal(literal.rbegin(), literal.rend(), value.rbegin(),
                        [](char l, char v) { return same_byte<kFold>(v, l); });
    default:
      return holds(
          op, std::lexicographical_compare_three_way(
                  value.begin(), value.end(), literal.begin(), literal.end(), [](char v, char l) {
                    return byte_of<kFold>(v) <=> static_cast<unsigned char>(l);
                  }));
  }
}

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
}

bool is_substring(Op op) {
  return op == Op::kCo || op == Op::kSw || op == Op::kEw;
}

/// Whether one value satisfies one comparison; one overload for each kind of literal.
struct Matcher {
  const FilterComparison& comparison;
  std::string_view value;

  bool operator()(std::monostate) const { return false; }

  bool operator()(bool literal) const {
    return holds(comparison.op, parse_boolean(value) == literal ? std::partial_ordering::equivalent
                                                                : std::partial_ordering::unordered);
  }

  bool operator()(const FilterNumber& literal) const {
    const auto number = parse_filter_number(value);
    if (!number) return holds(comparison.op, std::partial_ordering::unordered);
    if (number->exact && literal.exact) {
      return holds(comparison.op, *number->exact <=> *literal.exact);
    }
    return holds(comparison.op, number->approximate <=> literal.approximate);
  }

  bool operator()(const FilterText& literal) const {
    if (literal.instant && !is_substring(comparison.op)) {
      if (const auto instant = parse_filter_instant(value)) {
        return holds(comparison.op, *instant <=> *literal.instant);
      }
    }
    if (comparison.exact) return text_matches<false>(comparison.op, value, literal.text);
    // Folding on the fly is enough for ASCII; only other text needs its normal form.
    if (is_ascii(value)) return text_matches<true>(comparison.op, value, literal.text);
    return text_matches<true>(comparison.op, fold_key(value), literal.text);
  }
};

// --- Nodes against a subject -------------------------------------------------------------------

bool has_value(const Texts* values) {
  return values != nullptr && std::any_of(values->begin(), values->end(),
                                          [](const std::string& text) { return !text.empty(); });
}

/// `null` and `""` stand for "no value".
bool means_absent(const FilterComparison::Literal& literal) {
  const FilterText* text = std::get_if<FilterText>(&literal);
  return text != nullptr ? text->text.empty() : std::holds_alternative<std::monostate>(literal);
}

struct Evaluator {
  const FilterSubject& subject;
  Absence absence;

  Truth operator()(const Node& node) const { return std::visit(*this, node.what); }

  Truth operator()(const FilterComparison& comparison) const {
    if (subject.is_unknown(comparison.path)) return Truth::kUnknown;
    const Texts* values = subject.values(comparison.path);
    const bool present = has_value(values);
    if (!present && absence == Absence::kIsUnknown) return Truth::kUnknown;
    if (comparison.op == Op::kPr) return to_truth(present);
    if (means_absent(comparison.literal)) return to_truth(present == (comparison.op == Op::kNe));
    if (!present) return to_truth(comparison.op == Op::kNe);
    return to_truth(std::any_of(values->begin(), values->end(), [&](const std::string& value) {
      return std::visit(Matcher{comparison, value}, comparison.literal);
    }));
  }

  Truth operator()(const FilterJunction& junction) const {
    const Truth decisive = to_truth(!junction.all);
    Truth result = to_truth(junction.all);
    for (const Node& part : junction.parts) {
      const Truth truth = (*this)(part);
      if (truth == decisive) return decisive;
      if (truth == Truth::kUnknown) result = Truth::kUnknown;
    }
    return result;
  }

  Truth operator()(const FilterNegation& negation) const {
    return negate((*this)(*negation.operand));
  }

  Truth operator()(const FilterValuePath& value_path) const {
    if (subject.is_unknown(value_path.path)) return Truth::kUnknown;
    const auto elements = subject.elements(value_path.path);
    if (elements.empty() && absence == Absence::kIsUnknown) return Truth::kUnknown;
    Truth result = Truth::kFalse;
    for (const auto& element : elements) {
      const Truth truth = Evaluator{*element, absence}(*value_path.condition);
      if (truth == Truth::kTrue) return truth;
      if (truth == Truth::kUnknown) result = truth;
    }
    return result;
  }
};

std::optional<Filter::Equality> equality_in(const Node& node) {
  if (const auto* comparison = std::get_if<FilterComparison>(&node.what)) {
    const auto* text = std::get_if<FilterText>(&comparison->literal);
    if (comparison->op != Op::kEq || text == nullptr || text->instant || text->text.empty())
      return std::nullopt;
    return Filter::Equality{comparison->path, fold_key(text->text)};
  }
  const auto* junction = std::get_if<FilterJunction>(&node.what);
  if (junction == nullptr || !junction->all) return std::nullopt;
  for (const Node& part : junction->parts) {
    if (auto equality = equality_in(part)) return equality;
  }
  return std::nullopt;
}

/// Calls `visit(node, path)` for each comparison and value path, in the order of the text.
template <typename Visit>
void for_each_leaf(const Node& node, const Visit& visit) {
  std::visit(
      [&](const auto& what) {
        using What = std::decay_t<decltype(what)>;
        if constexpr (std::is_same_v<What, FilterJunction>) {
          for (const Node& part : what.parts) for_each_leaf(part, visit);
        } else if constexpr (std::is_same_v<What, FilterNegation>) {
          for_each_leaf(*what.operand, visit);
        } else {
          visit(node, what.path);
        }
      },
      node.what);
}

std::string shown_values(const FilterSubject& subject, const std::string& path) {
  if (subject.is_unknown(path)) return "(not read)";
  const Texts* values = subject.values(path);
  if (has_value(values)) return escape_for_display(to_text(*values));
  const std::size_t elements = subject.elements(path).size();
  return elements == 0 ? "(absent)" : "(" + std::to_string(elements) + " elements)";
}

}  // namespace

Filter::Filter(std::shared_ptr<const Node> root, std::string text)
    : root_(std::move(root)), text_(std::move(text)) {}
Filter::Filter(Filter&&) noexcept = default;
Filter& Filter::operator=(Filter&&) noexcept = default;
Filter::Filter(const Filter&) = default;
Filter& Filter::operator=(const Filter&) = default;
Filter::~Filter() = default;

Filter Filter::parse(std::string_view text, const Texts& case_exact) {
  return Filter(std::make_shared<const Node>(parse_filter(text, case_exact)), std::string(text));
}

Truth Filter::evaluate(const FilterSubject& subject) const {
  return Evaluator{subject, Absence::kIsKnown}(*root_);
}

const std::string& Filter::text() const {
  return text_;
}

Texts Filter::attributes() const {
  Texts paths;
  for_each_leaf(*root_, [&](const Node&, const std::string& path) {
    const bool known = std::any_of(paths.begin(), paths.end(), [&](const std::string& other) {
      return compare_names(other, path) == 0;
    });
    if (!known) paths.push_back(path);
  });
  return paths;
}

std::vector<Filter::Step> Filter::explain(const FilterSubject& subject) const {
  std::vector<Step> steps;
  for_each_leaf(*root_, [&](const Node& leaf, const std::string& path) {
    steps.push_back({text_.substr(leaf.begin, leaf.end - leaf.begin), shown_values(subject, path),
                     Evaluator{subject, Absence::kIsKnown}(leaf)});
  });
  return steps;
}

// Taking absence for "unknown" can only turn definite results into unknown ones (Kleene's
// connectives are monotonic). A false that stays false rests on values that were read.
bool Filter::false_by_absence(const FilterSubject& subject) const {
  return evaluate(subject) == Truth::kFalse &&
         Evaluator{subject, Absence::kIsUnknown}(*root_) == Truth::kUnknown;
}

std::optional<Filter::Equality> Filter::necessary_equality() const {
  return equality_in(*root_);
}

}  // namespace usher
