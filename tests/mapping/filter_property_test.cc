// Filters made at random and compared with Kleene's tables, which are written down here a second
// time and in another way: truth as a number, `and` as the smaller, `or` as the greater.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "mapping/filter.h"
#include "mapping/mapper.h"

namespace usher {
namespace {

enum class Kind { kFalse, kUnknown, kTrue, kNot, kAnd, kOr };

struct Tree {
  Kind kind = Kind::kTrue;
  std::vector<Tree> parts;
};

Tree arbitrary_tree(int depth) {
  const int kind = *rc::gen::inRange(0, depth > 0 ? 6 : 3);
  Tree tree{static_cast<Kind>(kind), {}};
  const int parts = kind < 3 ? 0 : tree.kind == Kind::kNot ? 1 : *rc::gen::inRange(2, 4);
  for (int i = 0; i < parts; ++i) tree.parts.push_back(arbitrary_tree(depth - 1));
  return tree;
}

/// 0 false, 1 unknown, 2 true.
int expected(const Tree& tree) {
  if (tree.parts.empty()) return static_cast<int>(tree.kind);
  std::vector<int> values;
  for (const Tree& part : tree.parts) values.push_back(expected(part));
  if (tree.kind == Kind::kNot) return 2 - values.front();
  return tree.kind == Kind::kAnd ? *std::min_element(values.begin(), values.end())
                                 : *std::max_element(values.begin(), values.end());
}

/// Written with as few parentheses as precedence allows.
std::string written(const Tree& tree) {
  switch (tree.kind) {
    case Kind::kFalse:
      return "read eq \"no\"";
    case Kind::kUnknown:
      return "unread eq \"yes\"";
    case Kind::kTrue:
      return "read eq \"yes\"";
    case Kind::kNot:
      return "not (" + written(tree.parts.front()) + ")";
    default:
      break;
  }
  std::string out;
  for (const Tree& part : tree.parts) {
    if (!out.empty()) out += tree.kind == Kind::kAnd ? " and " : " or ";
    const bool weaker = tree.kind == Kind::kAnd && part.kind == Kind::kOr;
    out += weaker ? "(" + written(part) + ")" : written(part);
  }
  return out;
}

int evaluated(const std::string& text) {
  Person person;
  person.attributes.set("read", {"yes"});
  person.unread = {"unread"};
  const Truth truth = Filter::parse(text).evaluate(PersonSubject(person));
  return truth == Truth::kFalse ? 0 : truth == Truth::kUnknown ? 1 : 2;
}

RC_GTEST_PROP(FilterPropertyTest, FollowsPrecedenceAndKleene, ()) {
  const Tree tree = arbitrary_tree(4);
  RC_LOG() << written(tree);
  RC_ASSERT(evaluated(written(tree)) == expected(tree));
}

RC_GTEST_PROP(FilterPropertyTest, NotAndAreTheNotsOred, ()) {
  const std::string a = written(arbitrary_tree(2));
  const std::string b = written(arbitrary_tree(2));
  RC_ASSERT(evaluated("not ((" + a + ") and (" + b + "))") ==
            evaluated("not (" + a + ") or not (" + b + ")"));
}

RC_GTEST_PROP(FilterPropertyTest, ItsTextParsesToTheSameFilter, ()) {
  const Filter filter = Filter::parse(written(arbitrary_tree(4)));
  const Filter again = Filter::parse(filter.text());
  RC_ASSERT(again.text() == filter.text());
  RC_ASSERT(again.attributes() == filter.attributes());
}

RC_GTEST_PROP(FilterPropertyTest, AnyTextSurvivesBeingQuoted, (const std::string& bytes)) {
  Person person;
  std::string value;
  std::string literal;
  for (const char c : bytes) {
    const char printable = static_cast<char>(' ' + static_cast<unsigned char>(c) % 95);
    value += printable;
    if (printable == '"' || printable == '\\') literal += '\\';
    literal += printable;
  }
  RC_PRE(!value.empty());
  person.attributes.set("name", {value});
  const Filter filter = Filter::parse("name eq \"" + literal + "\"", {"name"});
  RC_ASSERT(filter.evaluate(PersonSubject(person)) == Truth::kTrue);
}

}  // namespace
}  // namespace usher
