#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mapping/filter.h"

namespace usher {

enum class FilterOperator { kEq, kNe, kCo, kSw, kEw, kGt, kGe, kLt, kLe, kPr };

/// A number as JSON writes it. Whole numbers are kept apart, because long employee numbers do not
/// fit into a double.
struct FilterNumber {
  double approximate = 0;
  std::optional<std::int64_t> exact;
};

/// A point in time, from an xsd:dateTime; without a zone it is UTC.
struct FilterInstant {
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;

  friend auto operator<=>(const FilterInstant&, const FilterInstant&) = default;
};

/// A text literal; `text` is folded unless the attribute compares exactly.
struct FilterText {
  std::string text;
  std::optional<FilterInstant> instant;
};

/// `path op literal`; no literal (null) for `pr`.
struct FilterComparison {
  using Literal = std::variant<std::monostate, bool, FilterNumber, FilterText>;

  std::string path;
  FilterOperator op = FilterOperator::kPr;
  bool exact = false;
  Literal literal;
};

/// `a and b and c`, or the same with `or`.
struct FilterJunction {
  bool all = true;
  std::vector<Filter::Node> parts;
};

/// `not (…)`
struct FilterNegation {
  std::unique_ptr<Filter::Node> operand;
};

/// `path[…]`: one element for which the whole of `condition` holds.
struct FilterValuePath {
  std::string path;
  std::unique_ptr<Filter::Node> condition;
};

struct Filter::Node {
  std::variant<FilterComparison, FilterJunction, FilterNegation, FilterValuePath> what;
  std::size_t begin = 0;  ///< where it stands in the text of the filter
  std::size_t end = 0;
};

/// Nothing when the whole of `text` is not a number as JSON writes it.
[[nodiscard]] std::optional<FilterNumber> parse_filter_number(std::string_view text);

/// Nothing when the whole of `text` is not an xsd:dateTime.
[[nodiscard]] std::optional<FilterInstant> parse_filter_instant(std::string_view text);

struct FilterString {
  std::string text;
  std::size_t end = 0;  ///< the byte after the closing quote
};

/// Reads the JSON string whose opening quote stands at `at`. Throws SyntaxError.
[[nodiscard]] FilterString parse_filter_string(std::string_view text, std::size_t at);

/// Throws SyntaxError.
[[nodiscard]] Filter::Node parse_filter(std::string_view text, const Texts& case_exact);

}  // namespace usher
