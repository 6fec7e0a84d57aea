#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "config/reading.h"
#include "config/yaml_node.h"
#include "mapping/person.h"

namespace usher {

class Template;

// The variables of `for_each`: `${column}` or `${value}` in the texts of a target. In `map` a
// variable is an attribute of the person, so `map` is left out of all this.

/// Whether somewhere in the node a text holds `${`: what it says is only known to each member.
[[nodiscard]] bool has_variables(const YamlNode& node);

/// What a target may name.
struct KnownVariables {
  Texts names;
  std::string otherwise;  ///< of a name that is not there: `is no column of 'workspaces.csv'`
};

/// Reports variables that nobody knows, each name once where it is first written, and such as
/// stand in `scope` outside of quotes. Returns whether there are none.
bool check_variables(const Reading& reading, const YamlNode& target, const KnownVariables& known);

/// Puts values into the texts of one target, and remembers where, so that what is wrong with the
/// result can be told to whoever wrote the value.
class Substitution {
 public:
  explicit Substitution(Attributes values) { values_.attributes = std::move(values); }

  /// `target` with every variable replaced; in `scope` as a part of a quoted text. What was put in
  /// by an earlier call is not looked at again.
  [[nodiscard]] YamlNodePtr apply(const YamlNodePtr& target);

  /// The value that decided the text at `offset`, or one below the key there; null: the file alone
  /// did.
  [[nodiscard]] const std::string* variable_at(std::size_t offset) const;

  /// Texts that could not be made: a value is missing.
  struct Fault {
    std::size_t offset = 0;
    std::string message;
  };
  [[nodiscard]] const std::vector<Fault>& faults() const { return faults_; }

  /// The values that were used, by name.
  [[nodiscard]] const NameMap<std::string>& used() const { return used_; }

 private:
  YamlNodePtr replaced(const YamlNodePtr& node);
  YamlNodePtr replaced_text(const YamlNodePtr& node);
  void put_in(YamlNode& node, const Template& text, bool is_scope);
  void mark(const std::string& variable);

  Person values_;
  std::string key_;                 ///< of the target: the one that is worked on
  std::vector<std::size_t> above_;  ///< offsets of the keys and nodes around the present one
  std::map<std::size_t, std::string> made_from_;
  std::vector<Fault> faults_;
  NameMap<std::string> used_;
};

}  // namespace usher
