#include "tests/contract/writes.h"

#include <fmt/format.h>

#include "mapping/difference.h"

namespace usher::contract {
namespace {

constexpr int kNewcomer = 7;
constexpr int kMoved = 2;

bool can_update(const Subject& subject, const Capabilities& can) {
  return can.can_update && other_value(subject) != nullptr;
}
bool can_deactivate(const Subject&, const Capabilities& can) {
  return can.can_deactivate;
}
bool can_reactivate(const Subject&, const Capabilities& can) {
  return can.can_deactivate && can.can_reactivate;
}
bool can_delete(const Subject&, const Capabilities& can) {
  return can.can_delete;
}
bool can_revoke(const Subject&, const Capabilities& can) {
  return can.can_revoke;
}

Change prepare_creation(World& world) {
  (void)world.list();
  return world.creation(kNewcomer);
}

void expect_created(World& world, const Change& change) {
  expect_served(world, kNewcomer, world.person(kNewcomer));
  if (change.key.empty()) return;
  EXPECT_LE(world.mails(change.key), 1U) << "one joining, one mail";
}

Change prepare_update(World& world) {
  const auto& [name, value] = *other_value(world.subject());
  return world.update(kMoved, name, value);
}

void expect_updated(World& world, const Change& change) {
  const Seen seen = world.list();
  const Account* now = seen.find(change.remote_id);
  ASSERT_NE(now, nullptr);
  Account desired = *now;
  desired.fields = *change.after;
  EXPECT_THAT(differing_fields(world.target().canonical(desired), {}, *now, world.can()),
              ::testing::IsEmpty());
}

Change prepare_deactivation(World& world) {
  return world.change(Action::kDeactivate, kMoved);
}

void expect_powerless(World& world, const Change& change) {
  const Seen seen = world.list();
  EXPECT_TRUE(seen.receipt.complete());
  EXPECT_TRUE(is_powerless(seen, change.remote_id));
}

// Who comes back has another name or role meanwhile, where such things can be changed.
Change prepare_reactivation(World& world) {
  Change change = prepare_deactivation(world);
  (void)world.carry_out(change);
  change.action = Action::kReactivate;
  change.after = change.before;
  if (!can_update(world.subject(), world.can())) return change;
  const auto& [name, value] = *other_value(world.subject());
  change.fields = {name};
  change.after->set(name, value);
  return change;
}

void expect_back(World& world, const Change& change) {
  const Seen seen = world.list();
  EXPECT_FALSE(is_powerless(seen, change.remote_id));
  EXPECT_EQ(world.count(seen, kMoved), 1U);
  if (!change.fields.empty()) expect_updated(world, change);
}

Change prepare_deletion(World& world) {
  return world.change(Action::kDelete, kMoved);
}

void expect_gone(World& world, const Change& change) {
  const Seen seen = world.list();
  EXPECT_TRUE(seen.receipt.complete());
  EXPECT_EQ(seen.find(change.remote_id), nullptr);
}

Change prepare_revocation(World& world) {
  (void)world.list();
  (void)world.carry_out(world.creation(kNewcomer));
  return world.change(Action::kRevoke, kNewcomer);
}

}  // namespace

std::vector<Write> writes() {
  return {
      {"Creation", always, prepare_creation, expect_created},
      {"Update", can_update, prepare_update, expect_updated},
      {"Deactivation", can_deactivate, prepare_deactivation, expect_powerless},
      {"Reactivation", can_reactivate, prepare_reactivation, expect_back},
      {"Deletion", can_delete, prepare_deletion, expect_gone},
      {"Revocation", can_revoke, prepare_revocation, expect_gone},
  };
}

std::size_t requests_of(const Write& write, const Subject& subject) {
  World world(subject, kPeople);
  const Change change = write.prepare(world);
  const std::size_t before = world.requests();
  (void)world.carry_out(change);
  const std::size_t requests = world.requests() - before;
  write.expect_done(world, change);
  return requests;
}

void expect_no_harm(World& world, const Change& change) {
  const Seen seen = world.list();
  EXPECT_TRUE(seen.receipt.complete()) << ::testing::PrintToString(seen.receipt.reasons);
  for (const int number : {1, kPeople}) {
    const Account* bystander = world.find(seen, number);
    ASSERT_NE(bystander, nullptr) << "person " << number;
    EXPECT_EQ(bystander->status, AccountStatus::kActive) << "person " << number;
    EXPECT_EQ(world.count(seen, number), 1U) << "person " << number;
  }
  EXPECT_LE(world.count(seen, is_creation(change) ? kNewcomer : kMoved), 1U);
}

std::vector<Case> cases_of_writes(const std::string& name,
                                  const std::function<void(const Write&, const Subject&)>& run) {
  std::vector<Case> cases;
  for (const Write& write : writes()) {
    cases.push_back({fmt::format(fmt::runtime(name), write.name), write.applies,
                     [write, run](const Subject& subject) { run(write, subject); }});
  }
  return cases;
}

}  // namespace usher::contract
