// Taking access away, and giving it back.

#include "tests/contract/suite.h"

namespace usher::contract {
namespace {

/// Gone, or there and of no use.
bool is_powerless(const Seen& seen, const std::string& remote_id) {
  const Account* account = seen.find(remote_id);
  return account == nullptr || account->status == AccountStatus::kInactive || !account->usable;
}

void settle_in(World& world, int number) {
  if (!world.subject().accept) return;
  const auto [verb, body] = world.subject().accept(world.person(number));
  world.stage().act(verb, body);
}

void who_is_deactivated_cannot_get_in(const Subject& subject) {
  World world(subject, 3);
  settle_in(world, 2);
  const Change change = world.change(Action::kDeactivate, 2);
  (void)world.carry_out(change);
  const Seen seen = world.list();
  EXPECT_TRUE(seen.receipt.complete());
  EXPECT_TRUE(is_powerless(seen, change.remote_id));
  EXPECT_FALSE(is_powerless(seen, seen.find(world.person(1).key)->remote_id));
  EXPECT_FALSE(is_powerless(seen, seen.find(world.person(3).key)->remote_id));
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
  const Seen seen = world.list();
  EXPECT_FALSE(is_powerless(seen, change.remote_id));
  EXPECT_EQ(seen.count(change.key), 1U);
}

void who_is_deleted_is_gone_and_can_be_made_anew(const Subject& subject) {
  World world(subject, 3);
  const Change change = world.change(Action::kDelete, 2);
  (void)world.carry_out(change);
  EXPECT_EQ(world.list().count(change.key), 0U);
  EXPECT_NO_THROW((void)world.carry_out(change)) << "a second time it is gone already";
  (void)world.carry_out(world.creation(2));
  EXPECT_EQ(world.list().count(change.key), 1U);
}

void an_open_invitation_is_revoked(const Subject& subject) {
  World world(subject, 0);
  (void)world.list();
  (void)world.carry_out(world.creation(5));
  const Change change = world.change(Action::kRevoke, 5);
  (void)world.carry_out(change);
  EXPECT_EQ(world.list().count(change.key), 0U);
  EXPECT_NO_THROW((void)world.carry_out(change));
}

void what_is_not_declared_is_refused_and_does_nothing(const Subject& subject) {
  const Capabilities can = capabilities_of(subject);
  const std::pair<Action, bool> removals[]{{Action::kDeactivate, can.can_deactivate},
                                           {Action::kDelete, can.can_delete},
                                           {Action::kReactivate, can.can_reactivate}};
  for (const auto& [action, is_declared] : removals) {
    if (is_declared) continue;
    SCOPED_TRACE(std::string(to_string(action)));
    World world(subject, 3);
    const std::size_t before = world.list().accounts.size();
    const Change change = world.change(action, 2);
    EXPECT_EQ(error_of([&] { (void)world.carry_out(change); }).kind, ErrorKind::kUnsupported);
    EXPECT_EQ(world.list().accounts.size(), before);
  }
}

// Owners, and whoever we are logged in as, are marked, so that nothing is ever planned for them.
void the_accounts_of_the_seed_are_free_and_owners_are_not(const Subject& subject) {
  World world(subject, 3);
  const Seen seen = world.list();
  for (int number = 1; number <= 3; ++number)
    EXPECT_EQ(seen.find(world.person(number).key)->untouchable, "");
}

bool can_deactivate(const Subject& subject, const Capabilities& can) {
  return has_key(subject, can) && can.can_deactivate;
}
bool can_reactivate(const Subject& subject, const Capabilities& can) {
  return can_deactivate(subject, can) && can.can_reactivate;
}
bool can_delete(const Subject& subject, const Capabilities& can) {
  return has_key(subject, can) && can.can_delete;
}
bool can_revoke(const Subject& subject, const Capabilities& can) {
  return has_key(subject, can) && can.can_revoke;
}

}  // namespace

std::vector<Case> removal_cases() {
  return {
      {"WhoIsDeactivatedCannotGetIn", can_deactivate, who_is_deactivated_cannot_get_in},
      {"DeactivatingTwiceDoesNoHarm", can_deactivate, deactivating_twice_does_no_harm},
      {"WhoComesBackIsReactivated", can_reactivate, who_comes_back_is_reactivated},
      {"WhoIsDeletedIsGoneAndCanBeMadeAnew", can_delete,
       who_is_deleted_is_gone_and_can_be_made_anew},
      {"AnOpenInvitationIsRevoked", can_revoke, an_open_invitation_is_revoked},
      {"WhatIsNotDeclaredIsRefusedAndDoesNothing", has_key,
       what_is_not_declared_is_refused_and_does_nothing},
      {"OrdinaryAccountsAreFree", has_key, the_accounts_of_the_seed_are_free_and_owners_are_not},
  };
}

}  // namespace usher::contract
