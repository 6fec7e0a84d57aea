// Placeholders carry nothing of a person: when the answer to a batch is lost and somebody else made
// users meanwhile, only a human can tell whose are whose.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/world.h"

namespace usher::e2e {
namespace {

using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::SizeIs;

class LostBatchTest : public testing::Test {
 protected:
  void SetUp() override {
    world.configure(world.phones_config());
    world.must(0, {"init"});
    const std::size_t before = world.sandbox().users("northwind-field").size();
    world.sandbox().fault(
        {{"match", {{"method", "POST"}, {"path", "/workspaces/northwind-field/users"}}},
         {"action", "slow_reply"},
         {"hold", "gate"}});
    Process apply(world.command({"apply"}));
    world.sandbox().wait_for_held();
    apply.send_signal(9);
    apply.wait();
    world.sandbox().clear_faults();
    world.sandbox().post("edit", {{"workspace", "northwind-field"},
                                  {"add", {{"email", "stranger@agency.example"}}}});
    const nlohmann::json users = world.sandbox().users("northwind-field");
    ASSERT_EQ(users.size(), before + 4) << users.dump(1);
    for (std::size_t at = before; at < users.size(); ++at)
      new_ids.push_back(users[at].at("user_id").dump());
  }

  [[nodiscard]] std::vector<std::string> states() const {
    const nlohmann::json report =
        nlohmann::json::parse(world.usher({"links", "list", "--format", "json"}).output);
    std::vector<std::string> states;
    for (const nlohmann::json& link : report.at("links")) states.push_back(link.at("state"));
    return states;
  }

  World world{3};
  std::vector<std::string> new_ids;
};

TEST_F(LostBatchTest, NothingIsSentAgainAndTheReportNamesTheCure) {
  const nlohmann::json report = world.report({"apply"});
  EXPECT_EQ(report.at("exit_code"), 5);
  const nlohmann::json target = target_of(report, "phones");
  EXPECT_EQ(target.at("counts").at("undecided"), 3) << target.dump(1);
  EXPECT_THAT(target.at("problems").dump(), HasSubstr("usher links move E0001 --target phones"));
  EXPECT_EQ(world.sandbox().users("northwind-field").size(), new_ids.size() + 1);
  EXPECT_THAT(states(), AllOf(SizeIs(3), Each("outcome unknown")));
}

TEST_F(LostBatchTest, AHumanNamesTheAccountsAndTheNextPlanIsEmpty) {
  world.must(0, {"links", "move", "E0001", "--account", new_ids[0], "--dry-run"});
  EXPECT_THAT(states(), Each("outcome unknown"));
  for (int number = 1; number <= 3; ++number) {
    world.must(0, {"links", "move", "E000" + std::to_string(number), "--target", "phones",
                   "--account", new_ids[static_cast<std::size_t>(number - 1)]});
  }
  EXPECT_THAT(states(), AllOf(SizeIs(3), Each("live")));
  world.must(0, {"plan", "--detailed-exitcode"});
  world.must(0, {"apply"});
  world.must(0, {"state", "check"});
}

TEST_F(LostBatchTest, TwoPeopleAreNotGivenOneAccount) {
  world.must(0, {"links", "move", "E0001", "--account", new_ids[0]});
  world.must(1, {"links", "move", "E0002", "--account", new_ids[0]});
  EXPECT_THAT(states(), testing::ElementsAre("live", "outcome unknown", "outcome unknown"));
}

TEST_F(LostBatchTest, AHumanGivesThemUpAndTheyAreMadeAnew) {
  for (const char* person : {"E0001", "E0002", "E0003"}) {
    world.must(0, {"links", "drop", person, "--target", "phones"});
  }
  EXPECT_THAT(states(), testing::IsEmpty());
  world.must(0, {"apply"});
  EXPECT_THAT(states(), AllOf(SizeIs(3), Each("live")));
}

// Who left in the meantime may have an account all the same.
TEST_F(LostBatchTest, WhoLeftIsStillReported) {
  world.set_people(without(people_csv(3), {2}));
  const nlohmann::json target = target_of(world.report({"plan"}), "phones");
  EXPECT_THAT(target.at("problems").dump(), HasSubstr("usher links move E0002"));
  EXPECT_EQ(target.at("status"), "partial");
}

}  // namespace
}  // namespace usher::e2e
