// Recursive descent over the grammar of RFC 7644 section 3.4.2.2:
//
//   filter     = and-expr *( "or" and-expr )
//   and-expr   = term *( "and" term )
//   term       = "(" filter ")" | "not" "(" filter ")" | path "[" filter "]" [tail] | comparison
//   comparison = path "pr" | path operator literal
//   tail       = "." sub-attribute operator literal
//
// The tail is not in the RFC, but provisioning services send it: `emails[type eq "work"].value eq
// "x"` asks for one element for which both hold.

#include <algorithm>
#include <utility>

#include "mapping/filter_node.h"
#include "mapping/filter_words.h"
#include "mapping/syntax_error.h"
#include "mapping/text.h"

namespace usher {
namespace {

using Node = Filter::Node;
using Op = FilterOperator;

constexpr int kMaxDepth = 64;  ///< of brackets within brackets: what a stack surely holds

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (c & 0x80) != 0;
}

bool is_name_char(char c) {
  return is_letter_or_digit(c) || std::string_view("_-.:;$@#").find(c) != std::string_view::npos;
}

bool is_bracket_or_quote(char c) {
  return std::string_view("()[]\"'").find(c) != std::string_view::npos;
}

class Parser {
 public:
  Parser(std::string_view text, const Texts& case_exact) : text_(text), case_exact_(case_exact) {}

  Node parse() {
    if (const std::size_t at = find_invalid_utf8(text_); at != std::string_view::npos) {
      throw SyntaxError(at, "the filter is not well-formed UTF-8 here: save the file as UTF-8");
    }
    skip_spaces();
    if (at_end()) {
      throw SyntaxError(0,
                        "the filter is empty: write a comparison such as department eq \"Sales\"");
    }
    Node node = parse_junction(false);
    skip_spaces();
    if (!at_end()) throw_unexpected();
    return node;
  }

 private:
  // --- Grammar ---------------------------------------------------------------------------------

  /// `or` binds weakest, so its operands are the chains of `and`.
  Node parse_junction(bool all) {
    const auto operand = [&] { return all ? parse_term() : parse_junction(true); };
    Node first = operand();
    if (!take_keyword(all ? "and" : "or")) return first;
    const std::size_t begin = first.begin;
    FilterJunction junction{all, {}};
    junction.parts.push_back(std::move(first));
    do {
      junction.parts.push_back(operand());
    } while (take_keyword(all ? "and" : "or"));
    return {std::move(junction), begin, at_};
  }

  Node parse_term() {
    skip_spaces();
    const std::size_t begin = at_;
    if (peek() == '(') return parse_bracketed(')');
    if (!take_keyword("not")) return parse_expression();
    skip_spaces();
    if (peek() != '(') throw SyntaxError(at_, "`not` needs parentheses: not (active eq true)");
    auto operand = std::make_unique<Node>(parse_bracketed(')'));
    return {FilterNegation{std::move(operand)}, begin, at_};
  }

  /// A filter between the bracket that stands here and its partner `close`.
  Node parse_bracketed(char close) {
    const std::size_t open = at_++;
    if (++depth_ > kMaxDepth) {
      throw SyntaxError(open, "more than " + std::to_string(kMaxDepth) +
                                  " brackets within each other: write the filter flatter");
    }
    Node inner = parse_junction(false);
    skip_spaces();
    if (at_end()) {
      throw SyntaxError(open, "this " + quote_for_display(text_.substr(open, 1)) +
                                  " is never closed: add " + quote_for_display({&close, 1}));
    }
    if (peek() != close) throw_unexpected();
    ++at_;
    --depth_;
    return inner;
  }

  Node parse_expression() {
    const std::size_t begin = at_;
    std::string path(take_path());
    if (peek() == '[') return parse_value_path(begin, std::move(path));
    FilterComparison comparison = parse_comparison(std::move(path));
    return {std::move(comparison), begin, at_};
  }

  Node parse_value_path(std::size_t begin, std::string path) {
    if (!element_of_.empty()) {
      throw SyntaxError(at_,
                        "a value path inside another one: elements have no elements of their own");
    }
    element_of_ = path;
    auto condition = std::make_unique<Node>(parse_bracketed(']'));
    if (peek() == '.') *condition = parse_tail(std::move(*condition));
    element_of_.clear();
    return {FilterValuePath{std::move(path), std::move(condition)}, begin, at_};
  }

  Node parse_tail(Node condition) {
    const std::size_t begin = condition.begin;
    ++at_;
    const std::size_t tail = at_;
    std::string sub_attribute(take_path());
    FilterComparison comparison = parse_comparison(std::move(sub_attribute));
    FilterJunction both{true, {}};
    both.parts.push_back(std::move(condition));
    both.parts.push_back({std::move(comparison), tail, at_});
    return {std::move(both), begin, at_};
  }

  FilterComparison parse_comparison(std::string path) {
    FilterComparison comparison;
    comparison.op = take_operator(path);
    comparison.exact = compares_exactly(path);
    comparison.path = std::move(path);
    if (comparison.op != Op::kPr) comparison.literal = take_literal(comparison);
    return comparison;
  }

  // --- Words -----------------------------------------------------------------------------------

  std::string_view take_path() {
    const std::size_t begin = at_;
    if (at_end()) {
      throw SyntaxError(begin,
                        "the filter ends where a comparison should follow, such as "
                        "department eq \"Sales\"");
    }
    if (!is_letter_or_digit(peek()) &&
        std::string_view("_$@#").find(peek()) == std::string_view::npos) {
      throw_no_attribute();
    }
    while (!at_end() && is_name_char(peek())) ++at_;
    const std::string_view path = text_.substr(begin, at_ - begin);
    if (path.back() == '.' || path.back() == ':') {
      throw SyntaxError(at_, "the attribute name " + quote_for_display(path) + " is not complete");
    }
    return path;
  }

  Op take_operator(std::string_view path) {
    skip_spaces();
    const std::size_t begin = at_;
    const std::string_view word = peek_operator();
    if (const auto op = find_filter_operator(word)) {
      at_ += word.size();
      return *op;
    }
    throw SyntaxError(begin, filter_operator_problem(path, word));
  }

  /// A run of letters, or of signs such as `>=`.
  [[nodiscard]] std::string_view peek_operator() const {
    std::size_t end = at_;
    const auto is_part = [&](char c) {
      return !is_space(c) && !is_bracket_or_quote(c) && is_name_char(c) == is_name_char(text_[at_]);
    };
    while (end < text_.size() && is_part(text_[end])) ++end;
    return text_.substr(at_, end - at_);
  }

  FilterComparison::Literal take_literal(const FilterComparison& comparison) {
    skip_spaces();
    const std::size_t begin = at_;
    FilterComparison::Literal literal;
    if (peek() == '"') {
      FilterString string = parse_filter_string(text_, at_);
      at_ = string.end;
      literal = to_text_literal(std::move(string.text), comparison.exact);
    } else {
      const std::string_view word = peek_word();
      literal = to_plain_literal(word, comparison);
      at_ += word.size();
    }
    check_fits(begin, comparison.op, literal);
    return literal;
  }

  static FilterText to_text_literal(std::string text, bool exact) {
    const auto instant = parse_filter_instant(text);
    return {exact ? std::move(text) : fold_key(text), instant};
  }

  [[nodiscard]] FilterComparison::Literal to_plain_literal(
      std::string_view word, const FilterComparison& comparison) const {
    if (compare_names(word, "true") == 0) return true;
    if (compare_names(word, "false") == 0) return false;
    if (compare_names(word, "null") == 0) return std::monostate{};
    if (const auto number = parse_filter_number(word)) return *number;
    throw SyntaxError(at_, filter_literal_problem(comparison.path, word));
  }

  [[nodiscard]] std::string_view peek_word() const {
    std::size_t end = at_;
    while (end < text_.size() && !is_space(text_[end]) &&
           std::string_view("()[]\"").find(text_[end]) == std::string_view::npos) {
      ++end;
    }
    return text_.substr(at_, end - at_);
  }

  static void check_fits(std::size_t at, Op op, const FilterComparison::Literal& literal) {
    const FilterText* text = std::get_if<FilterText>(&literal);
    if (op == Op::kEq || op == Op::kNe) return;
    if (op == Op::kCo || op == Op::kSw || op == Op::kEw) {
      if (text == nullptr) {
        throw SyntaxError(at, "`co`, `sw` and `ew` compare texts: put the value in double quotes");
      }
      if (text->text.empty()) {
        throw SyntaxError(at,
                          "the empty text is part of everything: use `pr` to ask whether "
                          "there is a value");
      }
    } else if (text == nullptr && !std::holds_alternative<FilterNumber>(literal)) {
      throw SyntaxError(at,
                        "`gt`, `ge`, `lt` and `le` compare numbers, times and texts; for true, "
                        "false and null there are only `eq` and `ne`");
    }
  }

  /// Whether `case_exact` names the attribute, also as a sub-attribute of the element we are in or
  /// behind a schema URN.
  [[nodiscard]] bool compares_exactly(std::string_view path) const {
    const std::string full =
        element_of_.empty() ? std::string(path) : element_of_ + "." + std::string(path);
    std::string_view plain = full;
    if (compare_names(plain.substr(0, 4), "urn:") == 0) plain.remove_prefix(plain.rfind(':') + 1);
    return std::any_of(case_exact_.begin(), case_exact_.end(), [&](const std::string& name) {
      return compare_names(name, full) == 0 || compare_names(name, plain) == 0;
    });
  }

  bool take_keyword(std::string_view keyword) {
    std::size_t at = at_;
    while (at < text_.size() && is_space(text_[at])) ++at;
    const std::size_t end = at + keyword.size();
    if (compare_names(text_.substr(at, keyword.size()), keyword) != 0) return false;
    if (end < text_.size() && is_name_char(text_[end])) return false;
    at_ = end;
    return true;
  }

  void skip_spaces() {
    while (!at_end() && is_space(peek())) ++at_;
  }

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[at_]; }

  // --- What to say -----------------------------------------------------------------------------

  /// Something stands where only `and`, `or`, a closing bracket or the end may.
  [[noreturn]] void throw_unexpected() const {
    const char c = peek();
    if (c == ')' || c == ']') {
      throw SyntaxError(at_, "this " + quote_for_display({&c, 1}) +
                                 " closes nothing: remove it, or open the bracket before");
    }
    const std::string_view word = is_bracket_or_quote(c) ? text_.substr(at_, 1) : peek_word();
    const std::string_view native = native_filter_word(word);
    throw SyntaxError(
        at_, native == "and" || native == "or"
                 ? "write `" + std::string(native) + "` instead of " + quote_for_display(word)
                 : "after a comparison comes `and` or `or`, not " + quote_for_display(word) +
                       "; a text with spaces needs double quotes around all of it");
  }

  [[noreturn]] void throw_no_attribute() const {
    const char c = peek();
    std::string message =
        "an attribute name is expected here, not " + quote_for_display(text_.substr(at_, 1));
    if (c == '"' || c == '\'') {
      message = "the attribute comes first, without quotes: department eq \"Sales\"";
    }
    if (c == '!') message = "write `not (…)` instead of `!`";
    if (c == '&' || c == '|') {
      message =
          "this looks like an LDAP filter; here comparisons are joined by words: mail pr and (l eq "
          "\"Berlin\" or l eq \"Bonn\")";
    }
    throw SyntaxError(at_, message);
  }

  std::string_view text_;
  const Texts& case_exact_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::string element_of_;  ///< path of the elements we are inside of; empty: of none
};

}  // namespace

Filter::Node parse_filter(std::string_view text, const Texts& case_exact) {
  return Parser(text, case_exact).parse();
}

}  // namespace usher
