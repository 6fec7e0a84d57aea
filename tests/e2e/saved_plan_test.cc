// A plan that somebody has read, saved, and carries out later.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/e2e/world.h"

namespace usher::e2e {
namespace {

using testing::HasSubstr;

class SavedPlanTest : public testing::Test {
 protected:
  void SetUp() override {
    world.must(0, {"init"});
    world.must(0, {"plan", "--save", plan});
  }

  World world{5};
  const std::string plan = world.folder() / "monday.plan";
};

TEST_F(SavedPlanTest, IsCarriedOut) {
  const nlohmann::json report = world.report({"apply", "--plan", plan});
  EXPECT_EQ(report.at("exit_code"), 0);
  EXPECT_EQ(target_of(report, "inbox").at("counts").at("applied"), 5);
}

TEST_F(SavedPlanTest, CanBeReadByItsOwnerOnly) {
  struct stat file {};
  ASSERT_EQ(::stat(plan.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600U);
}

TEST_F(SavedPlanTest, WhatIsNewIsNotDone) {
  world.set_people(people_csv(6));
  const nlohmann::json target = target_of(world.report({"apply", "--plan", plan}), "inbox");
  EXPECT_EQ(target.at("counts").at("applied"), 5);
  EXPECT_FALSE(world.sandbox().invitations().contains(mail_of(6)));
}

TEST_F(SavedPlanTest, WhatIsNoLongerPlannedIsSkipped) {
  world.set_people(people_csv(4));
  const nlohmann::json report = world.report({"apply", "--plan", plan});
  const nlohmann::json target = target_of(report, "inbox");
  EXPECT_EQ(report.at("exit_code"), 5);
  EXPECT_EQ(target.at("counts").at("applied"), 4);
  EXPECT_EQ(change_of(target, "E0005").at("status"), "skipped");
  EXPECT_FALSE(world.sandbox().invitations().contains(mail_of(5)));
}

TEST_F(SavedPlanTest, WhatIsPlannedDifferentlyNowIsNotDone) {
  world.set_people(replaced(people_csv(5), mail_of(2), "other@northwind.example"));
  const nlohmann::json report = world.report({"apply", "--plan", plan});
  EXPECT_EQ(report.at("exit_code"), 5);
  EXPECT_EQ(world.sandbox().invitations().size(), 4U);
}

TEST_F(SavedPlanTest, IsRefusedUnderAnotherConfiguration) {
  world.configure(replaced(world.inbox_config(), "agent ]", "collaborator ]"));
  const Finished run = world.usher({"apply", "--plan", plan});
  EXPECT_NE(run.status, 0);
  EXPECT_THAT(run.error, HasSubstr("another configuration"));
  EXPECT_EQ(world.sandbox().writes(), 0U);
}

TEST_F(SavedPlanTest, AFileThatIsNoPlanIsRefused) {
  const Finished run = world.usher({"apply", "--plan", world.folder().write("bad.plan", "{}")});
  EXPECT_NE(run.status, 0);
  EXPECT_THAT(run.error, HasSubstr("bad.plan"));
  EXPECT_EQ(world.sandbox().writes(), 0U);
}

}  // namespace
}  // namespace usher::e2e
