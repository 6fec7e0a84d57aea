// The remote side moves too.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/engine/finish.h"
#include "tests/daemon/engine/world.h"

namespace usher {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class RemoteTest : public testing::Test {
 protected:
  explicit RemoteTest(Capabilities can = FakeTarget::inviting()) : world(std::move(can)) {
    world.hire(10);
    world.apply();
    world.accept_all();
  }
  World world;
};

// never-again 67: missing from two complete lists of two runs.
TEST_F(RemoteTest, AVanishedAccountIsRecreatedAfterTheSecondList) {
  world.target.erase("p001@example.com");
  EXPECT_EQ(summary(world.apply()), "");
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "invite p001@example.com (applied)");
  EXPECT_EQ(change_of(plan, "p001").cause, Cause::kDrift);
}

TEST_F(RemoteTest, APlanDoesNotCountAsARun) {
  world.target.erase("p001@example.com");
  (void)world.plan();
  EXPECT_EQ(summary(world.plan()), "");
  EXPECT_EQ(summary(world.apply()), "");
}

TEST_F(RemoteTest, AnAccountThatTurnsUpAgainStartsFromTheBeginning) {
  const Account kept = *world.target.account("p001@example.com");
  world.target.erase("p001@example.com");
  world.apply();
  Link before = *world.link("p001");
  EXPECT_NE(before.missing_since, 0);
  const std::string id = world.target.add("p001@example.com", AccountStatus::kActive, kept.fields);
  before.remote_id = id;
  world.store->put_link(before);
  world.apply();
  EXPECT_EQ(world.link("p001")->missing_since, 0);
}

TEST_F(RemoteTest, ASecondTimeWithinThirtyDaysIsOnlyReported) {
  for (int i = 0; i < 2; ++i) {
    world.target.erase("p001@example.com");
    world.apply();
    world.apply();
  }
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "");
  EXPECT_THAT(problems(plan), HasSubstr("vanished again within 30 days"));
  EXPECT_EQ(plan.plan.status, TargetStatus::kInSync);
  world.pass(30 * kDay);
  world.apply();
  EXPECT_EQ(summary(world.apply()), "invite p001@example.com (applied)");
}

TEST_F(RemoteTest, VanishedReportLeavesItAtThat) {
  world.config.policy.vanished = Vanished::kReport;
  world.target.erase("p001@example.com");
  world.apply();
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "");
  EXPECT_THAT(problems(plan), HasSubstr("vanished: report"));
}

// A list that has lost a leaver's account by mistake must not cost the link that removes it.
TEST_F(RemoteTest, ALeaverWhoIsMissingFromOneListIsStillOurs) {
  world.directory.remove("p001");
  const Account kept = *world.target.account("p001@example.com");
  world.target.erase("p001@example.com");
  world.apply();
  ASSERT_TRUE(world.link("p001"));
  Link moved = *world.link("p001");
  moved.remote_id = world.target.add(kept.key, kept.status, kept.fields);
  world.store->put_link(moved);
  const TargetPlan plan = world.apply();
  EXPECT_EQ(change_of(plan, "p001").action, Action::kManual);
  EXPECT_EQ(plan.plan.status, TargetStatus::kHeld);
  EXPECT_EQ(world.link("p001")->missing_since, 0);
}

TEST_F(RemoteTest, WhomSomebodyElseSuspendedIsAWarningAndNotWoken) {
  world.target.account("p001@example.com")->status = AccountStatus::kInactive;
  const TargetPlan plan = world.apply();
  EXPECT_EQ(summary(plan), "");
  EXPECT_THAT(problems(plan), HasSubstr("warning p001:"));
  EXPECT_EQ(plan.plan.status, TargetStatus::kInSync);
}

TEST_F(RemoteTest, ALeaverWhomSomebodyElseSuspendedIsReleasedWithoutARequest) {
  world.directory.remove("p001");
  world.target.account("p001@example.com")->status = AccountStatus::kInactive;
  EXPECT_EQ(summary(world.apply()), "");
  EXPECT_NE(world.link("p001")->released_at, 0);
}

// ── a provider that can be asked for one account ───────────────────────────────────────────────

class LookUpTest : public RemoteTest {
 protected:
  LookUpTest() : RemoteTest(FakeTarget::managing()) {}
};

/// Lists all but one, whom it still finds when asked.
class Forgetful : public FakeTarget {
 public:
  using FakeTarget::FakeTarget;
  Listing list(AccountSink& sink) override {
    class Filter : public AccountSink {
     public:
      Filter(AccountSink& to, std::string left_out) : to_(to), left_out_(std::move(left_out)) {}
      void account(Account account) override {
        if (account.key != left_out_) to_.account(std::move(account));
      }
      void problem(Problem problem) override { to_.problem(std::move(problem)); }

     private:
      AccountSink& to_;
      std::string left_out_;
    } filter(sink, forgotten);
    return FakeTarget::list(filter);
  }
  std::string forgotten;
};

TEST_F(LookUpTest, AVanishedAccountIsLookedUpByIdAndRecreatedOnce) {
  world.target.erase("p001@example.com");
  EXPECT_EQ(summary(world.apply()), "create p001@example.com (applied)");
  EXPECT_GE(world.target.find_count, 1);
}

TEST_F(LookUpTest, WhomTheListLacksButTheLookUpFindsIsUnchanged) {
  Forgetful target(FakeTarget::managing());
  Link link;
  link.target = "seats";
  link.source = "staff";
  link.id_attribute = world.source_config.id_attribute;
  const auto store = Store::in_memory();
  for (const Person& person : world.directory.people) {
    link.source_id = person.source_id;
    link.key = person.source_id + "@example.com";
    link.remote_id = target.add(link.key, AccountStatus::kActive);
    target.account(link.remote_id)->fields.set("role", std::string("agent"));
    store->put_link(link);
  }
  target.forgotten = "p001@example.com";
  std::map<std::string, SourceReading> sources;
  sources.emplace("staff",
                  read_people(world.source_config, world.directory, std::nullopt, std::nullopt));
  const PlanRequest request{world.config, target, sources,      *store, world.now(),
                            {},           true,   std::nullopt, "",     {}};
  TargetPlan plan = plan_target(request);
  finish_plan(plan, target.can);
  EXPECT_EQ(summary(plan), "");
  EXPECT_EQ(plan.plan.unchanged, 10U);
  target.find_fails = true;
  plan = plan_target(request);
  EXPECT_THAT(plan.candidates, IsEmpty());
  EXPECT_EQ(plan.plan.undecided, 1U);
}

TEST_F(LookUpTest, WithReactivateAlwaysASuspensionIsUndone) {
  world.config.policy.reactivate_always = true;
  world.target.account("p001@example.com")->status = AccountStatus::kInactive;
  EXPECT_EQ(summary(world.apply()), "reactivate p001@example.com (applied)");
}

}  // namespace
}  // namespace usher
