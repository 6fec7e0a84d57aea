// The whole loop, as an administrator goes through it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/world.h"

namespace usher::e2e {
namespace {

using testing::HasSubstr;

/// Requests that one run sends.
std::size_t requests_of(World& world, const std::vector<std::string>& arguments) {
  const std::size_t before = world.sandbox().requests();
  world.must(0, arguments);
  return world.sandbox().requests() - before;
}

// The plan is the truth: what it announces is sent, between the list that planned it and the list
// that looks again. Where that list is the read-back of a removal it is announced itself.
void expect_announced_requests(World& world, bool removes = false) {
  const std::size_t list = requests_of(world, {"plan"});
  const nlohmann::json announced = world.report({"plan"}).at("targets").at(0).at("requests");
  EXPECT_EQ(requests_of(world, {"apply"}), (removes ? 1 : 2) * list + announced.get<std::size_t>());
}

TEST(LoopTest, ThePlanAnnouncesTheRequestsOfInvitationsAndUpdates) {
  World world(5);
  world.must(0, {"init"});
  expect_announced_requests(world);
  world.set_people(replaced(people_csv(6), mail_of(3), "renamed@northwind.example"));
  expect_announced_requests(world);
  world.set_people(without(people_csv(6), {3}));
  expect_announced_requests(world, true);
}

TEST(LoopTest, ThePlanAnnouncesTheRequestsOfBatches) {
  World world(150);
  world.configure(world.phones_config());
  world.must(0, {"init"});
  expect_announced_requests(world);
  world.set_people(without(people_csv(150), {7}));
  expect_announced_requests(world, true);
}

// Differs, apply, clean, disturbed by hand, seen, apply, clean, nothing to do. never-again 33
TEST(LoopTest, WhatDiffersIsAppliedAndWhatIsDisturbedIsSeen) {
  World world(5);
  world.must(0, {"init"});
  world.must(2, {"plan", "--detailed-exitcode"});
  world.must(0, {"apply"});
  world.must(0, {"plan", "--detailed-exitcode"});

  world.sandbox().post(
      "edit", {{"workspace", "northwind-eu"}, {"email", mail_of(2)}, {"role", "collaborator"}});
  const nlohmann::json seen = world.report({"plan", "--detailed-exitcode"});
  EXPECT_EQ(seen.at("exit_code"), 2);
  const nlohmann::json change = change_of(target_of(seen, "inbox"), "E0002");
  EXPECT_EQ(change.at("cause"), "drift");
  EXPECT_EQ(change.at("before").at("role"), "collaborator");
  EXPECT_EQ(change.at("after").at("role"), "agent");

  world.must(0, {"apply"});
  const Finished clean = world.usher({"plan", "--detailed-exitcode"});
  EXPECT_EQ(clean.status, 0);
  EXPECT_THAT(clean.output, HasSubstr("nothing to do"));
}

// never-again 31: people are known by their id, not by their address
TEST(LoopTest, ANewAddressIsOneReinviteAndNoSecondPerson) {
  World world(5);
  world.must(0, {"init"});
  world.must(0, {"apply"});
  world.set_people(replaced(people_csv(5), mail_of(3), "renamed@northwind.example"));
  const nlohmann::json target = target_of(world.report({"apply"}), "inbox");
  EXPECT_EQ(target.at("counts").at("reinvite"), 1);
  EXPECT_EQ(target.at("counts").at("invite"), 0);
  world.must(0, {"plan", "--detailed-exitcode"});
  EXPECT_EQ(world.sandbox().users("northwind-eu").size(), 6U) << "five people and the owner";
}

// never-again 63: an open invitation is withdrawn when its person leaves
TEST(LoopTest, ALeaverWhoHasNotAcceptedIsRevoked) {
  World world(25);
  world.must(0, {"init"});
  world.must(0, {"apply"});
  world.set_people(without(people_csv(25), {7, 8}));
  const nlohmann::json target = target_of(world.report({"apply"}), "inbox");
  EXPECT_EQ(target.at("counts").at("revoke"), 2);
  EXPECT_EQ(target.at("counts").at("applied"), 2);
  world.must(0, {"plan", "--detailed-exitcode"});
  EXPECT_EQ(world.sandbox().users("northwind-eu").size(), 24U);
}

// A no-change run costs the list and its preamble; promise: no write.
TEST(LoopTest, ARunWithoutChangesSendsThreeReads) {
  World world(5);
  world.must(0, {"init"});
  world.must(0, {"apply"});
  const std::size_t requests = world.sandbox().requests();
  const std::size_t writes = world.sandbox().writes();
  world.must(0, {"apply"});
  EXPECT_EQ(world.sandbox().writes(), writes);
  EXPECT_LE(world.sandbox().requests() - requests, 4U) << "a page and at most three before it";
}

// "Apply is exactly what plan has shown", operation by operation.
TEST(LoopTest, ApplyDoesWhatPlanHasShown) {
  World world(25);
  world.must(0, {"init"});
  world.must(0, {"apply"});
  world.set_people(replaced(without(people_csv(28), {4}),
                            "E0009,p9@northwind.example,Person 9,Default",
                            "E0009,p9@northwind.example,Person 9,Sales"));
  const nlohmann::json planned = target_of(world.report({"plan"}), "inbox");
  const nlohmann::json applied = target_of(world.report({"apply"}), "inbox");
  ASSERT_EQ(planned.at("changes").size(), applied.at("changes").size());
  for (std::size_t i = 0; i < planned.at("changes").size(); ++i) {
    const auto& before = planned.at("changes").at(i);
    const auto& after = applied.at("changes").at(i);
    EXPECT_EQ(before.at("action"), after.at("action"));
    EXPECT_EQ(before.at("source_id"), after.at("source_id"));
    EXPECT_EQ(after.at("status"), "applied");
  }
}

}  // namespace
}  // namespace usher::e2e
