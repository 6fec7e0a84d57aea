// Changing what is there.

#include <nlohmann/json.hpp>

#include "mapping/difference.h"
#include "tests/contract/suite.h"

namespace usher::contract {
namespace {

using ::testing::IsEmpty;

/// Whether `name` is the attribute; `metadata.*` stands for all below it.
bool is_named_by(const AttributeSpec& spec, std::string_view name) {
  if (!spec.name.ends_with(".*")) return compare_names(spec.name, name) == 0;
  const std::string_view stem(spec.name.data(), spec.name.size() - 1);
  return compare_names(name.substr(0, stem.size()), stem) == 0;
}

void the_subject_changes_every_attribute_that_can_change(const Subject& subject) {
  for (const AttributeSpec& spec : capabilities_of(subject).attributes) {
    if (!spec.updatable || !spec.returned || spec.local) continue;
    if (spec.is_boolean) continue;  // whether somebody is active: removals are about that
    EXPECT_TRUE(std::ranges::any_of(subject.others, [&](const auto& entry) {
      return is_named_by(spec, entry.first);
    })) << spec.name;
  }
}

void every_attribute_that_can_change_is_changed_alone(const Subject& subject) {
  for (const auto& [name, value] : subject.others) {
    SCOPED_TRACE(name);
    World world(subject, 3);
    if (subject.accept) {
      const auto [verb, body] = subject.accept(world.person(2));
      world.stage().act(verb, body);
    }
    const Change change = world.update(2, name, value);
    const Account before = *world.list().find(change.remote_id);
    (void)world.carry_out(change);
    const Seen after = world.list();
    const Account* now = after.find(before.remote_id);
    ASSERT_NE(now, nullptr);
    Account desired = before;
    desired.fields.set(name, value);
    EXPECT_THAT(differing_fields(world.target().canonical(desired), {}, *now, world.can()),
                IsEmpty());
    EXPECT_EQ(now->status, before.status);
    EXPECT_EQ(now->fields.size(), desired.fields.size()) << "nothing else came or went";
  }
}

void the_same_change_twice_is_one(const Subject& subject) {
  const auto& [name, value] = *other_value(subject);
  World world(subject, 3);
  const Change change = world.update(2, name, value);
  (void)world.carry_out(change);
  const nlohmann::json after = world.state();
  EXPECT_NO_THROW((void)world.carry_out(change));
  EXPECT_EQ(world.state(), after);
}

void a_change_of_somebody_who_is_gone_is_not_a_success(const Subject& subject) {
  const auto& [name, value] = *other_value(subject);
  World world(subject, 3);
  const Change change = world.update(2, name, value);
  world.stage().edit(subject.remove(*world.list().find(change.remote_id)));
  const ConnectorError error = error_of([&] { (void)world.carry_out(change); });
  EXPECT_FALSE(error.stops_target()) << error.what();
  EXPECT_EQ(world.count(world.list(), 2), 0U);
}

bool can_change(const Subject& subject, const Capabilities& can) {
  return can.can_update && other_value(subject) != nullptr;
}
bool can_change_and_vanish(const Subject& subject, const Capabilities& can) {
  return can_change(subject, can) && subject.remove != nullptr && !can.upserts;
}
bool declares_updates(const Subject&, const Capabilities& can) {
  return can.can_update;
}

}  // namespace

std::vector<Case> update_cases() {
  return {
      {"TheSubjectChangesEveryAttributeThatCanChange", declares_updates,
       the_subject_changes_every_attribute_that_can_change},
      {"EveryAttributeThatCanChangeIsChangedAlone", can_change,
       every_attribute_that_can_change_is_changed_alone},
      {"TheSameChangeTwiceIsOne", can_change, the_same_change_twice_is_one},
      {"AChangeOfSomebodyWhoIsGoneIsNotASuccess", can_change_and_vanish,
       a_change_of_somebody_who_is_gone_is_not_a_success},
  };
}

}  // namespace usher::contract
