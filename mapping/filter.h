#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/value.h"

namespace usher {

/// Kleene's three values: an attribute that was not completely read makes a comparison unknown.
enum class Truth { kFalse, kTrue, kUnknown };

/// What a filter is evaluated against. Implemented for persons and for JSON resources.
class FilterSubject {
 public:
  virtual ~FilterSubject() = default;

  /// The values of an attribute path (`userName`, `name.familyName`, a URN path); null when absent.
  [[nodiscard]] virtual const Texts* values(std::string_view path) const = 0;

  /// True when neither the value nor its absence can be relied on.
  [[nodiscard]] virtual bool is_unknown(std::string_view path) const = 0;

  /// The elements of a complex multi-valued attribute, for value paths (`emails[type eq "work"]`).
  /// A subject without complex attributes returns each plain value as an element whose `value`
  /// sub-attribute it is.
  [[nodiscard]] virtual std::vector<std::unique_ptr<FilterSubject>> elements(
      std::string_view path) const = 0;
};

/// A SCIM filter (RFC 7644 section 3.4.2.2), compiled once and evaluated without allocation for
/// plain comparisons. Operators, keywords and attribute names are case-insensitive; text compares
/// without regard to ASCII case after NFC, except for attributes named in `case_exact`; `gt ge lt
/// le` compare numbers as numbers, dateTimes as instants, other text by code points. Precedence:
/// `not`, `and`, `or`.
///
/// Where the RFC leaves a choice:
///  - A multi-valued attribute matches when any of its values does; that holds for `ne` too, so
///    `groups ne "x"` means "in some group other than x" and `not (groups eq "x")` "not in x".
///  - Absent, `null` and the empty text are one: `eq null` and `eq ""` hold for an absent
///    attribute, `ne "x"` holds too, every other comparison is false.
///  - `true` and `false` compare with what `parse_boolean` makes of the value (`TRUE`, `1`), a
///    number with what the value is as a number; a value of another kind is not equal.
///  - An attribute name is letters (of any script), digits and `_ - . : ; $ @ #`. A column whose
///    name has spaces or brackets must be renamed before a filter can name it.
class Filter {
 public:
  /// Throws SyntaxError. `case_exact` names attributes that compare exactly (`id`, `externalId`).
  [[nodiscard]] static Filter parse(std::string_view text, const Texts& case_exact = {});

  Filter(Filter&&) noexcept;
  Filter& operator=(Filter&&) noexcept;
  Filter(const Filter&);
  Filter& operator=(const Filter&);
  ~Filter();

  [[nodiscard]] Truth evaluate(const FilterSubject& subject) const;
  [[nodiscard]] const std::string& text() const;

  /// The attribute paths it looks at, in order of appearance, without repeats.
  [[nodiscard]] Texts attributes() const;

  /// One evaluated comparison, in the order of the text: for `explain`.
  struct Step {
    std::string text;    ///< `department eq "Sales"`
    std::string actual;  ///< what the subject has: `Sales`, `(absent)`, `(not read)`
    Truth truth;
  };
  [[nodiscard]] std::vector<Step> explain(const FilterSubject& subject) const;

  /// True when the result for `subject` would be different had every absent attribute been
  /// readable: the filter is false and at least one comparison that made it so met an attribute
  /// the subject does not have. Leaving a scope that way counts as absence, not as evidence.
  [[nodiscard]] bool false_by_absence(const FilterSubject& subject) const;

  /// A comparison `path eq "text"` without which the filter is false, whatever else it says: who
  /// has another value need not be looked at. Nothing where there is none, or where equal is more
  /// than equal text (times).
  struct Equality {
    std::string path;
    std::string text;  ///< as `fold_key` has it
  };
  [[nodiscard]] std::optional<Equality> necessary_equality() const;

  /// `value` as it stands between the quotes of a filter's text: what a foreign value must become
  /// before it is put into one.
  [[nodiscard]] static std::string quoted_part(std::string_view value);

  struct Node;

 private:
  explicit Filter(std::shared_ptr<const Node> root, std::string text);
  std::shared_ptr<const Node> root_;
  std::string text_;
};

}  // namespace usher
