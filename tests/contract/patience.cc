// A server that wants us to wait: limits, silence, lost sessions, and what becomes visible late.

#include <nlohmann/json.hpp>

#include "tests/contract/writes.h"

namespace usher::contract {
namespace {

using nlohmann::json;

void every_429_is_waited_for(const Subject& subject) {
  for (const std::string& limit : subject.limits) {
    SCOPED_TRACE(limit);
    World world(subject, 2);
    world.stage().fault(limit);
    EXPECT_TRUE(world.list().receipt.complete());
  }
}

// 429 means *not done*: it may be sent again, whatever it is.
void a_429_is_waited_for(const Write& write, const Subject& subject) {
  const std::size_t requests = requests_of(write, subject);
  for (const std::string& limit : subject.limits) {
    for (std::size_t at = 0; at < requests; ++at) {
      SCOPED_TRACE(::testing::Message() << limit << " at request " << at + 1);
      World world(subject, kPeople);
      const Change change = write.prepare(world);
      json fault = json::parse(limit);
      fault["after"] = at;
      world.stage().fault(fault.dump());
      EXPECT_NO_THROW((void)world.carry_out(change));
      write.expect_done(world, change);
    }
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

void silence_ends_and_is_settled(const Subject& subject) {
  const Write creation = writes().front();
  const std::size_t requests = requests_of(creation, subject);
  for (std::size_t at = 0; at < requests; ++at) {
    SCOPED_TRACE(::testing::Message() << "silence at request " << at + 1);
    World world(subject, kPeople);
    const Change change = creation.prepare(world);
    world.stage().fault(json{{"after", at}, {"action", "slow_reply"}, {"hold", "ever"}}.dump());
    (void)world.carry_out(change);
    world.stage().act("release", "{}");
    creation.expect_done(world, change);
    expect_no_harm(world, change);
  }
}

void a_lost_session_is_opened_anew(const Subject& subject) {
  for (const auto& [verb, body] : subject.lose_session) {
    SCOPED_TRACE(body);
    World world(subject, some_people(subject));
    const Seen before = world.list();
    world.stage().act(verb, body);
    const Seen after = world.list();
    EXPECT_TRUE(after.receipt.complete());
    EXPECT_EQ(after.accounts.size(), before.accounts.size());
  }
}

void a_session_lost_before_a_write_is_opened_anew(const Write& write, const Subject& subject) {
  for (const auto& [verb, body] : subject.lose_session) {
    SCOPED_TRACE(body);
    World world(subject, kPeople);
    const Change change = write.prepare(world);
    world.stage().act(verb, body);
    EXPECT_NO_THROW((void)world.carry_out(change));
    write.expect_done(world, change);
  }
}

// Not known yet is not absent: the engine looks again when the window has passed.
void what_becomes_visible_late_is_not_made_twice(const Subject& subject) {
  for (const char* fault : {"", R"({"action": "lost_reply_after_commit"})"}) {
    SCOPED_TRACE(fault);
    World world(subject, 2);
    (void)world.list();
    world.stage().act("switches", subject.delay);
    if (*fault != 0) world.stage().fault(fault);
    try {
      (void)world.carry_out(world.creation(8));
    } catch (const std::exception&) {
      // It was made, but that cannot be seen.
    }
    (void)world.clock().sleep_for(std::chrono::seconds(5), {});
    expect_served(world, 8, world.person(8));
    EXPECT_LE(world.mails(world.person(8).key), 1U);
  }
}

bool is_limited(const Subject& subject, const Capabilities&) {
  return !subject.limits.empty();
}
bool has_sessions(const Subject& subject, const Capabilities&) {
  return !subject.lose_session.empty();
}
bool can_be_late(const Subject& subject, const Capabilities& can) {
  return has_key(subject, can) && !subject.delay.empty();
}

/// Those of `cases` that are about something the subject has.
std::vector<Case> where(const std::function<bool(const Subject&, const Capabilities&)>& has,
                        std::vector<Case> cases) {
  for (Case& each : cases) {
    each.applies = [has, applies = each.applies](const Subject& subject, const Capabilities& can) {
      return has(subject, can) && applies(subject, can);
    };
  }
  return cases;
}

}  // namespace

std::vector<Case> patience_cases() {
  std::vector<Case> cases{
      {"Every429OfAListIsWaitedFor", is_limited, every_429_is_waited_for},
      {"ALimitThatDoesNotEndIsSaid", is_limited, a_limit_that_does_not_end_is_said},
      {"SilenceEndsAndIsSettled", always, silence_ends_and_is_settled},
      {"ALostSessionIsOpenedAnew", has_sessions, a_lost_session_is_opened_anew},
      {"WhatBecomesVisibleLateIsNotMadeTwice", can_be_late,
       what_becomes_visible_late_is_not_made_twice},
  };
  for (const auto& more :
       {where(is_limited, cases_of_writes("Every429Of{}IsWaitedFor", a_429_is_waited_for)),
        where(has_sessions, cases_of_writes("ASessionLostBefore{}IsOpenedAnew",
                                            a_session_lost_before_a_write_is_opened_anew))}) {
    cases.insert(cases.end(), more.begin(), more.end());
  }
  return cases;
}

}  // namespace usher::contract
