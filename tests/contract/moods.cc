// The provider's documents leave things open: the tour is the same whatever it does.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/contract/suite.h"

namespace usher::contract {
namespace {

/// `people` are there; the next but some are not.
void people_are_found_and_made(World& world, int people) {
  const int newcomer = people + 4;
  const int stranger = people + 6;
  const Seen before = world.list();
  EXPECT_TRUE(before.receipt.complete()) << ::testing::PrintToString(before.receipt.reasons);
  (void)world.carry_out(world.creation(newcomer));
  expect_served(world, newcomer, world.person(newcomer));
  const std::string first = world.find(before, 1)->remote_id;
  EXPECT_EQ(world.target().find({first, ""}).presence, Presence::kPresent);
  if (world.can().key.empty()) return;
  EXPECT_EQ(world.carry_out(world.creation(1)).remote_id, first) << "is there already";
  EXPECT_EQ(world.count(world.list(), 1), 1U);
  EXPECT_EQ(world.target().find({"", world.person(1).key}).account.remote_id, first);
  EXPECT_EQ(world.target().find({"", world.person(stranger).key}).presence, Presence::kAbsent);
}

void one_is_changed(World& world) {
  const Fields::Entry* other = other_value(world.subject());
  if (!world.can().can_update || other == nullptr) return;
  const auto& [name, value] = *other;
  Account desired = world.person(2);
  desired.fields.set(name, value);
  (void)world.carry_out(world.update(2, name, value));
  expect_served(world, 2, world.target().canonical(desired));
}

void one_is_removed(World& world) {
  if (!world.can().can_deactivate && !world.can().can_delete) return;
  const Change change =
      world.change(world.can().can_deactivate ? Action::kDeactivate : Action::kDelete, 3);
  (void)world.carry_out(change);
  EXPECT_TRUE(is_powerless(world.list(), change.remote_id));
  EXPECT_NO_THROW((void)world.carry_out(change));
}

void every_mood_of_the_provider_is_served(const Subject& subject) {
  for (const std::string& mood : subject.moods) {
    SCOPED_TRACE(mood);
    const int people =
        std::min(some_people(subject), 11);  // more than a page where those are short
    World world(subject, people);
    world.stage().act("switches", mood);
    people_are_found_and_made(world, people);
    one_is_changed(world);
    one_is_removed(world);
  }
}

bool has_moods(const Subject& subject, const Capabilities&) {
  return !subject.moods.empty();
}

}  // namespace

std::vector<Case> mood_cases() {
  return {{"EveryMoodOfTheProviderIsServed", has_moods, every_mood_of_the_provider_is_served}};
}

}  // namespace usher::contract
