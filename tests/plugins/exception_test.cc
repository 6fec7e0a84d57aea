// What a plug-in throws fails its own target, and nobody else's.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/e2e/world.h"
#include "tests/plugins/corner.h"

namespace usher::plugins {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Trouble {
  const char* what;
  const char* where;
  const char* said;
};

std::ostream& operator<<(std::ostream& out, const Trouble& trouble) {
  return out << trouble.what << " in " << trouble.where;
}

class PluginExceptionTest : public ::testing::TestWithParam<Trouble> {};

TEST_P(PluginExceptionTest, FailsThatTargetOnly) {
  const auto& [what, where, said] = GetParam();
  const Corner corner;
  corner.configure({{"bad", std::string("trouble: ") + what + ", at: " + where}, {"good", ""}});
  ASSERT_EQ(corner.usher({"init"}).status, 0);
  const nlohmann::json report = corner.report({"apply"});
  EXPECT_EQ(report.at("exit_code"), 1);
  EXPECT_EQ(status_of(report, "bad"), "failed");
  EXPECT_THAT(problems_of(report, "bad"), HasSubstr(said));
  EXPECT_THAT(problems_of(report, "bad"), Not(HasSubstr("\x1b")));
  EXPECT_EQ(status_of(report, "good"), "in_sync");
  EXPECT_EQ(corner.accounts("good"), 3U);
  EXPECT_FALSE(std::filesystem::exists(corner.records()));
}

INSTANTIATE_TEST_SUITE_P(
    Calls, PluginExceptionTest,
    ::testing::Values(Trouble{"exception", "make", "threw an exception in 'make': stumbled"},
                      Trouble{"int", "make", "threw an exception in 'make': something that is no"},
                      Trouble{"exception", "list", "threw an exception in 'list': stumbled"},
                      Trouble{"int", "list", "threw an exception in 'list': something that is no"},
                      Trouble{"refusal", "list", "who are you?"},
                      Trouble{"exception", "canonical", "threw an exception in 'canonical'"},
                      Trouble{"refusal", "apply", "who are you?"}));

nlohmann::json applied_with(const Corner& corner, const std::string& trouble) {
  corner.configure({{"bad", trouble}, {"good", ""}});
  EXPECT_EQ(corner.usher({"init"}).status, 0);
  nlohmann::json report = corner.report({"apply"});
  EXPECT_EQ(status_of(report, "good"), "in_sync");
  return e2e::target_of(report, "bad");
}

TEST(PluginExceptionInApplyTest, BeforeTheRequestNothingWasSent) {
  const Corner corner;
  const nlohmann::json bad = applied_with(corner, "trouble: int, at: apply");
  EXPECT_EQ(bad.at("counts").at("failed"), 3);
  EXPECT_EQ(corner.accounts("bad"), 0U);
}

// The request left, so its outcome is looked up and nothing is sent twice.
TEST(PluginExceptionInApplyTest, AfterTheRequestItsOutcomeIsLookedUp) {
  const Corner corner;
  const nlohmann::json bad = applied_with(corner, "trouble: exception, at: written");
  EXPECT_EQ(bad.at("counts").at("applied"), 3) << bad.dump(1);
  EXPECT_EQ(corner.accounts("bad"), 3U);
}

}  // namespace
}  // namespace usher::plugins
