// A server that lies, stutters, cuts its answers and loses them.

#include <functional>
#include <nlohmann/json.hpp>

#include "tests/contract/suite.h"

namespace usher::contract {
namespace {

using nlohmann::json;

int some_people(const Subject& subject) {
  return subject.page > 0 ? subject.page + 1 : 3;
}

std::size_t requests_of_a_list(const Subject& subject) {
  World world(subject, some_people(subject));
  const std::size_t before = world.requests();
  (void)world.list();
  return world.requests() - before;
}

/// A disturbed list fails, says that it is not complete, or is right all the same.
void expect_no_false_list(const Subject& subject, json fault, std::size_t at) {
  SCOPED_TRACE(::testing::Message() << fault.dump() << " at request " << at + 1);
  World whole(subject, some_people(subject));
  const Seen truth = whole.list();
  World world(subject, some_people(subject));
  fault["after"] = at;
  fault["times"] = 0;
  world.stage().fault(fault.dump());
  try {
    const Seen seen = world.list();
    if (!seen.receipt.complete()) return;
    EXPECT_EQ(seen.accounts.size(), truth.accounts.size());
    for (const Account& account : truth.accounts) {
      const Account* found = seen.find(account.remote_id);
      ASSERT_NE(found, nullptr) << account.remote_id << " is missing, and nothing says so";
      EXPECT_EQ(found->key, account.key);
    }
  } catch (const ConnectorError&) {
    // Said aloud: nothing is removed.
  }
}

void a_disturbed_list_is_never_a_shorter_one(const Subject& subject) {
  std::vector<json> faults{
      {{"action", "status"}, {"status", 500}},
      {{"action", "status"}, {"status", 404}},
      {{"action", "status"}, {"status", 502}, {"shape", "html"}},
      {{"action", "html_403"}},
      {{"action", "error_in_ok"}},
      {{"action", "cut_body"}},
      {{"action", "cut_body"}, {"chunked", true}},
      {{"action", "lost_reply_before_commit"}},
      {{"action", "extra_members"}},
      {{"action", "wrong_json_type"}},
  };
  for (const std::string& member : subject.row_members) {
    faults.push_back(
        {{"action", "wrong_json_type"}, {"members", {member}}, {"value", json::array()}});
    faults.push_back({{"action", "null_members"}, {"members", {member}}});
    faults.push_back({{"action", "missing_members"}, {"members", {member}}});
  }
  if (subject.page > 0) {
    faults.push_back({{"action", "empty_list"}});
    faults.push_back({{"action", "missing_page"}, {"page", 1}, {"page_size", 2}});
  }
  const std::size_t requests = requests_of_a_list(subject);
  for (const json& fault : faults) {
    for (std::size_t at = 0; at < requests; ++at) expect_no_false_list(subject, fault, at);
  }
}

void a_list_survives_one_bad_moment(const Subject& subject) {
  for (const char* fault :
       {R"({"action": "status", "status": 503})", R"({"action": "lost_reply_before_commit"})",
        R"({"action": "lost_reply_after_commit"})"}) {
    SCOPED_TRACE(fault);
    World world(subject, 3);
    world.stage().fault(fault);
    EXPECT_TRUE(world.list().receipt.complete());
  }
}

/// Whether an action that was disturbed at one of its requests ends as if it had not been.
using Act = std::function<void(World&)>;
using Check = std::function<void(World&)>;

void disturb_every_request(const Subject& subject, const Act& act, const Check& check) {
  World calm(subject, 3);
  (void)calm.list();
  const std::size_t before = calm.requests();
  act(calm);
  check(calm);
  const std::size_t requests = calm.requests() - before;
  for (const char* action : {"lost_reply_after_commit", "lost_reply_before_commit", "cut_body"}) {
    for (std::size_t at = 0; at < requests; ++at) {
      SCOPED_TRACE(::testing::Message()
                   << action << " at request " << at + 1 << " of " << requests);
      World world(subject, 3);
      (void)world.list();
      world.stage().fault(json{{"after", at}, {"action", action}}.dump());
      act(world);
      check(world);
    }
  }
}

void a_lost_answer_never_makes_two(const Subject& subject) {
  disturb_every_request(
      subject, [](World& world) { (void)world.carry_out(world.creation(7)); },
      [](World& world) {
        const Seen seen = world.list();
        EXPECT_EQ(seen.count(world.person(7).key), 1U);
        EXPECT_EQ(seen.count(world.person(1).key), 1U);
      });
}

void a_lost_answer_to_an_update_is_settled(const Subject& subject) {
  const auto& [name, value] = *other_value(subject);
  disturb_every_request(
      subject,
      [&](World& world) {
        const Lookup found = world.target().find({"", world.person(2).key});
        if (found.presence != Presence::kPresent) return (void)world.list();
        Change change;
        change.action = Action::kUpdate;
        change.remote_id = found.account.remote_id;
        change.key = found.account.key;
        change.fields = {name};
        change.after = Fields{};
        change.after->set(name, value);
        (void)world.carry_out(change);
      },
      [&](World& world) { EXPECT_EQ(world.list().count(world.person(2).key), 1U); });
}

void a_lost_answer_to_a_removal_is_settled(const Subject& subject) {
  const Capabilities can = capabilities_of(subject);
  const Action action = can.can_deactivate ? Action::kDeactivate : Action::kDelete;
  disturb_every_request(
      subject,
      [&](World& world) {
        const Lookup found = world.target().find({"", world.person(2).key});
        if (found.presence != Presence::kPresent) return;
        Change change;
        change.action = action;
        change.remote_id = found.account.remote_id;
        change.key = found.account.key;
        (void)world.carry_out(change);
      },
      [&](World& world) {
        const Seen seen = world.list();
        EXPECT_EQ(seen.count(world.person(1).key), 1U);
        EXPECT_EQ(seen.count(world.person(3).key), 1U);
      });
}

void a_server_error_to_a_creation_is_looked_up(const Subject& subject) {
  for (const bool is_carried_out : {false, true}) {
    SCOPED_TRACE(is_carried_out ? "carried out" : "not carried out");
    World world(subject, 2);
    (void)world.list();
    const std::size_t before = world.requests();
    (void)world.carry_out(world.creation(8));
    const std::size_t requests = world.requests() - before;
    for (std::size_t at = 0; at < requests; ++at) {
      World again(subject, 2);
      (void)again.list();
      again.stage().fault(
          json{{"after", at}, {"action", "status"}, {"status", 500}, {"commit", is_carried_out}}
              .dump());
      (void)again.carry_out(again.creation(8));
      EXPECT_EQ(again.list().count(again.person(8).key), 1U) << "at request " << at + 1;
    }
  }
}

void silence_ends_and_is_settled(const Subject& subject) {
  World world(subject, 2);
  (void)world.list();
  world.stage().fault(R"({"action": "slow_reply", "hold": "for-ever"})");
  (void)world.carry_out(world.creation(8));
  world.stage().act("release", "{}");
  EXPECT_EQ(world.list().count(world.person(8).key), 1U);
}

void every_429_is_waited_for(const Subject& subject) {
  for (const std::string& limit : subject.limits) {
    SCOPED_TRACE(limit);
    World world(subject, 2);
    world.stage().fault(limit);
    EXPECT_TRUE(world.list().receipt.complete());
    world.stage().fault(limit);
    (void)world.carry_out(world.creation(8));
    EXPECT_EQ(world.list().count(world.person(8).key), 1U);
  }
}

void a_limit_that_does_not_end_is_said(const Subject& subject) {
  for (const std::string& limit : subject.limits) {
    SCOPED_TRACE(limit);
    World world(subject, 2);
    (void)world.list();
    json fault = json::parse(limit);
    fault["times"] = 0;
    world.stage().fault(fault.dump());
    const ConnectorError error = error_of([&] { (void)world.carry_out(world.creation(8)); });
    EXPECT_EQ(error.kind, ErrorKind::kRateLimited) << error.what();
  }
}

void what_becomes_visible_late_is_not_made_twice(const Subject& subject) {
  World world(subject, 2);
  (void)world.list();
  world.stage().act("switches", subject.delay);
  world.stage().fault(R"({"action": "lost_reply_after_commit"})");
  try {
    (void)world.carry_out(world.creation(8));
  } catch (const std::exception&) {
    // Not known yet: the engine looks again when the window has passed.
  }
  (void)world.clock().sleep_for(std::chrono::seconds(5), {});
  EXPECT_LE(world.list().count(world.person(8).key), 1U);
}

bool can_change_by_key(const Subject& subject, const Capabilities& can) {
  return has_key(subject, can) && can.can_update && other_value(subject) != nullptr;
}
bool can_remove(const Subject& subject, const Capabilities& can) {
  return has_key(subject, can) && (can.can_deactivate || can.can_delete);
}
bool is_limited(const Subject& subject, const Capabilities& can) {
  return has_key(subject, can) && !subject.limits.empty();
}
bool can_be_late(const Subject& subject, const Capabilities& can) {
  return has_key(subject, can) && !subject.delay.empty();
}

}  // namespace

std::vector<Case> disturbance_cases() {
  return {
      {"ADisturbedListIsNeverAShorterOne", always, a_disturbed_list_is_never_a_shorter_one},
      {"AListSurvivesOneBadMoment", always, a_list_survives_one_bad_moment},
      {"ALostAnswerNeverMakesTwo", has_key, a_lost_answer_never_makes_two},
      {"ALostAnswerToAnUpdateIsSettled", can_change_by_key, a_lost_answer_to_an_update_is_settled},
      {"ALostAnswerToARemovalIsSettled", can_remove, a_lost_answer_to_a_removal_is_settled},
      {"AServerErrorToACreationIsLookedUp", has_key, a_server_error_to_a_creation_is_looked_up},
      {"SilenceEndsAndIsSettled", has_key, silence_ends_and_is_settled},
      {"Every429IsWaitedFor", is_limited, every_429_is_waited_for},
      {"ALimitThatDoesNotEndIsSaid", is_limited, a_limit_that_does_not_end_is_said},
      {"WhatBecomesVisibleLateIsNotMadeTwice", can_be_late,
       what_becomes_visible_late_is_not_made_twice},
  };
}

}  // namespace usher::contract
