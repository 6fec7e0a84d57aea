// Memberships: written after everything else, many people's in one request.

#include "mapping/deferral.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/engine/world.h"

namespace usher {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class MembershipTest : public testing::Test {
 protected:
  MembershipTest() {
    world.config.policy.limits.removals_percent.value = 100;
    world.hire(3);
    for (const char* id : {"p001", "p002", "p003"}) join(id, {"app-crm", "staff"});
  }

  void join(const std::string& id, Texts groups) {
    world.directory.person(id).attributes.set("groups", std::move(groups));
  }
  Texts groups_of(const std::string& key) {
    const Account* account = world.target.account(key + "@example.com");
    const Value* groups = account != nullptr ? account->fields.find("groups") : nullptr;
    return groups != nullptr ? std::get<Texts>(*groups) : Texts{"(none)"};
  }

  World world{FakeTarget::grouping()};
};

TEST_F(MembershipTest, OfNewPeopleAreWrittenTogetherWhenEverybodyIsThere) {
  EXPECT_TRUE(world.apply().plan.converged);
  EXPECT_THAT(world.target.writes, ElementsAre("create p001@example.com", "create p002@example.com",
                                               "create p003@example.com", "groups 2", "groups 1"));
  EXPECT_THAT(groups_of("p002"), ElementsAre("app-crm"));
  EXPECT_THAT(world.plan().plan.changes, IsEmpty());
}

// A column or a setting that went missing takes nobody out of a group.
TEST_F(MembershipTest, StayWhereTheSourceSaysNothingOfGroups) {
  world.apply();
  for (const char* id : {"p001", "p002", "p003"}) {
    world.directory.person(id).attributes.erase("groups");
  }
  const TargetPlan plan = world.plan();
  EXPECT_EQ(summary(plan), "");
  ASSERT_FALSE(plan.plan.problems.empty());
  EXPECT_THAT(plan.plan.problems[0].message, HasSubstr("does not say who is in which group"));
  for (const char* id : {"p001", "p002", "p003"}) world.directory.person(id).has_groups = true;
  EXPECT_EQ(world.plan().plan.changes.size(), 3U) << "to be in none is an answer";
}

TEST_F(MembershipTest, ThePlanCountsTheRequestsThatPeopleShare) {
  join("p003", {"app-crm", "app-wiki"});
  EXPECT_EQ(world.plan().plan.requests, 3 + 2 + 1);  // people, app-crm twice, app-wiki
}

TEST_F(MembershipTest, ThatIsRefusedStopsNobodyElse) {
  join("p002", {"app-none"});
  world.target.refused_group = "app-none";
  const TargetPlan plan = world.apply();
  EXPECT_EQ(change_of(plan, "p002").status, ChangeStatus::kFailed);
  EXPECT_THAT(change_of(plan, "p002").error,
              HasSubstr("create was carried out, but not groups: no group app-none"));
  EXPECT_EQ(change_of(plan, "p001").status, ChangeStatus::kApplied);
  EXPECT_THAT(groups_of("p001"), ElementsAre("app-crm"));
  EXPECT_EQ(summary(world.plan()), "update p002@example.com");
}

TEST_F(MembershipTest, IsMadeUpForWhenUsherDiedBeforeIt) {
  world.target.fail_writes(WriteFault::kCrashBeforeCommit, 3);
  EXPECT_THROW(world.apply(), Crash);
  EXPECT_THAT(groups_of("p001"), ElementsAre("(none)"));
  world.apply();
  EXPECT_THAT(groups_of("p001"), ElementsAre("app-crm"));
  EXPECT_EQ(world.target.size(), 3U);
  EXPECT_THAT(world.plan().plan.changes, IsEmpty());
}

TEST_F(MembershipTest, WhoseAnswerIsLostIsLookedUpForEachPerson) {
  world.target.fail_writes(WriteFault::kLostAfterCommit, 3);
  EXPECT_TRUE(world.apply().plan.converged);
  EXPECT_THAT(world.store->unsettled("seats"), IsEmpty());
}

TEST_F(MembershipTest, OfAnAdoptedAccountIsAllThatIsSent) {
  world.directory.people.resize(1);
  world.target.add("p001@example.com");
  join("p001", {"app-crm"});
  world.map("");
  EXPECT_TRUE(world.apply().plan.converged);
  EXPECT_THAT(world.target.writes, ElementsAre("groups 1"));
  EXPECT_EQ(world.link("p001")->origin, Origin::kAdopted);
}

TEST_F(MembershipTest, ThatEndsIsARemovalAndSaysWhatGoesWithIt) {
  world.apply();
  join("p001", {"staff"});
  const Change change = change_of(world.plan(), "p001");
  EXPECT_TRUE(change.lowers_entitlement);
  EXPECT_THAT(change.reason, HasSubstr("An empty group is deleted"));
  world.apply();
  EXPECT_THAT(groups_of("p001"), IsEmpty());
  EXPECT_EQ(world.store->removals_of_target("seats", 0), 1U);
}

TEST_F(MembershipTest, ThatTheTargetKeepsIsNotTakenForGone) {
  join("p001", {"app-crm", "app-wiki", "app-mail"});
  world.apply();
  world.target.rewrite = [](const std::string& field, const Value& value) {
    return field == "groups" ? Value(Texts{"app-crm", "app-wiki"}) : value;
  };
  join("p001", {"app-crm"});
  for (int run = 0; run < 4; ++run) {
    const TargetPlan plan = world.apply();
    EXPECT_EQ(plan.plan.status, TargetStatus::kPartial);
    EXPECT_THAT(problems(plan), HasSubstr("app-crm, app-wiki"));
  }
}

// A group that all have left is deleted, where the configuration says so.
TEST_F(MembershipTest, IsGivenBeforeOthersAreTaken) {
  join("p003", {"staff"});
  world.apply();
  join("p001", {"staff"});
  join("p002", {"staff"});
  join("p003", {"app-crm"});
  std::vector<Texts> seen;
  world.target.after_write = [&] { seen.push_back(groups_of("p003")); };
  EXPECT_TRUE(world.apply().plan.converged);
  EXPECT_THAT(seen, ElementsAre(Texts{"app-crm"}, Texts{"app-crm"}));
  EXPECT_THAT(groups_of("p001"), IsEmpty());
  EXPECT_THAT(groups_of("p002"), IsEmpty());
}

TEST_F(MembershipTest, StaysAsItIsWhereTheGroupsAreUnread) {
  world.apply();
  world.directory.person("p001").attributes.erase("groups");
  world.directory.person("p001").unread = {"groups"};
  EXPECT_THAT(world.plan().plan.changes, IsEmpty());
}

TEST_F(MembershipTest, WaitsForTheChangeItBelongsTo) {
  world.target.fail_writes(WriteFault::kRejected, 1);
  const TargetPlan plan = world.apply();
  EXPECT_EQ(change_of(plan, "p002").status, ChangeStatus::kFailed);
  EXPECT_THAT(change_of(plan, "p002").error, HasSubstr("400 bad"));
  EXPECT_EQ(world.target.writes.back(), "groups 2");
}

}  // namespace
}  // namespace usher
