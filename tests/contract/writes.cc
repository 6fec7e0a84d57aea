// Creating, reading back and changing.

#include <thread>

#include "mapping/difference.h"
#include "mapping/text.h"
#include "tests/contract/suite.h"

namespace usher::contract {
namespace {

using ::testing::IsEmpty;

/// Exactly one account with the key, holding what was asked for: a second plan is empty.
void expect_served(World& world, const Account& desired) {
  const Seen seen = world.list();
  EXPECT_TRUE(seen.receipt.complete()) << ::testing::PrintToString(seen.receipt.reasons);
  ASSERT_EQ(seen.count(desired.key), 1U) << desired.key;
  EXPECT_THAT(differing_fields(desired, {}, *seen.find(desired.key), world.can()), IsEmpty());
}

void who_is_created_is_read_back_as_wanted(const Subject& subject) {
  World world(subject, 2);
  (void)world.list();
  const Applied applied = world.carry_out(world.creation(7));
  EXPECT_FALSE(applied.remote_id.empty());
  expect_served(world, world.person(7));
  EXPECT_EQ(world.list().find(world.person(7).key)->remote_id, applied.remote_id);
}

void many_are_created_one_after_the_other(const Subject& subject) {
  World world(subject, 0);
  (void)world.list();
  for (int number = 1; number <= 12; ++number) (void)world.carry_out(world.creation(number));
  for (int number = 1; number <= 12; ++number) expect_served(world, world.person(number));
}

void names_that_are_not_ascii_survive(const Subject& subject) {
  World world(subject, 0);
  (void)world.list();
  Change change = world.creation(3);
  for (const AttributeSpec& spec : world.can().attributes) {
    if (spec.is_name && change.after->contains(spec.name))
      change.after->set(spec.name, std::string("Zoë Łukasz 山田 O’Brien \"q\" \\ & <b>"));
  }
  (void)world.carry_out(change);
  Account desired;
  desired.key = change.key;
  desired.fields = *change.after;
  expect_served(world, world.target().canonical(desired));
}

std::string filled(std::size_t length) {
  return std::string(length, 'x');
}

void the_longest_value_is_taken_and_a_longer_one_refused(const Subject& subject) {
  const Capabilities can = capabilities_of(subject);
  for (const AttributeSpec& spec : can.attributes) {
    if (spec.max_length == 0 || spec.local || spec.name == can.key) continue;
    SCOPED_TRACE(spec.name);
    World world(subject, 0);
    (void)world.list();
    Change change = world.creation(4);
    change.after->set(spec.name, filled(spec.max_length));
    (void)world.carry_out(change);
    Account desired;
    desired.key = change.key;
    desired.fields = *change.after;
    expect_served(world, world.target().canonical(desired));
    Change longer = world.creation(5);
    longer.after->set(spec.name, filled(spec.max_length + 1));
    EXPECT_EQ(error_of([&] { (void)world.carry_out(longer); }).kind, ErrorKind::kRejected);
    EXPECT_EQ(world.list().count(longer.key), 0U);
  }
}

void a_key_that_exists_is_never_doubled(const Subject& subject) {
  World world(subject, 2);
  (void)world.list();
  (void)world.carry_out(world.creation(1));
  EXPECT_EQ(world.list().count(world.person(1).key), 1U);
}

// The role does not exist: the change fails alone and leaves nobody behind.
void an_unknown_entitlement_is_refused(const Subject& subject) {
  const Capabilities can = capabilities_of(subject);
  for (const AttributeSpec& spec : can.attributes) {
    if (!spec.entitlement || !spec.returned) continue;
    SCOPED_TRACE(spec.name);
    World world(subject, 1);
    (void)world.list();
    Change change = world.creation(6);
    if (spec.is_multi) {
      change.after->set(spec.name, Texts{"no-such-value"});
    } else {
      change.after->set(spec.name, std::string("no-such-value"));
    }
    const ConnectorError error = error_of([&] { (void)world.carry_out(change); });
    EXPECT_FALSE(error.stops_target()) << error.what();
    EXPECT_EQ(world.list().count(change.key), 0U);
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
    Change change = world.change(Action::kUpdate, 2);
    change.fields = {name};
    change.after = Fields{};
    change.after->set(name, value);
    const Account before = *world.list().find(change.key);
    (void)world.carry_out(change);
    const Seen after = world.list();
    const Account* now = after.find(before.remote_id);
    ASSERT_NE(now, nullptr);
    Account desired = before;
    desired.fields.set(name, value);
    EXPECT_THAT(differing_fields(world.target().canonical(desired), {}, *now, world.can()),
                IsEmpty());
  }
}

void a_change_of_somebody_who_is_gone_is_not_a_success(const Subject& subject) {
  const auto& [name, value] = *other_value(subject);
  World world(subject, 3);
  Change change = world.change(Action::kUpdate, 2);
  change.fields = {name};
  change.after = Fields{};
  change.after->set(name, value);
  world.stage().edit(subject.remove(world.person(2)));
  const ConnectorError error = error_of([&] { (void)world.carry_out(change); });
  EXPECT_FALSE(error.stops_target()) << error.what();
}

// Two programs with the same people: each asks and creates as fast as it can.
void two_runs_at_once_double_nobody(const Subject& subject) {
  World world(subject, 1);
  (void)world.list();
  constexpr int kLast = 8;
  const auto run = [&](int first, int step) {
    HttpContext http(world.clock());
    const auto target = world.another(http);
    usher::test::CollectingSink sink;
    (void)target->list(sink);
    for (int n = 0; n < kLast; ++n) {
      const Change change = world.creation(1 + (first + n * step + kLast) % kLast);
      usher::test::RecordingSteps steps;
      try {
        (void)target->apply({&change, 1}, steps);
      } catch (const ConnectorError& error) {
        EXPECT_EQ(error.kind, ErrorKind::kConflict) << error.what();
      }
    }
  };
  std::thread other(run, kLast - 1, -1);
  run(0, 1);
  other.join();
  const Seen seen = world.list();
  for (int number = 1; number <= kLast; ++number)
    EXPECT_EQ(seen.count(world.person(number).key), 1U) << number;
}

bool can_change(const Subject& subject, const Capabilities& can) {
  return can.can_update && other_value(subject) != nullptr;
}
bool can_change_and_vanish(const Subject& subject, const Capabilities& can) {
  return can_change(subject, can) && subject.remove != nullptr && !can.upserts;
}

}  // namespace

std::vector<Case> write_cases() {
  return {
      {"WhoIsCreatedIsReadBackAsWanted", has_key, who_is_created_is_read_back_as_wanted},
      {"ManyAreCreatedOneAfterTheOther", has_key, many_are_created_one_after_the_other},
      {"NamesThatAreNotAsciiSurvive", has_key, names_that_are_not_ascii_survive},
      {"TheLongestValueIsTakenAndALongerOneRefused", has_key,
       the_longest_value_is_taken_and_a_longer_one_refused},
      {"AKeyThatExistsIsNeverDoubled", has_key, a_key_that_exists_is_never_doubled},
      {"AnUnknownEntitlementIsRefused", has_key, an_unknown_entitlement_is_refused},
      {"EveryAttributeThatCanChangeIsChangedAlone", can_change,
       every_attribute_that_can_change_is_changed_alone},
      {"AChangeOfSomebodyWhoIsGoneIsNotASuccess", can_change_and_vanish,
       a_change_of_somebody_who_is_gone_is_not_a_success},
      {"TwoRunsAtOnceDoubleNobody", has_key, two_runs_at_once_double_nobody},
  };
}

}  // namespace usher::contract
