#include "mapping/filter_words.h"

#include <array>
#include <utility>

#include "mapping/text.h"

namespace usher {
namespace {

using Op = FilterOperator;

struct OperatorWord {
  std::string_view word;
  Op op;
};

constexpr std::array kOperators{OperatorWord{"eq", Op::kEq}, OperatorWord{"ne", Op::kNe},
                                OperatorWord{"co", Op::kCo}, OperatorWord{"sw", Op::kSw},
                                OperatorWord{"ew", Op::kEw}, OperatorWord{"gt", Op::kGt},
                                OperatorWord{"ge", Op::kGe}, OperatorWord{"lt", Op::kLt},
                                OperatorWord{"le", Op::kLe}, OperatorWord{"pr", Op::kPr}};
constexpr std::string_view kOperatorList = "eq ne co sw ew gt ge lt le pr";

/// What people write who know another language, and what it is called here.
constexpr std::array<std::pair<std::string_view, std::string_view>, 26> kForeign{{
    {"=", "eq"},          {"==", "eq"},       {"===", "eq"},      {"is", "eq"},
    {"equals", "eq"},     {"has", "eq"},      {"!=", "ne"},       {"<>", "ne"},
    {"!==", "ne"},        {">", "gt"},        {">=", "ge"},       {"<", "lt"},
    {"<=", "le"},         {"=<", "le"},       {"=>", "ge"},       {"~", "co"},
    {"~=", "co"},         {"=~", "co"},       {"contains", "co"}, {"like", "co"},
    {"startswith", "sw"}, {"endswith", "ew"}, {"present", "pr"},  {"exists", "pr"},
    {"&&", "and"},        {"||", "or"},
}};

}  // namespace

std::optional<FilterOperator> find_filter_operator(std::string_view word) {
  for (const auto& [name, op] : kOperators) {
    if (compare_names(name, word) == 0) return op;
  }
  return std::nullopt;
}

std::string_view native_filter_word(std::string_view foreign) {
  for (const auto& [word, native] : kForeign) {
    if (compare_names(word, foreign) == 0) return native;
  }
  return {};
}

std::string filter_operator_problem(std::string_view path, std::string_view word) {
  const std::string list = " (operators: " + std::string(kOperatorList) + ")";
  const std::string name(path);
  if (word.empty()) {
    return "after " + quote_for_display(path) + " an operator is missing" + list + ", such as " +
           name + " eq \"…\" or " + name + " pr";
  }
  if (const std::string_view native = native_filter_word(word); !native.empty()) {
    return quote_for_display(word) + " is no operator here: write `" + std::string(native) + "`" +
           list;
  }
  if (compare_names(word, "in") == 0) {
    return "`in` is no operator here: write " + name + " eq \"a\" or " + name + " eq \"b\"" + list;
  }
  return quote_for_display(word) + " is no operator" + list + ". If the attribute is called " +
         quote_for_display(name + " " + std::string(word)) +
         ": a filter cannot name attributes with spaces, rename the column first";
}

std::string filter_literal_problem(std::string_view path, std::string_view word) {
  if (word.empty()) return "the value to compare " + quote_for_display(path) + " with is missing";
  for (const std::string_view quote : {"'", "“", "”", "„", "‘", "’", "«"}) {
    if (word.starts_with(quote)) {
      return "texts stand in straight double quotes (\"), not in " + quote_for_display(quote);
    }
  }
  return quote_for_display(word) +
         " is neither a number nor true, false or null: put texts in double quotes, \"" +
         escape_for_display(word) + "\"";
}

}  // namespace usher
