#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mapping/account.h"
#include "mapping/capabilities.h"
#include "mapping/filter.h"
#include "mapping/person.h"
#include "mapping/template.h"

namespace usher {

/// One way to a value: a template, or a boolean written as such; taken when `when` holds.
struct Rule {
  std::optional<Filter> when;  ///< nothing: always
  std::variant<Template, bool> value;
};

/// How one target attribute comes about: the first rule whose `when` holds, or those of the
/// person's groups that fit one of some patterns.
struct AttributeMapping {
  std::string attribute;
  std::vector<Rule> rules;
  Texts group_patterns = {};  ///< only without rules
};

/// What the mapping says of one person in one target.
struct Desired {
  Account account;  ///< not yet in the target's canonical form
  Texts unread;     ///< attributes whose value is unknown: they stay as they are
  std::vector<std::string>
      faults;  ///< why the person cannot be served: missing required, too long, not allowed
};

/// Where one mapped value came from, for `usher explain`.
struct Provenance {
  std::string attribute;
  std::optional<Value> value;  ///< nothing: unmanaged
  std::string rule;            ///< the text of the rule that decided
  std::string note;            ///< `mail is absent`, `no rule holds`
};

/// The `map` of one target, compiled. Pure; may be shared between threads.
class Mapper {
 public:
  Mapper() = default;
  Mapper(std::vector<AttributeMapping> mappings, const Capabilities& capabilities);

  [[nodiscard]] Desired desired(const Person& person) const;
  [[nodiscard]] std::vector<Provenance> explain(const Person& person) const;

  /// Names of the person attributes the mapping reads, without repeats.
  [[nodiscard]] const Texts& variables() const { return variables_; }
  /// Whether some attribute is the list of groups: memberships, or what stands for them.
  [[nodiscard]] bool takes_groups() const;
  [[nodiscard]] const std::vector<AttributeMapping>& mappings() const { return mappings_; }

 private:
  /// Fills in the key from the key attribute, and checks it.
  void take_key(Desired& desired) const;

  std::vector<AttributeMapping> mappings_;
  std::vector<AttributeSpec> specs_;  ///< one per mapping, same order
  Texts unmapped_;                    ///< required attributes that no mapping is about
  std::string key_;
  Texts variables_;
};

/// Lets a filter look at a person: every attribute by name, `groups` included.
class PersonSubject : public FilterSubject {
 public:
  explicit PersonSubject(const Person& person) : person_(person) {}
  [[nodiscard]] const Texts* values(std::string_view path) const override;
  [[nodiscard]] bool is_unknown(std::string_view path) const override;
  [[nodiscard]] std::vector<std::unique_ptr<FilterSubject>> elements(
      std::string_view path) const override;

 private:
  const Person& person_;  ///< must outlive the subject
};

}  // namespace usher
