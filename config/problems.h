#pragma once

#include <compare>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "config/source_text.h"

namespace usher {

/// Collects what is wrong with one configuration file, so that all of it is reported at once. What
/// several targets inherit from one template is found several times and kept once.
class Problems {
 public:
  explicit Problems(const SourceText& text) : text_(text) {}

  void error(std::size_t offset, const std::string& message) { add({offset, false, message}); }
  void warning(std::size_t offset, const std::string& message) { add({offset, true, message}); }

  /// In another file that belongs to the configuration. Reported in the order of the calls, after
  /// what is in the configuration itself.
  void add_elsewhere(ConfigProblem problem);

  /// One problem of the file at hand.
  struct Found {
    std::size_t offset = 0;
    bool warning = false;
    std::string message;
    friend auto operator<=>(const Found&, const Found&) = default;
  };
  [[nodiscard]] const std::set<Found>& found() const { return found_; }
  void add(Found found);

  [[nodiscard]] bool has_errors() const { return has_errors_; }
  /// Whether something at this very place is reported already: a second message about it would
  /// only repeat the first in other words.
  [[nodiscard]] bool reported(std::size_t offset) const { return offsets_.contains(offset); }
  /// In the order of the file.
  [[nodiscard]] std::vector<ConfigProblem> sorted() const;

  [[nodiscard]] const SourceText& text() const { return text_; }

 private:
  const SourceText& text_;  ///< must outlive the collection
  std::set<Found> found_;
  std::vector<ConfigProblem> elsewhere_;
  std::set<std::size_t> offsets_;
  bool has_errors_ = false;
};

/// A word of the file as messages show it: in quotes, escaped, cut where it is long.
[[nodiscard]] std::string in_quotes(std::string_view word);

/// `; did you mean 'scope'?`, or nothing when no candidate is near.
[[nodiscard]] std::string did_you_mean(std::string_view word, const Texts& candidates);

/// `a, b or c`
[[nodiscard]] std::string either(const Texts& words);

}  // namespace usher
