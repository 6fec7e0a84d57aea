#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/problems.h"
#include "config/settings.h"
#include "config/source_text.h"
#include "config/yaml_node.h"

namespace usher {

/// All that the members of a family are made from. Constant, so that several threads may use it.
struct Blueprint {
  SourceText text;
  Catalogue catalogue;
  Secrets secrets;
  std::string directory;
  YamlNodePtr root;
  YamlNodePtr node;  ///< without `for_each`, with its templates
  std::string family;
  std::size_t offset;
  Config sources;  ///< and nothing else

  [[nodiscard]] std::string title() const { return "target '" + family + "'"; }
};

/// What is wrong with one member.
struct MemberFault {
  Problems::Found problem;
  std::string variable;  ///< whose value is to blame; empty: what is written is
};

struct TargetMember {
  std::optional<TargetConfig> target;
  std::vector<MemberFault> faults;
};

/// The target `name`, which the blueprint becomes with these values for its variables.
///
/// A problem at a text which a value went into is the value's; every other one is the family's own
/// and comes back with each of its members.
[[nodiscard]] TargetMember make_member(const Blueprint& plan, const std::string& name,
                                       Attributes values);

}  // namespace usher
