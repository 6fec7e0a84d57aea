#include "daemon/engine/plan_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/daemon/engine/world.h"
#include "tests/support/temp_dir.h"

namespace usher {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::int64_t kSavedAt = 1'800'000'000;

class PlanFileTest : public testing::Test {
 protected:
  PlanFileTest() {
    config_.file = "usher.yaml";
    config_.hash = "hash";
  }

  void save(const Plan& plan) { save_plan(path_, {plan}, config_, kSavedAt); }

  static Plan plan() {
    World world;
    world.hire(2);
    return world.plan().plan;
  }

  std::string refusal(std::int64_t now = kSavedAt) {
    try {
      (void)load_plan(path_, config_, now);
    } catch (const PlanFileError& error) {
      return error.what();
    }
    ADD_FAILURE() << "was loaded";
    return {};
  }

  TempDir dir_;
  std::string path_ = dir_ / "plan.json";
  Config config_;
};

TEST_F(PlanFileTest, HoldsWhatWasPlannedAndNothingElse) {
  Plan some = plan();
  some.changes[1].status = ChangeStatus::kHeld;
  save(some);
  const SavedPlan saved = load_plan(path_, config_, kSavedAt);
  ASSERT_THAT(saved.targets.at("seats"), SizeIs(1));
  EXPECT_EQ(identity_line(saved.targets.at("seats")[0]), identity_line(some.changes[0]));
}

TEST_F(PlanFileTest, IsReadableByItsOwnerOnly) {
  save(plan());
  struct stat info {};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);
}

TEST_F(PlanFileTest, IsGoodForADay) {
  save(plan());
  EXPECT_NO_THROW((void)load_plan(path_, config_, kSavedAt + kDay));
  EXPECT_THAT(refusal(kSavedAt + kDay + 1), HasSubstr("24 h"));
}

TEST_F(PlanFileTest, IsGoodForOneConfiguration) {
  save(plan());
  config_.hash = "another";
  EXPECT_THAT(refusal(), HasSubstr("another configuration"));
}

TEST_F(PlanFileTest, WhatIsNoPlanIsRefused) {
  EXPECT_THAT(refusal(), HasSubstr("usher plan --save"));
  for (const char* text : {"", "{", "[]", "{\"usher_plan\": 2}", "{\"usher_plan\": 1}", "null"}) {
    dir_.write("plan.json", text);
    EXPECT_NE(refusal(), "") << text;
  }
}

}  // namespace
}  // namespace usher
