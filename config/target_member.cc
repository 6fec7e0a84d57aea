#include "config/target_member.h"

#include <utility>

#include "config/hash.h"
#include "config/overlay.h"
#include "config/reading.h"
#include "config/target_section.h"
#include "config/variables.h"

namespace usher {

TargetMember make_member(const Blueprint& plan, const std::string& name, Attributes values) {
  Problems problems(plan.text);
  const Reading reading{problems, plan.catalogue, plan.secrets, plan.directory};
  Substitution substitution(std::move(values));
  // Twice: the name of the credential may be made from a value, and so may the credential's texts.
  const YamlNodePtr own = substitution.apply(plan.node);
  const YamlNodePtr node = substitution.apply(with_credential(reading, *plan.root, own));
  TargetMember member;
  for (const auto& fault : substitution.faults()) problems.error(fault.offset, fault.message);
  if (substitution.faults().empty()) {
    member.target = read_target(reading, {*plan.root, plan.title(), name, plan.offset, node});
  }
  if (member.target) {
    for (const auto& used : substitution.used()) member.target->values.push_back(used);
    member.target->hash = hash_of(*member.target, plan.sources);
  }
  for (const Problems::Found& found : problems.found()) {
    const std::string* variable = substitution.variable_at(found.offset);
    member.faults.push_back({found, variable == nullptr ? std::string() : *variable});
  }
  return member;
}

}  // namespace usher
