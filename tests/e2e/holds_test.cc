// Guards park, they do not block; and an approval releases exactly what was approved.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/e2e/world.h"

namespace usher::e2e {
namespace {

using testing::HasSubstr;

constexpr int kHeldPeople = 100;
constexpr int kLeavers = 30;
constexpr std::string_view kLimits = "limits:\n  removals: { percent: 10 }";

/// Hundred invited people, thirty of whom have left; one has come.
class HoldsTest : public testing::Test {
 protected:
  void SetUp() override {
    world.configure(world.inbox_config(kLimits));
    world.must(0, {"init"});
    world.must(0, {"apply"});
    world.set_people(people_csv(kHeldPeople - kLeavers) + person_row(kHeldPeople + 1));
  }

  /// `usher.yaml:LINE:COLUMN` of `percent`.
  [[nodiscard]] std::string place_of_limit() const {
    const std::string yaml = world.inbox_config(kLimits);
    const std::size_t at = yaml.find("percent: ");
    const auto line =
        1 + std::count(yaml.begin(), yaml.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    return "usher.yaml:" + std::to_string(line) + ":" + std::to_string(at - yaml.rfind('\n', at));
  }

  nlohmann::json apply_and_get_hold() {
    const nlohmann::json report = world.report({"apply"});
    EXPECT_EQ(report.at("exit_code"), 4);
    return target_of(report, "inbox").at("holds").at(0);
  }

  [[nodiscard]] std::size_t users() { return world.sandbox().users("northwind-eu").size(); }

  World world{kHeldPeople};
};

// never-again 68, 69, 71
TEST_F(HoldsTest, AboveTheLimitRemovalsAreHeldAndTheRestGoesOn) {
  const nlohmann::json target = target_of(world.report({"apply"}), "inbox");
  EXPECT_EQ(target.at("status"), "held");
  EXPECT_EQ(target.at("counts").at("held"), kLeavers);
  EXPECT_EQ(target.at("counts").at("applied"), 1) << "the joiner";
  const nlohmann::json& hold = target.at("holds").at(0);
  EXPECT_EQ(hold.at("class"), "removals");
  EXPECT_EQ(hold.at("count"), kLeavers);
  EXPECT_EQ(hold.at("limit"), "10 % of 100 = 10");
  EXPECT_EQ(hold.at("setting"), place_of_limit());
  EXPECT_EQ(hold.at("approve"), "usher apply --approve " + hold.at("hash").get<std::string>());
  EXPECT_EQ(hold.at("status"), "open");
}

TEST_F(HoldsTest, TheTextReportTellsNumbersPlaceAndCommand) {
  const Finished plan = world.usher({"plan"});
  EXPECT_EQ(plan.status, 4);
  EXPECT_THAT(plan.output, HasSubstr("10 % of 100 = 10"));
  EXPECT_THAT(plan.output, HasSubstr(place_of_limit()));
  EXPECT_THAT(plan.output, HasSubstr("usher apply --approve sha256:"));
}

TEST_F(HoldsTest, ExactlyTheLimitPasses) {
  world.set_people(people_csv(kHeldPeople - 10));
  const nlohmann::json report = world.report({"apply"});
  EXPECT_EQ(report.at("exit_code"), 0);
  EXPECT_EQ(target_of(report, "inbox").at("counts").at("revoke"), 10);
}

TEST_F(HoldsTest, AnApprovalReleasesThem) {
  const std::string hash = apply_and_get_hold().at("hash");
  EXPECT_THAT(world.usher({"holds"}).output, HasSubstr("10 % of 100 = 10"));
  world.must(0, {"approve", hash});
  world.must(0, {"apply"});
  EXPECT_EQ(users(), std::size_t{1 + kHeldPeople - kLeavers + 1});
  world.must(0, {"plan", "--detailed-exitcode"});
}

TEST_F(HoldsTest, TwelveDigitsGivenToApplyReleaseThemToo) {
  const std::string hash = target_of(world.report({"plan"}), "inbox").at("holds").at(0).at("hash");
  world.must(0, {"apply", "--approve", hash.substr(hash.find(':') + 1, 12)});
  EXPECT_EQ(users(), std::size_t{1 + kHeldPeople - kLeavers + 1});
}

// One of the thirty has come back, and another has left: neither is among what was approved.
TEST_F(HoldsTest, OnlyThoseThatAreStillTheSameAreReleased) {
  const std::string hash = apply_and_get_hold().at("hash");
  world.must(0, {"approve", hash});
  world.set_people(without(people_csv(kHeldPeople - kLeavers + 1), {1}) +
                   person_row(kHeldPeople + 1));
  const nlohmann::json target = target_of(world.report({"apply"}), "inbox");
  EXPECT_EQ(target.at("counts").at("revoke"), kLeavers);
  EXPECT_EQ(target.at("counts").at("applied"), kLeavers)
      << "29 approved ones, and one below the limit";
  EXPECT_TRUE(change_of(target, "E0071").is_null()) << "who came back stays";
}

TEST_F(HoldsTest, AnApprovalOfOneHoldDoesNotReleaseWhatCameAfterIt) {
  const std::string hash = apply_and_get_hold().at("hash");
  world.must(0, {"approve", hash});
  world.set_people(people_csv(50) + person_row(kHeldPeople + 1));
  const nlohmann::json target = target_of(world.report({"apply"}), "inbox");
  EXPECT_EQ(target.at("counts").at("applied"), kLeavers) << "those that were approved";
  EXPECT_EQ(target.at("counts").at("held"), 20) << "who left later";
}

TEST_F(HoldsTest, AHashThatNobodyKnowsReleasesNothing) {
  apply_and_get_hold();
  const Finished approve = world.usher({"approve", "0123456789abcdef"});
  EXPECT_EQ(approve.status, 1);
  EXPECT_THAT(approve.error, HasSubstr("there is no hold"));
  EXPECT_EQ(world.report({"apply", "--approve", "0123456789abcdef"}).at("exit_code"), 5);
  EXPECT_EQ(users(), std::size_t{1 + kHeldPeople + 1});
}

// never-again 10
TEST_F(HoldsTest, RemovalsThatTheConfigurationBringsAboutAreAlwaysHeld) {
  world.set_people(people_csv(kHeldPeople));
  world.configure(world.inbox_config("scope: 'id ne \"E0001\"'"));
  const nlohmann::json hold = apply_and_get_hold();
  EXPECT_EQ(hold.at("class"), "configuration");
  EXPECT_EQ(hold.at("count"), 1);
}

}  // namespace
}  // namespace usher::e2e
