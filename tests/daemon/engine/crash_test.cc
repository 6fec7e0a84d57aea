// usher dies between any two steps and is started again: the end is the same as if it had not died.
//
// A `Crash` goes through the engine like a power cut: nothing of it catches what is not a
// ConnectorError, so the state on disk is that of a process that was killed at this point.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/daemon/engine/world.h"
#include "tests/support/temp_dir.h"

namespace usher {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

struct CrashCase {
  const char* name;
  Capabilities can;
  std::function<void(World&)> before;  ///< brings the world to the point before the run that dies
  int requests;                        ///< how many writes that run makes
};

void settled(World& world, int people = 30) {
  world.hire(people);
  world.apply();
}

const std::vector<CrashCase>& cases() {
  static const std::vector<CrashCase> cases{
      {"Invite", FakeTarget::inviting(), [](World& world) { world.hire(3); }, 3},
      {"Create", FakeTarget::managing(), [](World& world) { world.hire(3); }, 3},
      {"Revoke", FakeTarget::inviting(),
       [](World& world) {
         settled(world);
         world.directory.remove("p001");
         world.directory.remove("p002");
       },
       2},
      {"Deactivate", FakeTarget::managing(),
       [](World& world) {
         settled(world);
         world.directory.remove("p001");
         world.directory.remove("p002");
       },
       2},
      {"Update", FakeTarget::inviting(),
       [](World& world) {
         settled(world);
         world.directory.person("p001").attributes.set("level", {"admin"});
         world.directory.person("p002").attributes.set("level", {"guest"});
       },
       2},
      {"Reinvite", FakeTarget::inviting(),
       [](World& world) {
         settled(world);
         world.directory.person("p001").attributes.set("mail", {"new@example.com"});
       },
       2},
      {"Expired", FakeTarget::inviting(),
       [](World& world) {
         settled(world);
         world.target.account("p001@example.com")->status = AccountStatus::kInviteExpired;
         world.pass(8 * kDay);
       },
       1},
      {"Withdrawal", FakeTarget::inviting(),
       [](World& world) {
         settled(world);
         world.config.policy.invitations.expired = ExpiredInvitation::kRevoke;
         world.target.account("p001@example.com")->status = AccountStatus::kInviteExpired;
       },
       1},
      {"AdoptAndRepair", FakeTarget::inviting(),
       [](World& world) {
         world.hire(2);
         world.target.add("p001@example.com");
       },
       2},
      {"Placeholders", FakeTarget::placeholders(), [](World& world) { world.hire(5); }, 2},
      {"Disconnect", FakeTarget::placeholders(),
       [](World& world) {
         settled(world);
         for (const char* id : {"p001", "p002"}) {
           world.target.account(world.link(id)->remote_id)->usable = true;
           world.directory.remove(id);
         }
       },
       2},
  };
  return cases;
}

/// What must not depend on how often usher died: the accounts, and who owns which.
std::string end_of(World& world) {
  std::string text;
  for (const std::string& key : world.target.keys()) text += key + "\n";
  for (const Link& link : world.store->links("seats")) {
    const Account* account = world.target.account(link.remote_id);
    text += link.source_id + (link.released_at != 0 ? " released " : " ") +
            (link.withdrawn_at != 0 ? "withdrawn " : "");
    if (account != nullptr) {
      text += account->key + " " + std::string(to_string(account->status)) +
              (account->usable ? "" : " unused");
      if (const Value* role = account->fields.find("role")) text += " " + to_text(*role);
    }
    text += "\n";
  }
  return text;
}

class CrashTest : public testing::TestWithParam<CrashCase> {
 protected:
  static std::unique_ptr<World> make() {
    auto world = std::make_unique<World>(GetParam().can);
    GetParam().before(*world);
    world->target.writes.clear();
    return world;
  }

  /// Runs until nothing is left to do; nobody needs more than two more runs.
  static void finish(World& world) {
    world.apply();
    world.apply();
    EXPECT_EQ(world.apply().plan.status, TargetStatus::kInSync) << problems(world.plan());
    EXPECT_THAT(world.store->unsettled("seats"), IsEmpty());
  }
};

TEST_P(CrashTest, EndsAsIfItHadNotHappened) {
  const auto undisturbed = make();
  finish(*undisturbed);
  for (const WriteFault fault : {WriteFault::kCrashBeforeCommit, WriteFault::kCrashAfterCommit}) {
    for (int at = 0; at < GetParam().requests; ++at) {
      const auto world = make();
      world->target.fail_writes(fault, at);
      EXPECT_THROW(world->apply(), Crash) << "request " << at;
      finish(*world);
      EXPECT_EQ(end_of(*world), end_of(*undisturbed)) << "request " << at;
    }
  }
}

TEST_P(CrashTest, MailsNobodyTwice) {
  for (int at = 0; at < GetParam().requests; ++at) {
    const auto world = make();
    world->target.fail_writes(WriteFault::kCrashAfterCommit, at);
    EXPECT_THROW(world->apply(), Crash);
    finish(*world);
    std::vector<std::string> writes = world->target.writes;
    std::erase_if(writes, [](const std::string& write) { return !write.starts_with("invite "); });
    std::ranges::sort(writes);
    EXPECT_EQ(std::ranges::adjacent_find(writes), writes.end()) << "request " << at;
  }
}

TEST_P(CrashTest, LostAnswersEndTheSameWay) {
  const auto undisturbed = make();
  finish(*undisturbed);
  for (const WriteFault fault : {WriteFault::kLostBeforeCommit, WriteFault::kLostAfterCommit}) {
    for (int at = 0; at < GetParam().requests; ++at) {
      const auto world = make();
      world->target.fail_writes(fault, at);
      world->apply();
      finish(*world);
      EXPECT_EQ(end_of(*world), end_of(*undisturbed)) << "request " << at;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AtEveryRequest, CrashTest, testing::ValuesIn(cases()),
                         [](const auto& test) { return std::string(test.param.name); });

// The same with a real file that another process opens after the crash.
TEST(CrashOnDiskTest, TheIntentIsThereWhenTheStateIsOpenedAgain) {
  const TempDir dir;
  Store::create(dir / "state.db");
  World world;
  world.store = std::make_unique<Store>(dir / "state.db", Store::Access::kWrite);
  world.hire(2);
  world.target.fail_writes(WriteFault::kCrashAfterCommit, 1);
  EXPECT_THROW(world.apply(), Crash);
  world.store.reset();
  world.store = std::make_unique<Store>(dir / "state.db", Store::Access::kWrite);
  ASSERT_THAT(world.store->unsettled("seats"), SizeIs(1));
  EXPECT_EQ(world.store->unsettled("seats")[0].change.key, "p002@example.com");
  world.apply();
  EXPECT_THAT(world.store->links("seats"), SizeIs(2));
  EXPECT_THAT(world.target.writes, SizeIs(2));
}

TEST(CrashOnDiskTest, WhoLeavesWhileTheirInvitationIsInDoubtIsRevoked) {
  World world;
  world.hire(30);
  world.target.fail_writes(WriteFault::kCrashAfterCommit, 29);
  EXPECT_THROW(world.apply(), Crash);
  world.directory.remove("p030");
  EXPECT_EQ(summary(world.apply()), "revoke p030@example.com (applied)");
  EXPECT_EQ(world.target.account("p030@example.com"), nullptr);
}

}  // namespace
}  // namespace usher
