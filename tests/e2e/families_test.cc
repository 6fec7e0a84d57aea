// One target of the configuration, many targets of the run.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/world.h"

namespace usher::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr int kWorkspaces = 500;

std::string slug(int number) {
  return fmt::format("customer-{:03}", number);
}

/// As many workspaces of one partner, ten seats each.
std::string partner_seed() {
  nlohmann::json workspaces = nlohmann::json::array();
  nlohmann::json names = nlohmann::json::array();
  for (int i = 1; i <= kWorkspaces; ++i) {
    const std::string owner = fmt::format("{}-{}@partners.timelines.ai", 9000 + i, slug(i));
    workspaces.push_back(
        {{"id", slug(i)},
         {"display_name", slug(i)},
         {"seats", 10},
         {"users", {{{"user_id", 9000 + i}, {"email", owner}, {"role", "owner"}}}}});
    names.push_back(slug(i));
  }
  const nlohmann::json partner = {
      {"id", "northwind-partner"}, {"secret", World::kPartnerSecret}, {"workspaces", names}};
  return nlohmann::json{{"workspaces", workspaces}, {"partners", {partner}}}.dump();
}

/// Two people for each customer.
std::string customers_csv() {
  std::string csv = "id,name,customer\n";
  for (int i = 1; i <= kWorkspaces; ++i) {
    csv += fmt::format("E{0:03}a,Ann {0},{1}\nE{0:03}b,Bob {0},{1}\n", i, slug(i));
  }
  return csv;
}

std::string workspaces_csv(int first = 1) {
  std::string csv = "slug\n";
  for (int i = first; i <= kWorkspaces; ++i) csv += slug(i) + "\n";
  return csv;
}

/// The partner's twenty lines.
std::string partner_config(const World& world) {
  return R"(version: 1
state: state.db
credentials:
  partner: { partner_id: northwind-partner, partner_secret: { env: E2E_PARTNER_SECRET } }
templates:
  customer:
    connector: timelines_partner
    credential: partner
    source: staff
    rate: off
    map: { label: "${name}" }
    leavers: { do: deactivate }
    url: )" +
         world.sandbox_url("timelines_partner") + R"(
sources:
  staff: { type: csv, path: people.csv, id: id }
targets:
  customers:
    extends: customer
    for_each: { csv: workspaces.csv, name: "${slug}" }
    workspace: "${slug}"
    scope: 'customer eq "${slug}"'
)";
}

class PartnerTest : public ::testing::Test {
 protected:
  PartnerTest() {
    world_.folder().write("workspaces.csv", workspaces_csv());
    world_.set_people(customers_csv());
    world_.configure(partner_config(world_));
  }
  World world_{partner_seed()};
};

TEST_F(PartnerTest, FiveHundredWorkspacesArePlannedAppliedAndInSync) {
  world_.must(0, {"check"});
  world_.must(0, {"init"});
  const nlohmann::json planned = world_.report({"plan"});
  ASSERT_EQ(planned.at("targets").size(), 500U);
  EXPECT_EQ(planned.at("targets").at(0).at("name"), "customers/customer-001");
  EXPECT_EQ(planned.at("targets").at(499).at("counts").at("planned"), 2);
  world_.must(0, {"apply"});

  const Finished second = world_.usher({"plan", "--detailed-exitcode"});
  EXPECT_EQ(second.status, 0) << second.output << second.error;
  EXPECT_THAT(second.output, HasSubstr("500 targets in sync"));
  EXPECT_LT(std::ranges::count(second.output, '\n'), 20) << second.output;

  world_.set_people(replaced(customers_csv(), "E042b,Bob 42,customer-042\n", ""));
  const Finished third = world_.usher({"plan"});
  EXPECT_THAT(third.output, HasSubstr("499 targets in sync"));
  EXPECT_THAT(third.output, HasSubstr("CHANGES  customers/customer-042"));
  EXPECT_THAT(third.output, Not(HasSubstr("CHANGES  customers/customer-041")));
}

TEST_F(PartnerTest, AFamilyOrAMemberCanBeAskedFor) {
  world_.must(0, {"init"});
  EXPECT_EQ(world_.report({"plan", "--target", "customers/customer-007"}).at("targets").size(), 1U);
  EXPECT_EQ(world_.report({"plan", "--target", "customers"}).at("targets").size(), 500U);
  const Finished wrong = world_.usher({"plan", "--target", "customers/customer-7"});
  EXPECT_EQ(wrong.status, 64);
  EXPECT_THAT(wrong.error, HasSubstr("did you mean 'customers/customer-007'?"));
}

// Whoever was linked by a row that is gone has access still: nobody may forget them.
TEST_F(PartnerTest, LinksOfARowThatIsGoneAreListed) {
  world_.must(0, {"init"});
  world_.must(0, {"apply", "--target", "customers/customer-001"});
  world_.folder().write("workspaces.csv", workspaces_csv(2));
  const nlohmann::json targets = world_.report({"status"}).at("targets");
  EXPECT_EQ(targets.back().at("name"), "customers/customer-001");
  EXPECT_EQ(targets.back().at("configured"), false);
  EXPECT_EQ(targets.back().at("links"), 2);
  EXPECT_EQ(targets.front().at("configured"), true);
}

TEST_F(PartnerTest, ABrokenRowIsRefusedWithItsPlaceInBothFiles) {
  world_.folder().write("workspaces.csv", "slug\na\nb/c\n");
  const Finished check = world_.usher({"check"});
  EXPECT_EQ(check.status, 3);
  EXPECT_THAT(check.output, HasSubstr("workspaces.csv:3:1: "));
  EXPECT_THAT(check.output, HasSubstr("(target 'customers', usher.yaml:19:"));
}

// ── the values of an attribute ─────────────────────────────────────────────────────────────────

TEST(ValueFamilyTest, TheLastLeaverOfAValueGoesAndTheTargetWithThem) {
  World world(3);
  world.configure(replaced(replaced(world.phones_config("scope: 'team eq \"${value}\"'"),
                                    "  phones:", "  phones:\n    for_each: { attribute: team }"),
                           "workspace: northwind-field", "workspace: \"${value}\""));
  const std::string people = "id,name,team\nE1,Ann,northwind-field\n";
  world.set_people(people);
  world.must(0, {"init"});
  world.must(0, {"apply"});
  EXPECT_EQ(world.report({"status"}).at("targets").at(0).at("connector"), "timelines_partner");

  world.set_people("id,name,team\nE2,Bob,\n");
  const nlohmann::json report = world.report({"apply"});
  const nlohmann::json target = target_of(report, "phones/northwind-field");
  EXPECT_EQ(target.at("counts").at("deactivate"), 1) << report.dump(2);
  EXPECT_EQ(target.at("counts").at("applied"), 1);
}

TEST(ValueFamilyTest, AWorkspaceThatDoesNotExistHarmsNoOther) {
  World world(3);
  world.configure(replaced(replaced(world.phones_config("scope: 'team eq \"${value}\"'"),
                                    "  phones:", "  phones:\n    for_each: { attribute: team }"),
                           "workspace: northwind-field", "workspace: \"${value}\""));
  world.set_people("id,name,team\nE1,Ann,northwind-field\nE2,Bob,nowhere\n");
  world.must(0, {"init"});
  const nlohmann::json report = world.report({"apply"});
  EXPECT_EQ(report.at("exit_code"), 1);
  EXPECT_EQ(target_of(report, "phones/northwind-field").at("counts").at("applied"), 1);
  EXPECT_EQ(target_of(report, "phones/nowhere").at("status"), "failed");
}

}  // namespace
}  // namespace usher::e2e
