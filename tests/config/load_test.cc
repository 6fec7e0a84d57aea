#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "config/settings.h"
#include "connectors/csv/value_table.h"
#include "tests/config/catalogue.h"

namespace usher {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kGood = USHER_SOURCE_DIR "/tests/config/good/";

class LoadTest : public ::testing::Test {
 protected:
  LoadTest() { setenv("USHER_TEST_TOKEN", "canary-token", 1); }
  ~LoadTest() override {
    for (const char* name : {"USHER_TEST_TOKEN", "STATE_DIRECTORY", "USHER_CONFIG"}) unsetenv(name);
  }

  static Config load(const std::string& name) {
    Catalogue catalogue = test::catalogue();
    catalogue.read_table = &csv::load_value_table;
    return load_config(kGood + name, catalogue, Secrets::kRequired);
  }

  /// A configuration with one target, `more` being further lines of it.
  static std::string with_target(const std::string& more) {
    return "version: 1\n"
           "sources:\n"
           "  staff: { type: csv, path: people.csv, id: employee_id }\n"
           "targets:\n"
           "  sales:\n"
           "    connector: chat\n"
           "    source: staff\n"
           "    token: { env: USHER_TEST_TOKEN }\n"
           "    map: { email: \"${mail}\" }\n" +
           more;
  }

  static Config parse(const std::string& text) {
    return parse_config(text, "/etc/usher/usher.yaml", test::catalogue(), Secrets::kRequired);
  }

  static Texts problems_of(const std::string& text, Secrets secrets = Secrets::kRequired) {
    try {
      (void)parse_config(text, "u.yaml", test::catalogue(), secrets);
      return {};
    } catch (const ConfigError& error) {
      Texts all;
      for (const ConfigProblem& problem : error.problems) all.push_back(problem.to_string());
      return all;
    }
  }
};

TEST_F(LoadTest, EveryGoodFileLoadsWithoutAWarning) {
  for (const auto& entry : std::filesystem::directory_iterator(kGood)) {
    EXPECT_THAT(load(entry.path().filename()).warnings, IsEmpty()) << entry.path();
  }
}

TEST_F(LoadTest, WhatTheFileLeavesOutHasItsDocumentedDefault) {
  const Config config = load("minimal.yaml");
  EXPECT_EQ(config.http_listen, "");
  EXPECT_EQ(config.log_level, "info");
  const TargetConfig& sales = config.targets.at(0);
  EXPECT_EQ(sales.mode, Mode::kPlan);
  EXPECT_EQ(sales.every, std::chrono::minutes(15));
  EXPECT_THAT(sales.match, ElementsAre("email"));
  EXPECT_FALSE(sales.scope.has_value());
  EXPECT_EQ(sales.settings.text("url"), "https://chat.example.com/api");
  EXPECT_EQ(sales.settings.integer("max_response"), 64 << 20);
  EXPECT_EQ(sales.settings.duration("timeout"), std::chrono::seconds(30));
  EXPECT_EQ(sales.settings.number("rate.per_second"), 0.8);
}

// never-again 28
TEST_F(LoadTest, SomebodyWhoLeftIsOnlyFlaggedUnlessTheFileSaysMore) {
  const Policy policy = load("minimal.yaml").targets.at(0).policy;
  EXPECT_EQ(policy.leavers.action, LeaverAction::kFlag);
  EXPECT_EQ(policy.leavers.reads, 1);
  EXPECT_EQ(policy.leavers.after, std::chrono::seconds(0));
  EXPECT_EQ(policy.leavers.delete_after, std::nullopt);
  EXPECT_EQ(policy.adopt, Adopt::kAuto);
  EXPECT_EQ(policy.vanished, Vanished::kRecreate);
  EXPECT_FALSE(policy.reactivate_always);
  EXPECT_EQ(policy.invitations.max, 3);
  EXPECT_EQ(policy.limits.removals_percent.value, 10);
  EXPECT_EQ(policy.limits.creates_count.value, 1000);
}

TEST_F(LoadTest, ATargetSaysItAll) {
  const Config config = load("everything.yaml");
  const TargetConfig& sales = *config.find_target("sales");
  EXPECT_THAT(sales.sources, ElementsAre("staff", "directory"));
  EXPECT_EQ(sales.every, std::chrono::seconds(90));
  EXPECT_EQ(sales.settings.secret("token").reveal(), "canary-token");
  EXPECT_EQ(sales.settings.text("proxy"), "off");
  EXPECT_EQ(sales.settings.duration("timeout"), std::chrono::milliseconds(500));
  EXPECT_EQ(sales.scope->text(), "department eq \"Sales\" and active eq true");
  EXPECT_EQ(sales.mapper.mappings().size(), 4U);
  EXPECT_EQ(sales.policy.leavers.action, LeaverAction::kDeactivate);
  EXPECT_EQ(sales.policy.leavers.delete_after, std::chrono::days(30));
  EXPECT_EQ(sales.policy.vanished, Vanished::kReport);
  EXPECT_TRUE(sales.policy.reactivate_always);
  EXPECT_EQ(sales.policy.invitations.expired, ExpiredInvitation::kRevoke);
  EXPECT_THAT(sales.policy.protected_accounts,
              ElementsAre("4711", "Owner@Example.com", "owner@example.com"));
  EXPECT_EQ(sales.policy.limits.creates_count.value, 0);
}

TEST_F(LoadTest, ASourceSaysItAll) {
  const Config config = load("everything.yaml");
  const SourceConfig& staff = *config.find_source("staff");
  EXPECT_EQ(staff.settings.text("path"), kGood + "people/");
  EXPECT_EQ(staff.settings.pairs("columns"),
            (SettingValues::Pairs{{"First Name", "given_name"}, {"Surname", "family_name"}}));
  EXPECT_EQ(staff.id_attribute, "employee_id");
  EXPECT_FALSE(staff.parts_stable);
  EXPECT_THAT(staff.sentinels, ElementsAre("E0001", "4711"));
  const SourceConfig& directory = *config.find_source("directory");
  EXPECT_EQ(directory.id_attribute, "entryUUID");
  EXPECT_TRUE(directory.settings.flag("groups.nested"));
}

TEST_F(LoadTest, ATargetTakesFromItsTemplatesAndItsCredentialAndOverridesBoth) {
  const Config config = load("everything.yaml");
  const TargetConfig& customer = *config.find_target("customer-a");
  EXPECT_EQ(customer.connector, "seats");
  EXPECT_EQ(customer.mode, Mode::kApply);
  EXPECT_EQ(customer.settings.text("partner_id"), "acme");
  EXPECT_EQ(customer.settings.duration("timeout"), std::chrono::seconds(10));
  EXPECT_EQ(customer.settings.text("workspace"), "4711");
  EXPECT_EQ(customer.settings.text("rate"), "off");
  EXPECT_FALSE(customer.settings.has("rate.per_second"));
  EXPECT_TRUE(customer.policy.reuse);
  EXPECT_EQ(customer.policy.reuse_after, std::chrono::days(3));
  EXPECT_THAT(customer.match, IsEmpty());
}

// never-again 69, 71
TEST_F(LoadTest, ALimitKnowsWhereItIsWritten) {
  const Limits limits = load("everything.yaml").find_target("customer-a")->policy.limits;
  EXPECT_EQ(limits.removals_percent.value, 5);
  EXPECT_THAT(limits.removals_percent.where, HasSubstr("everything.yaml:13:27"));
  EXPECT_EQ(limits.removals_count.value, 9);
  EXPECT_THAT(limits.removals_count.where, HasSubstr("everything.yaml:76:27"));
  EXPECT_EQ(limits.updates_percent.value, 40);
  EXPECT_THAT(limits.updates_percent.where, HasSubstr("everything.yaml:70:3"));
}

TEST_F(LoadTest, ASecretOfTheTargetReplacesThatOfItsTemplateWhole) {
  const Config config = parse(
      "version: 1\n"
      "sources: { staff: { type: csv, path: p.csv, id: id } }\n"
      "templates: { t: { connector: chat, token: { file: none }, map: { email: \"${mail}\" } } }\n"
      "targets: { a: { extends: t, source: staff, token: { env: USHER_TEST_TOKEN } } }\n");
  EXPECT_EQ(config.targets.at(0).settings.secret("token").reveal(), "canary-token");
}

TEST_F(LoadTest, ATargetMayConsistOfNothingButReferences) {
  const Config config = parse(
      "version: 1\n"
      "sources: { staff: { type: csv, path: p.csv, id: id } }\n"
      "credentials: { c: { token: { env: USHER_TEST_TOKEN } } }\n"
      "templates: { t: { connector: chat, source: staff, map: { email: \"${mail}\" } } }\n"
      "targets: { a: { extends: t, credential: c } }\n");
  EXPECT_EQ(config.targets.at(0).settings.secret("token").reveal(), "canary-token");
}

TEST_F(LoadTest, RelativePathsBeginAtTheConfigurationFile) {
  const Config config = parse("state: s/state.db\n" + with_target(""));
  EXPECT_EQ(config.state, "/etc/usher/s/state.db");
  EXPECT_EQ(config.sources.at(0).settings.text("path"), "/etc/usher/people.csv");
}

TEST_F(LoadTest, TheStateIsWhereSystemdSaysElseInVarLib) {
  unsetenv("STATE_DIRECTORY");
  EXPECT_EQ(parse(with_target("")).state, "/var/lib/usher/state.db");
  setenv("STATE_DIRECTORY", "/var/lib/private/usher:/var/lib/other", 1);
  EXPECT_EQ(parse(with_target("")).state, "/var/lib/private/usher/state.db");
}

TEST_F(LoadTest, TheFileIsTheOptionElseTheVariableElseTheOneInEtc) {
  unsetenv("USHER_CONFIG");
  EXPECT_EQ(config_path(""), "/etc/usher/usher.yaml");
  setenv("USHER_CONFIG", "/tmp/u.yaml", 1);
  EXPECT_EQ(config_path(""), "/tmp/u.yaml");
  EXPECT_EQ(config_path("other.yaml"), "other.yaml");
}

TEST_F(LoadTest, AFileThatIsNotThereIsAProblemOfTheWholeFile) {
  try {
    (void)load_config("/nowhere/u.yaml", test::catalogue(), Secrets::kRequired);
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("/nowhere/u.yaml: the configuration cannot be read: No "
                                        "such file or directory"));
  }
}

TEST_F(LoadTest, AllProblemsComeAtOnceAndInTheOrderOfTheFile) {
  EXPECT_THAT(problems_of(with_target("    every: soon\n    mode: aply\n    scpe: x\n")),
              ElementsAre(HasSubstr("u.yaml:10:12: "), HasSubstr("u.yaml:11:11: "),
                          HasSubstr("u.yaml:12:5: ")));
}

TEST_F(LoadTest, WhatSeveralTargetsInheritIsReportedOnce) {
  const std::string text =
      "version: 1\n"
      "sources: { staff: { type: csv, path: p.csv, id: id } }\n"
      "templates: { t: { connector: chat, every: soon, map: { email: \"${mail\" } } }\n"
      "targets:\n"
      "  a: { extends: t, source: staff, token: { env: USHER_TEST_TOKEN } }\n"
      "  b: { extends: t, source: staff, token: { env: USHER_TEST_TOKEN } }\n";
  EXPECT_THAT(problems_of(text),
              ElementsAre(HasSubstr("u.yaml:3:43: 'every'"), HasSubstr("template '${mail'")));
}

TEST_F(LoadTest, ASecretThatCannotBeResolvedIsAProblemOrAWarning) {
  unsetenv("USHER_TEST_TOKEN");
  EXPECT_THAT(problems_of(with_target("")),
              ElementsAre(HasSubstr("u.yaml:8:19: 'token' cannot be resolved")));
  const Config config =
      parse_config(with_target(""), "u.yaml", test::catalogue(), Secrets::kOptional);
  ASSERT_EQ(config.warnings.size(), 1U);
  EXPECT_THAT(config.warnings[0].to_string(), HasSubstr("u.yaml:8:19: warning: 'token'"));
}

// never-again 104
TEST_F(LoadTest, ASecretInPlainTextIsRefusedAndNotRepeated) {
  const Texts found = problems_of(with_target("    url: https://u:canary@chat.example.com\n"));
  EXPECT_THAT(found, ElementsAre(HasSubstr("u.yaml:10:10: 'url' cannot be used")));
  EXPECT_THAT(found, ElementsAre(Not(HasSubstr("canary"))));
}

TEST_F(LoadTest, ADelayThatCannotHaveAnEffectIsAWarning) {
  const Config config = parse(with_target("    leavers: { do: flag, delete_after: 30d }\n"));
  ASSERT_EQ(config.warnings.size(), 1U);
  EXPECT_THAT(config.warnings[0].message, HasSubstr("has no effect"));
}

TEST_F(LoadTest, AnAddressThatOthersCanReachIsAWarning) {
  const Config config = parse("http: { listen: \"0.0.0.0:9464\" }\n" + with_target(""));
  ASSERT_EQ(config.warnings.size(), 1U);
  EXPECT_THAT(config.warnings[0].message, HasSubstr("other machines can reach"));
}

TEST_F(LoadTest, PartsOfASecondCountAsAWholeOneInTargets) {
  EXPECT_EQ(parse(with_target("    every: 1500ms\n")).targets.at(0).every, std::chrono::seconds(2));
}

}  // namespace
}  // namespace usher
