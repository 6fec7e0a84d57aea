// What `for_each` makes of one target. What it refuses is in broken/for-each-*.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "config/settings.h"
#include "mapping/value_table.h"
#include "tests/config/catalogue.h"

namespace usher {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

/// The table that the tests read, whatever its path.
ValueTable table;

class FamilyTest : public ::testing::Test {
 protected:
  FamilyTest() {
    setenv("USHER_TEST_TOKEN", "canary", 1);
    catalogue_.read_table = [](const std::string&) { return table; };
    rows({{"slug", "customer"}, {"acme", "Acme"}, {"beta", "Beta"}});
  }
  ~FamilyTest() override {
    unsetenv("USHER_TEST_TOKEN");
    unsetenv("TOKEN_red");
  }

  static void rows(const std::vector<Texts>& lines) {
    table = {};
    for (std::size_t i = 0; i < lines.size(); ++i) {
      ValueTable::Row row;
      for (const std::string& text : lines[i]) {
        row.push_back({text, static_cast<int>(i) + 1, static_cast<int>(row.size()) * 10 + 1});
      }
      if (i == 0) {
        table.header = row;
      } else {
        table.rows.push_back(row);
      }
    }
  }

  /// A configuration with the target `customers`, `more` being further lines of it.
  static std::string yaml(const std::string& more) {
    return "version: 1\n"
           "sources:\n"
           "  staff: { type: csv, path: people.csv, id: employee_id }\n"
           "credentials:\n"
           "  key: { partner_id: p, partner_secret: { env: USHER_TEST_TOKEN } }\n"
           "  key-beta: { partner_id: \"of-${customer}\", partner_secret: { env: T } }\n"
           "templates:\n"
           "  base: { connector: seats, source: staff, workspace: \"ws-${slug}\" }\n"
           "targets:\n"
           "  customers:\n" +
           more;
  }
  static std::string by_row(const std::string& more = {}) {
    return yaml(
        "    for_each: { csv: w.csv, name: \"${slug}\" }\n"
        "    extends: base\n"
        "    scope: 'customer eq \"${customer}\"'\n" +
        (more.find("credential") == more.npos ? "    credential: key\n" : std::string()) + more);
  }
  static std::string by_value(const std::string& more = {}) {
    return yaml(
        "    for_each: { attribute: team }\n"
        "    connector: chat\n"
        "    source: staff\n"
        "    scope: 'team eq \"${value}\"'\n"
        "    map: { email: \"${mail}\" }\n" +
        (more.find("token") == more.npos ? "    token: { env: USHER_TEST_TOKEN }\n"
                                         : std::string()) +
        more);
  }

  Config parse(const std::string& text, Secrets secrets = Secrets::kRequired) const {
    return parse_config(text, "u.yaml", catalogue_, secrets);
  }
  Texts problems_of(const std::string& text) const {
    Texts all;
    try {
      for (const ConfigProblem& problem : parse(text).warnings) all.push_back(problem.to_string());
    } catch (const ConfigError& error) {
      for (const ConfigProblem& problem : error.problems) all.push_back(problem.to_string());
    }
    return all;
  }
  static std::string fault_of(const TargetFamily& family, const std::string& value) {
    try {
      (void)family.make(value);
      return {};
    } catch (const ConfigError& error) {
      return error.what();
    }
  }

  Catalogue catalogue_ = test::catalogue();
};

TEST_F(FamilyTest, EveryRowIsATargetInTheOrderOfTheTable) {
  const Config config = parse(by_row());
  ASSERT_THAT(config.targets, SizeIs(2));
  EXPECT_EQ(config.targets[0].name, "customers/acme");
  EXPECT_EQ(config.targets[1].name, "customers/beta");
  EXPECT_EQ(config.targets[0].where, "u.yaml:10:3");
  EXPECT_EQ(config.targets[0].settings.text("workspace"), "ws-acme");
  EXPECT_EQ(config.targets[1].settings.text("workspace"), "ws-beta");
  EXPECT_EQ(config.targets[1].scope->text(), "customer eq \"Beta\"");
  EXPECT_THAT(config.families, IsEmpty());
}

TEST_F(FamilyTest, AValueInAScopeStaysOneTextWhateverIsInIt) {
  const std::string value = "A\" or \\userName pr\x07";
  rows({{"slug", "customer"}, {"acme", value}});
  const Filter scope = *parse(by_row()).targets.at(0).scope;
  Person person;
  person.attributes.set("customer", {value});
  EXPECT_EQ(scope.evaluate(PersonSubject(person)), Truth::kTrue);
  person.attributes.set("customer", {"another"});
  EXPECT_EQ(scope.evaluate(PersonSubject(person)), Truth::kFalse);
}

TEST_F(FamilyTest, InMapAVariableIsThePersonsAttribute) {
  const TargetConfig target = parse(by_row("    map: { label: \"${slug}\" }\n")).targets.at(0);
  EXPECT_THAT(target.mapper.variables(), ElementsAre("slug"));
  EXPECT_THAT(target.values, ElementsAre(Pair("customer", "Acme"), Pair("slug", "acme")));
}

TEST_F(FamilyTest, AValueMayBeANumberOrADuration) {
  rows({{"slug", "customer", "most", "pause"}, {"acme", "Acme", "7", "2h"}});
  const TargetConfig target = parse(by_row("    every: \"${pause}\"\n"
                                           "    limits: { removals: { count: \"${most}\" } }\n"))
                                  .targets.at(0);
  EXPECT_EQ(target.every, std::chrono::hours(2));
  EXPECT_EQ(target.policy.limits.removals_count.value, 7);
}

TEST_F(FamilyTest, ARowMayChooseItsCredential) {
  rows({{"slug", "customer"}, {"beta", "Beta"}});
  const Config config = parse(by_row("    credential: \"key-${slug}\"\n"), Secrets::kOptional);
  EXPECT_EQ(config.targets.at(0).settings.text("partner_id"), "of-Beta");
}

TEST_F(FamilyTest, AnUnknownCredentialIsAProblemOfItsRow) {
  EXPECT_THAT(problems_of(by_row("    credential: \"key-${slug}\"\n")),
              Contains(HasSubstr("w.csv:2:1: there is no credential 'key-acme'")));
}

TEST_F(FamilyTest, AValueIsNotReadAgainForVariables) {
  rows({{"slug", "customer"}, {"acme", "${slug}"}});
  EXPECT_EQ(parse(by_row()).targets.at(0).scope->text(), "customer eq \"${slug}\"");
}

TEST_F(FamilyTest, ATableWithoutRowsIsAWarning) {
  rows({{"slug", "customer"}});
  EXPECT_THAT(parse(by_row()).targets, IsEmpty());
  EXPECT_THAT(
      problems_of(by_row()),
      ElementsAre(HasSubstr("u.yaml:11:22: warning: 'w.csv' has no rows, so 'customers' has "
                            "no targets yet")));
}

TEST_F(FamilyTest, ASecretOfARowThatCannotBeResolvedIsToldWithItsRow) {
  const std::string text = by_row("    partner_secret: { env: \"T_${slug}\" }\n");
  EXPECT_THAT(problems_of(text), SizeIs(2));
  EXPECT_THAT(problems_of(text).back(),
              HasSubstr("w.csv:3:1: 'partner_secret' cannot be resolved"));
}

// The hash says which people are wanted: a value that was used is part of it, others are not.
TEST_F(FamilyTest, TheHashOfATargetCoversTheValuesItUses) {
  const std::string base = parse(by_row()).targets.at(0).hash;
  rows({{"slug", "customer", "note"}, {"acme", "Acme", "a note"}, {"beta", "Beta", ""}});
  EXPECT_EQ(parse(by_row()).targets.at(0).hash, base);
  rows({{"slug", "customer"}, {"acme", "Other"}});
  EXPECT_NE(parse(by_row()).targets.at(0).hash, base);
  const std::string named = by_row("    timeout: \"${pause}\"\n");
  rows({{"slug", "customer", "pause"}, {"acme", "Acme", "1s"}});
  const std::string before = parse(named).targets.at(0).hash;
  rows({{"slug", "customer", "pause"}, {"acme", "Acme", "2s"}});
  EXPECT_NE(parse(named).targets.at(0).hash, before);
}

TEST_F(FamilyTest, AFamilyStandsWhereItStandsInTheFile) {
  const Config config = parse(by_row() +
                              "  teams:\n"
                              "    for_each: { attribute: team }\n"
                              "    connector: seats\n"
                              "    source: staff\n"
                              "    credential: key\n"
                              "    workspace: \"${value}\"\n"
                              "    scope: 'team eq \"${value}\"'\n"
                              "  last: { connector: seats, source: staff, credential: "
                              "key, workspace: w }\n");
  ASSERT_THAT(config.families, SizeIs(1));
  EXPECT_EQ(config.families[0].name, "teams");
  EXPECT_EQ(config.families[0].position, 2U);
  EXPECT_EQ(config.targets.at(2).name, "last");
}

TEST_F(FamilyTest, AMemberIsMadeForAValueWhenItIsKnown) {
  const Config config = parse(by_value("    every: 5m\n"));
  ASSERT_THAT(config.families, SizeIs(1));
  const TargetFamily& family = config.families[0];
  EXPECT_EQ(family.attribute, "team");
  EXPECT_EQ(family.shape.every, std::chrono::minutes(5));
  const TargetConfig red = family.make("red \"1\"");
  EXPECT_EQ(red.name, "customers/red \"1\"");
  EXPECT_EQ(red.scope->text(), R"(team eq "red \"1\"")");
  EXPECT_NE(red.hash, family.make("blue").hash);
}

// Only that member fails: the values of the others are none of its business.
TEST_F(FamilyTest, WhatIsWrongWithOneValueIsNotWrongWithTheFamily) {
  setenv("TOKEN_red", "canary", 1);
  const Config config = parse(by_value("    token: { env: \"TOKEN_${value}\" }\n"));
  EXPECT_EQ(fault_of(config.families.at(0), "red"), "");
  EXPECT_THAT(fault_of(config.families.at(0), "blue"),
              HasSubstr("u.yaml:16:19: 'token' cannot be resolved"));
}

TEST_F(FamilyTest, WhatIsWrongWithAllValuesIsWrongWithTheConfiguration) {
  EXPECT_THAT(problems_of(by_value("    adopt: perhaps\n")),
              ElementsAre(HasSubstr("u.yaml:17:12: 'adopt' is 'perhaps'")));
}

TEST_F(FamilyTest, AScopeWithoutTheValueIsWarnedAbout) {
  const std::string text = by_value("    scope: 'team pr'\n");
  const std::string without = std::string(text).erase(
      text.find("    scope: 'team eq"), std::string("    scope: 'team eq \"${value}\"'\n").size());
  EXPECT_THAT(problems_of(without), ElementsAre(HasSubstr("does not use '${value}'")));
}

TEST_F(FamilyTest, TheHashOfTheWholeCoversFamilies) {
  const std::string base = parse(by_value()).hash;
  EXPECT_NE(parse(by_value("    timeout: 5s\n")).hash, base);
  std::string other = by_value();
  other.replace(other.find("attribute: team"), 15, "attribute: unit");
  EXPECT_NE(parse(other).hash, base);
}

TEST_F(FamilyTest, ATargetIsFoundByItsNameOrThatOfItsFamily) {
  const Config rows_of = parse(by_row());
  EXPECT_TRUE(rows_of.can_select("customers"));
  EXPECT_TRUE(rows_of.can_select("customers/acme"));
  EXPECT_FALSE(rows_of.can_select("customers/nobody"));
  EXPECT_FALSE(rows_of.has_target("customers"));
  const Config values_of = parse(by_value());
  EXPECT_TRUE(values_of.can_select("customers/whatever"));
  EXPECT_TRUE(values_of.has_target("customers/whatever"));
  EXPECT_FALSE(values_of.can_select("custom"));
}

}  // namespace
}  // namespace usher
