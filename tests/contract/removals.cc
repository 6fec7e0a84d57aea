// Taking access away, and giving it back.

#include <nlohmann/json.hpp>

#include "tests/contract/suite.h"

namespace usher::contract {
namespace {

void settle_in(World& world, int number) {
  if (!world.subject().accept) return;
  const auto [verb, body] = world.subject().accept(world.person(number));
  world.stage().act(verb, body);
}

void who_is_deactivated_cannot_get_in(const Subject& subject) {
  World world(subject, 3);
  settle_in(world, 2);
  const Change change = world.change(Action::kDeactivate, 2);
  EXPECT_FALSE(is_powerless(world.list(), change.remote_id));
  (void)world.carry_out(change);
  const Seen seen = world.list();
  EXPECT_TRUE(seen.receipt.complete());
  EXPECT_TRUE(is_powerless(seen, change.remote_id));
  EXPECT_FALSE(is_powerless(seen, world.find(seen, 1)->remote_id));
  EXPECT_FALSE(is_powerless(seen, world.find(seen, 3)->remote_id));
}

void deactivating_twice_does_no_harm(const Subject& subject) {
  World world(subject, 3);
  settle_in(world, 2);
  const Change change = world.change(Action::kDeactivate, 2);
  (void)world.carry_out(change);
  EXPECT_NO_THROW((void)world.carry_out(change));
  EXPECT_TRUE(is_powerless(world.list(), change.remote_id));
}

void who_comes_back_is_reactivated(const Subject& subject) {
  World world(subject, 3);
  Change change = world.change(Action::kDeactivate, 2);
  (void)world.carry_out(change);
  change.action = Action::kReactivate;
  change.after = world.person(2).fields;
  (void)world.carry_out(change);
  EXPECT_FALSE(is_powerless(world.list(), change.remote_id));
  expect_served(world, 2, world.person(2));
}

void who_is_deleted_is_gone_and_can_be_made_anew(const Subject& subject) {
  World world(subject, 3);
  const Change change = world.change(Action::kDelete, 2);
  (void)world.carry_out(change);
  EXPECT_EQ(world.count(world.list(), 2), 0U);
  EXPECT_NO_THROW((void)world.carry_out(change)) << "a second time it is gone already";
  (void)world.carry_out(world.creation(2));
  EXPECT_EQ(world.count(world.list(), 2), 1U);
}

void an_open_invitation_is_revoked(const Subject& subject) {
  World world(subject, 0);
  (void)world.list();
  (void)world.carry_out(world.creation(5));
  const Change change = world.change(Action::kRevoke, 5);
  (void)world.carry_out(change);
  EXPECT_EQ(world.count(world.list(), 5), 0U);
  EXPECT_NO_THROW((void)world.carry_out(change));
}

void whoever_else_removed_them_a_removal_is_a_success(const Subject& subject) {
  const Action action =
      capabilities_of(subject).can_deactivate ? Action::kDeactivate : Action::kDelete;
  World world(subject, 3);
  const Change change = world.change(action, 2);
  world.stage().edit(subject.remove(*world.list().find(change.remote_id)));
  EXPECT_NO_THROW((void)world.carry_out(change));
  EXPECT_TRUE(is_powerless(world.list(), change.remote_id));
}

void whom_somebody_else_removed_can_be_made_anew(const Subject& subject) {
  World world(subject, 3);
  const Seen seen = world.list();
  world.stage().edit(subject.remove(*world.find(seen, 2)));
  ASSERT_EQ(world.count(world.list(), 2), 0U);
  (void)world.carry_out(world.creation(2));
  expect_served(world, 2, world.person(2));
}

void what_is_not_declared_is_refused_and_does_nothing(const Subject& subject) {
  const Capabilities can = capabilities_of(subject);
  const std::pair<Action, bool> actions[]{{Action::kDeactivate, can.can_deactivate},
                                          {Action::kDelete, can.can_delete},
                                          {Action::kReactivate, can.can_reactivate},
                                          {Action::kUpdate, can.can_update},
                                          {Action::kRevoke, can.can_revoke},
                                          {Action::kReinvite, can.can_reinvite},
                                          {Action::kAssign, can.assigns}};
  for (const auto& [action, is_declared] : actions) {
    if (is_declared) continue;
    SCOPED_TRACE(std::string(to_string(action)));
    World world(subject, 3);
    Change change = world.change(action, 2);
    change.after = change.before;
    const nlohmann::json before = world.state();
    EXPECT_EQ(error_of([&] { (void)world.carry_out(change); }).kind, ErrorKind::kUnsupported);
    EXPECT_EQ(world.state(), before);
  }
}

bool can_deactivate_here(const Subject&, const Capabilities& can) {
  return can.can_deactivate;
}
bool can_reactivate_here(const Subject& subject, const Capabilities& can) {
  return can_deactivate_here(subject, can) && can.can_reactivate;
}
bool can_delete_here(const Subject& subject, const Capabilities& can) {
  return has_key(subject, can) && can.can_delete;
}
bool can_revoke_here(const Subject& subject, const Capabilities& can) {
  return has_key(subject, can) && can.can_revoke;
}
bool can_vanish_and_return(const Subject& subject, const Capabilities& can) {
  return has_key(subject, can) && subject.remove != nullptr;
}
bool can_be_removed_by_others(const Subject& subject, const Capabilities& can) {
  return subject.remove != nullptr && (can.can_deactivate || can.can_delete);
}

}  // namespace

std::vector<Case> removal_cases() {
  return {
      {"WhoIsDeactivatedCannotGetIn", can_deactivate_here, who_is_deactivated_cannot_get_in},
      {"DeactivatingTwiceDoesNoHarm", can_deactivate_here, deactivating_twice_does_no_harm},
      {"WhoComesBackIsReactivated", can_reactivate_here, who_comes_back_is_reactivated},
      {"WhoIsDeletedIsGoneAndCanBeMadeAnew", can_delete_here,
       who_is_deleted_is_gone_and_can_be_made_anew},
      {"AnOpenInvitationIsRevoked", can_revoke_here, an_open_invitation_is_revoked},
      {"WhoeverElseRemovedThemARemovalIsASuccess", can_be_removed_by_others,
       whoever_else_removed_them_a_removal_is_a_success},
      {"WhomSomebodyElseRemovedCanBeMadeAnew", can_vanish_and_return,
       whom_somebody_else_removed_can_be_made_anew},
      {"WhatIsNotDeclaredIsRefusedAndDoesNothing", always,
       what_is_not_declared_is_refused_and_does_nothing},
  };
}

}  // namespace usher::contract
