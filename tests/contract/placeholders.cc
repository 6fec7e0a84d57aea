// Where accounts carry nothing of a person: many at once, and from one person to the next.

#include <nlohmann/json.hpp>
#include <set>

#include "tests/contract/suite.h"

namespace usher::contract {
namespace {

using nlohmann::json;

std::vector<Change> batch_of(World& world, std::size_t size) {
  std::vector<Change> changes;
  for (std::size_t i = 0; i < size; ++i)
    changes.push_back(world.creation(100 + static_cast<int>(i)));
  return changes;
}

void expect_batch(World& world, std::size_t size, const std::vector<Applied>& applied) {
  ASSERT_EQ(applied.size(), size);
  const Seen seen = world.list();
  EXPECT_TRUE(seen.receipt.complete());
  EXPECT_EQ(world.count(seen, 100), size) << "so many are new";
  std::set<std::string> ids;
  for (const Applied& each : applied) {
    EXPECT_TRUE(ids.insert(each.remote_id).second) << each.remote_id << " is given to two";
    EXPECT_NE(seen.find(each.remote_id), nullptr);
  }
}

void a_batch_gives_everybody_an_account(const Subject& subject) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{3}, capabilities_of(subject).batch}) {
    SCOPED_TRACE(size);
    World world(subject, 2);
    (void)world.list();
    expect_batch(world, size, world.carry_out(batch_of(world, size)));
  }
}

void a_batch_that_is_too_large_is_not_sent(const Subject& subject) {
  World world(subject, 2);
  (void)world.list();
  const std::vector<Change> changes = batch_of(world, world.can().batch + 1);
  const ConnectorError error = error_of([&] { (void)world.carry_out(changes); });
  EXPECT_FALSE(error.stops_target()) << error.what();
  EXPECT_EQ(world.count(world.list(), 100), 0U);
}

void a_lost_answer_to_a_batch_is_settled(const Subject& subject) {
  constexpr std::size_t kSize = 3;
  for (const char* action : {"lost_reply_after_commit", "lost_reply_before_commit", "cut_body"}) {
    for (int at = 0; at < 2; ++at) {
      SCOPED_TRACE(::testing::Message() << action << " at request " << at + 1);
      World world(subject, 2);
      (void)world.list();
      world.stage().fault(json{{"after", at}, {"action", action}}.dump());
      expect_batch(world, kSize, world.carry_out(batch_of(world, kSize)));
    }
  }
}

// Somebody else created one at the same moment: which are ours, nobody can tell, so no one guesses.
void strangers_are_not_taken_for_ours(const Subject& subject) {
  World world(subject, 2);
  const Seen before = world.list();
  const Change change = world.creation(100);
  world.stage().fault(R"({"after": 1, "action": "slow_reply", "hold": "ever"})");
  HttpContext http(world.clock());
  const auto other = world.another(http);
  usher::test::RecordingSteps steps;
  try {
    (void)world.target().apply({&change, 1}, steps);
    ADD_FAILURE() << "was answered";
  } catch (const ConnectorError& error) {
    EXPECT_EQ(error.kind, ErrorKind::kUnknownOutcome) << error.what();
  }
  world.stage().act("release", "{}");
  usher::test::RecordingSteps steps_of_other;
  (void)other->apply({&change, 1}, steps_of_other);
  const auto found = world.target().recover({{change}, "create", steps.last_context, world.now()});
  EXPECT_EQ(found.at(0).presence, Presence::kUnknown);
  EXPECT_EQ(world.list().accounts.size(), before.accounts.size() + 2);
}

void who_leaves_makes_room_for_the_next(const Subject& subject) {
  World world(subject, 3);
  Change change = world.change(Action::kDeactivate, 2);
  (void)world.carry_out(change);
  change.action = Action::kAssign;
  change.source_id = "P100";
  EXPECT_EQ(world.carry_out(change).remote_id, change.remote_id);
}

void what_is_in_use_is_given_to_nobody_else(const Subject& subject) {
  World world(subject, 3);
  const Change change = world.change(Action::kAssign, 2);
  const json before = world.state();
  EXPECT_EQ(error_of([&] { (void)world.carry_out(change); }).kind, ErrorKind::kConflict);
  EXPECT_EQ(world.state(), before);
}

bool takes_batches(const Subject& subject, const Capabilities& can) {
  return !has_key(subject, can) && can.batch > 1;
}
bool assigns(const Subject& subject, const Capabilities& can) {
  return !has_key(subject, can) && can.assigns;
}
bool is_keyless(const Subject& subject, const Capabilities& can) {
  return !has_key(subject, can);
}

}  // namespace

std::vector<Case> placeholder_cases() {
  return {
      {"ABatchGivesEverybodyAnAccount", takes_batches, a_batch_gives_everybody_an_account},
      {"ABatchThatIsTooLargeIsNotSent", takes_batches, a_batch_that_is_too_large_is_not_sent},
      {"ALostAnswerToABatchIsSettled", takes_batches, a_lost_answer_to_a_batch_is_settled},
      {"StrangersAreNotTakenForOurs", is_keyless, strangers_are_not_taken_for_ours},
      {"WhoLeavesMakesRoomForTheNext", assigns, who_leaves_makes_room_for_the_next},
      {"WhatIsInUseIsGivenToNobodyElse", assigns, what_is_in_use_is_given_to_nobody_else},
  };
}

}  // namespace usher::contract
