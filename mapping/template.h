#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/person.h"
#include "mapping/value.h"

namespace usher {

/// A text with `${name | filter | filter('arg')}` parts, compiled once.
///
/// Filters: lower upper trim default('x') replace('from','to') regex_replace('re','to')
/// split('sep') join('sep') first last slice(from[,to]) ascii ensure_domain('d') local_part domain.
/// `$${` writes a literal `${`. Arguments stand in single or double quotes; the quote itself is
/// doubled (`'it''s'`), a backslash is a backslash (so that regular expressions read as usual).
///
/// A name is everything up to `|` or `}`, so columns with spaces need nothing special. Filters work
/// on each value of a multi-valued attribute; `split` leaves empty parts out; `domain` of a text
/// without `@` is absent; `slice` counts code points from 0, negative ones from the end, `to` is
/// not included. `default` also catches what an earlier filter made absent. Regular expressions are
/// RE2's, with `\1` in the replacement. A multi-valued attribute inside a longer text must be
/// joined: several values there are a fault.
class Template {
 public:
  /// Throws SyntaxError with the offset of the fault: an open `${` or quote, an unknown filter
  /// (with "did you mean"), a wrong number of arguments, a regular expression that RE2 refuses.
  [[nodiscard]] static Template parse(std::string_view text);

  struct Result {
    /// Nothing: a variable without `default` is absent, the attribute stays unmanaged. An empty
    /// text clears the attribute. Several texts only where the template is one `${…}` alone and
    /// its value is multi-valued and not joined.
    std::optional<Texts> texts;
    std::string missing;  ///< the variable that was absent, when `texts` is nothing
    bool unread = false;  ///< a variable was not completely read: the attribute stays as it is
    std::string fault;  ///< not empty: why no text can be made, with what to do; `texts` is nothing
  };
  /// What a value becomes before it takes its place in a text that has a syntax of its own.
  using Encode = std::string (*)(std::string_view value);

  /// `encode` is given each value of a variable, after its filters; null: values stay as they are.
  [[nodiscard]] Result render(const Person& person, Encode encode = nullptr) const;

  /// The variables it reads, without repeats.
  [[nodiscard]] const Texts& variables() const;
  /// Whether it is one `${…}` of this variable, with or without filters, and nothing else.
  [[nodiscard]] bool is_alone(std::string_view variable) const;
  [[nodiscard]] const std::string& text() const;

  struct Part;

 private:
  Template(std::string text, std::shared_ptr<const std::vector<Part>> parts, Texts variables);
  std::string text_;
  std::shared_ptr<const std::vector<Part>> parts_;
  Texts variables_;
};

}  // namespace usher
