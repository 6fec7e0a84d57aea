// Several sources in one target, several targets in one workspace.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/world.h"

namespace usher::e2e {
namespace {

using testing::HasSubstr;

/// The target `inbox`, once more under another name and with another scope.
std::string with_sibling(const World& world, std::string_view scope) {
  const std::string yaml = world.inbox_config();
  std::string sibling = replaced(yaml.substr(yaml.find("  inbox:")), "inbox:", "sibling:");
  return world.inbox_config("scope: 'id sw \"E000\"'") + sibling + "    scope: '" +
         std::string(scope) + "'\n";
}

TEST(NeighboursTest, ASecondSourceAddsPeopleWithIdsOfItsOwn) {
  World world(3);
  world.folder().write(
      "guests.csv", "id,mail,name,team,groups\nE0001,guest@northwind.example,Guest,Default,all\n");
  std::string yaml =
      replaced(world.inbox_config(),
               "targets:", "  guests: { type: csv, path: guests.csv, id: id }\ntargets:");
  world.configure(replaced(yaml, "source: staff", "source: [staff, guests]"));
  world.must(0, {"init"});
  const nlohmann::json target = target_of(world.report({"apply"}), "inbox");
  EXPECT_EQ(target.at("counts").at("applied"), 4);
  EXPECT_FALSE(change_of(target, "staff/E0001").is_null());
  EXPECT_FALSE(change_of(target, "guests/E0001").is_null());
  world.must(0, {"plan", "--detailed-exitcode"});
}

// never-again 37: two people, one address; the first source wins
TEST(NeighboursTest, ThePersonOfTheFirstSourceWinsASharedAddress) {
  World world(3);
  world.folder().write("guests.csv",
                       "id,mail,name,team,groups\nG1," + mail_of(2) + ",Guest,Default,all\n");
  std::string yaml =
      replaced(world.inbox_config(),
               "targets:", "  guests: { type: csv, path: guests.csv, id: id }\ntargets:");
  world.configure(replaced(yaml, "source: staff", "source: [staff, guests]"));
  world.must(0, {"init"});
  const nlohmann::json report = world.report({"apply"});
  const nlohmann::json target = target_of(report, "inbox");
  EXPECT_EQ(report.at("exit_code"), 5);
  EXPECT_EQ(target.at("counts").at("applied"), 3);
  EXPECT_EQ(target.at("counts").at("conflict"), 1);
  EXPECT_EQ(world.sandbox().invitations().at(mail_of(2)), 1);
}

// never-again 27
TEST(NeighboursTest, ASourceThatFailsTakesNobodyOfTheOtherAway) {
  World world(3);
  world.folder().write("guests.csv",
                       "id,mail,name,team,groups\nG1,guest@northwind.example,Guest,Default,all\n");
  std::string yaml =
      replaced(world.inbox_config(),
               "targets:", "  guests: { type: csv, path: guests.csv, id: id }\ntargets:");
  world.configure(replaced(yaml, "source: staff", "source: [staff, guests]"));
  world.must(0, {"init"});
  world.must(0, {"apply"});
  world.folder().write("guests.csv", "id,mail,name,team,groups\n");
  const nlohmann::json report = world.report({"apply"});
  EXPECT_EQ(report.at("exit_code"), 5);
  EXPECT_EQ(removals_in(target_of(report, "inbox")), 0);
}

TEST(NeighboursTest, TwoTargetsShareAWorkspaceWhenTheyShareNobody) {
  World world(15);
  world.configure(with_sibling(world, "id sw \"E001\""));
  world.must(0, {"init"});
  const nlohmann::json report = world.report({"apply"});
  EXPECT_EQ(report.at("exit_code"), 0);
  EXPECT_EQ(target_of(report, "inbox").at("counts").at("applied"), 9);
  EXPECT_EQ(target_of(report, "sibling").at("counts").at("applied"), 6);
  world.must(0, {"plan", "--detailed-exitcode"});
}

// never-again 43: never adopted, so never removed by the one while the other wants it
TEST(NeighboursTest, AnAccountOfASiblingTargetIsAConflictAndNeverAdopted) {
  World world(5);
  world.configure(with_sibling(world, "id eq \"E0003\""));
  world.must(0, {"init"});
  world.must(0, {"apply", "--target", "inbox"});
  const nlohmann::json report = world.report({"apply"});
  EXPECT_EQ(report.at("exit_code"), 5);
  const nlohmann::json sibling = target_of(report, "sibling");
  EXPECT_EQ(sibling.at("counts").at("conflict"), 1);
  EXPECT_EQ(sibling.at("counts").at("adopt"), 0);
  EXPECT_THAT(sibling.at("problems").dump(), HasSubstr("inbox"));
  EXPECT_EQ(world.sandbox().invitations().at(mail_of(3)), 1);
}

// The same in one run, where neither has a link before: promise 3, never a duplicate.
TEST(NeighboursTest, TwoTargetsThatWantOnePersonInOneRunSendOneMail) {
  World world(5);
  world.configure(with_sibling(world, "id eq \"E0003\""));
  world.must(0, {"init"});
  (void)world.report({"apply"});
  EXPECT_EQ(world.sandbox().invitations().at(mail_of(3)), 1);
}

}  // namespace
}  // namespace usher::e2e
