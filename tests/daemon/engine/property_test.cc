// Worlds made at random: a dry run tells the truth, and a second run finds nothing to do.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "tests/daemon/engine/world.h"

namespace usher {
namespace {

bool chance(int percent) {
  return *rc::gen::inRange(0, 100) < percent;
}

template <typename T>
T one_of(const std::vector<T>& values) {
  return *rc::gen::elementOf(values);
}

Capabilities any_provider() {
  return one_of<int>({0, 1}) == 0 ? FakeTarget::inviting() : FakeTarget::managing();
}

/// People some of whom share keys, have accounts, or cannot be served.
void populate(World& world) {
  const int people = *rc::gen::inRange(0, 25);
  for (int i = 0; i < people; ++i) {
    const std::string id = fmt::format("p{:03}", i);
    const int owner = chance(5) ? std::max(0, i - 1) : i;  // sometimes the neighbour's address
    Person& person = world.directory.add(id, fmt::format("p{:03}@example.com", owner));
    person.attributes.set("level", {one_of<std::string>({"guest", "agent", "admin"})});
    if (chance(4)) person.fault = "ragged row";
    if (chance(4)) person.attributes.erase("mail");
    if (chance(20)) {
      world.target.add(chance(50) ? "P" + id.substr(1) + "@Example.com" : id + "@example.com",
                       one_of<AccountStatus>({AccountStatus::kActive, AccountStatus::kInvited}));
    }
  }
  for (int i = 0; i < *rc::gen::inRange(0, 3); ++i)
    world.target.add(fmt::format("stranger{}@example.com", i));
}

void change_directory(World& world) {
  for (std::size_t i = world.directory.people.size(); i-- > 0;) {
    Person& person = world.directory.people[i];
    if (chance(10)) {
      world.directory.remove(person.source_id);
    } else if (chance(10)) {
      person.attributes.set("mail", {person.source_id + "@new.example.com"});
    } else if (chance(10)) {
      person.attributes.set("level", {one_of<std::string>({"guest", "agent", "admin"})});
    } else if (chance(10)) {
      person.fault = person.fault.empty() ? "ragged row" : "";
    }
  }
  for (int i = 0; i < *rc::gen::inRange(0, 4); ++i) {
    world.directory.add(fmt::format("n{}{}", world.now(), i));
  }
  if (chance(10)) world.directory.incomplete = "a page is missing";
}

void change_target(World& world) {
  for (const std::string& key : world.target.keys()) {
    Account* account = world.target.account(key);
    if (account == nullptr) continue;
    if (chance(5)) {
      account->fields.set("role", one_of<std::string>({"guest", "agent", "admin"}));
    } else if (chance(5)) {
      account->status = one_of<AccountStatus>(
          {AccountStatus::kActive, AccountStatus::kInactive, AccountStatus::kInviteExpired});
    } else if (chance(3)) {
      world.target.erase(key);
    }
  }
}

/// What a plan means to do, or did: the same whatever became of it.
std::vector<std::string> operations(const TargetPlan& plan) {
  std::vector<std::string> lines;
  for (const Change& change : plan.plan.changes) {
    if (change.status == ChangeStatus::kHeld || change.status == ChangeStatus::kWaiting) continue;
    if (change.action == Action::kManual) continue;
    std::string line =
        fmt::format("{} {} {}", to_string(change.action), change.source_id, change.key);
    for (const std::string& field : change.fields) line += " " + field;
    lines.push_back(std::move(line));
  }
  return lines;
}

std::unique_ptr<World> arbitrary_world() {
  auto world = std::make_unique<World>(any_provider());
  populate(*world);
  if (chance(80)) {
    world->apply();
    world->pass(*rc::gen::inRange<std::int64_t>(0, 20 * kDay));
    change_directory(*world);
    change_target(*world);
  }
  return world;
}

// never-again 75, 76
RC_GTEST_PROP(WorldProperty, ADryRunTellsExactlyWhatApplyDoes, ()) {
  const auto world = arbitrary_world();
  const TargetPlan planned = world->plan();
  const std::size_t written = world->target.writes.size();
  const TargetPlan applied = world->apply();
  RC_ASSERT(operations(planned) == operations(applied));
  RC_ASSERT(planned.plan.hash == applied.plan.hash);
  RC_ASSERT(world->target.writes.size() >= written);
  for (const Change& change : applied.plan.changes)
    RC_ASSERT(change.status != ChangeStatus::kFailed);
}

// never-again 33, 86. Some things take more than one run: an account is only proven gone by a
// second list, and a key is only free when whoever had it has moved.
RC_GTEST_PROP(WorldProperty, EveryRunConvergesAndTheLastPlansNothing, ()) {
  const auto world = arbitrary_world();
  for (int i = 0; i < 4; ++i) RC_ASSERT(world->apply().plan.converged);
  const std::size_t written = world->target.writes.size();
  const TargetPlan last = world->apply();
  RC_LOG() << summary(last) << "\n" << problems(last);
  RC_ASSERT(operations(last).empty());
  RC_ASSERT(world->target.writes.size() == written);
}

// Where nobody interferes and nothing is held one run is enough.
RC_GTEST_PROP(WorldProperty, OfAFreshWorldTheSecondRunPlansNothing, ()) {
  World world(any_provider());
  populate(world);
  if (!world.apply().plan.holds.empty()) return;
  const TargetPlan second = world.apply();
  RC_LOG() << summary(second) << "\n" << problems(second);
  RC_ASSERT(operations(second).empty());
}

RC_GTEST_PROP(WorldProperty, APlanNeverWrites, ()) {
  const auto world = arbitrary_world();
  const std::vector<Link> links = world->store->all_links();
  const std::size_t history = world->store->history("", 10'000).size();
  const auto absences = world->store->absences("seats");
  (void)world->plan();
  RC_ASSERT(world->store->all_links() == links);
  RC_ASSERT(world->store->history("", 10'000).size() == history);
  RC_ASSERT(world->store->absences("seats").size() == absences.size());
}

// never-again 19, 37: whatever happens, nobody is touched whom we do not own, and nobody twice.
RC_GTEST_PROP(WorldProperty, StrangersStayAndNobodyHasTwoAccounts, ()) {
  const auto world = arbitrary_world();
  world->apply();
  world->apply();
  std::vector<std::string> keys = world->target.keys();
  for (std::string& key : keys)
    std::ranges::transform(key, key.begin(), [](unsigned char c) { return std::tolower(c); });
  std::ranges::sort(keys);
  RC_ASSERT(std::ranges::adjacent_find(keys) == keys.end());
  for (const std::string& write : world->target.writes)
    RC_ASSERT(write.find("stranger") == std::string::npos);
}

/// Every account is in exactly one of the counts.
RC_GTEST_PROP(WorldProperty, CountsAddUp, ()) {
  const auto world = arbitrary_world();
  const TargetPlan plan = world->plan();
  std::set<std::string> named;
  for (const Change& change : plan.plan.changes) {
    if (!change.remote_id.empty()) named.insert(change.remote_id);
  }
  RC_ASSERT(plan.plan.accounts >= plan.plan.unchanged + plan.plan.unmanaged_count + named.size());
  RC_ASSERT(count(plan.plan, ChangeStatus::kApplied) == 0U);
}

}  // namespace
}  // namespace usher
