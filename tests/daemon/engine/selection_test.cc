#include "daemon/engine/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/member_name.h"

namespace usher {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Two plain targets with the family `customers` of attribute `customer` between them.
class SelectionTest : public ::testing::Test {
 protected:
  SelectionTest() {
    config_.sources.emplace_back().name = "staff";
    config_.sources.emplace_back().name = "guests";
    for (const char* name : {"first", "last"}) add_target(name);
    TargetFamily family;
    family.name = "customers";
    family.attribute = "customer";
    family.position = 1;
    family.shape.name = "customers";
    family.shape.where = "u.yaml:9:3";
    family.shape.sources = {"staff"};
    family.make = [](const std::string& value) {
      if (value == "broken") throw ConfigError({{"u.yaml", 12, 5, false, "the value is not good"}});
      TargetConfig config;
      config.name = member_name("customers", value);
      config.sources = {"staff"};
      return config;
    };
    config_.families.push_back(std::move(family));
    readings_["staff"].report.name = "staff";
  }

  void add_target(const std::string& name) {
    TargetConfig target;
    target.name = name;
    target.sources = {"guests"};
    config_.targets.push_back(target);
  }

  Person& add(const std::string& id, const Texts& customers) {
    Person person;
    person.source_id = id;
    person.where = "people.csv:" + id;
    if (!customers.empty()) person.attributes.set("Customer", customers);
    readings_["staff"].people.push_back(person);
    return readings_["staff"].people.back();
  }

  Selection select(const std::vector<std::string>& wanted = {},
                   const std::vector<std::string>& known = {}) {
    return select_targets(config_, wanted, readings_, known);
  }
  static std::vector<std::string> names(const Selection& selection) {
    std::vector<std::string> names;
    for (const Chosen& target : selection.targets) names.push_back(target.config->name);
    return names;
  }

  Config config_;
  std::map<std::string, SourceReading> readings_;
};

TEST_F(SelectionTest, EveryValueIsATargetWhereTheFamilyStands) {
  add("2", {"beta"});
  add("1", {"acme", "beta"});
  add("3", {});
  EXPECT_THAT(names(select()), ElementsAre("first", "customers/acme", "customers/beta", "last"));
}

// A workspace whose last person left is still planned, so that the leaver goes.
TEST_F(SelectionTest, AKnownTargetStaysWhenNobodyHasItsValue) {
  add("1", {"acme"});
  EXPECT_THAT(names(select({}, {"customers/gone", "customersX/no", "first", "old/one"})),
              ElementsAre("first", "customers/acme", "customers/gone", "last"));
}

TEST_F(SelectionTest, ValuesThatCompareAlikeAreOneSpelledAsItIsKnown) {
  add("1", {"acme"});
  add("2", {"Acme"});
  EXPECT_THAT(names(select({"customers"})), ElementsAre("customers/Acme"));
  EXPECT_THAT(names(select({"customers"}, {"customers/aCME"})), ElementsAre("customers/aCME"));
}

TEST_F(SelectionTest, AValueThatCannotBeANameIsAProblemOfItsPeople) {
  add("1", {"a/b"});
  add("2", {"a\nb"});
  add("3", {std::string(129, 'x')});
  add("4", {"acme"});
  const Selection selection = select({"customers"});
  EXPECT_THAT(names(selection), ElementsAre("customers/acme"));
  ASSERT_THAT(selection.problems, SizeIs(3));
  EXPECT_EQ(selection.problems[0].severity, Severity::kError);
  EXPECT_EQ(selection.problems[0].source_id, "1");
  EXPECT_EQ(selection.problems[0].where, "people.csv:1");
  EXPECT_THAT(selection.problems[0].message, HasSubstr("customer is 'a/b'"));
  EXPECT_THAT(selection.problems[1].message, HasSubstr("customer is 'a\\x0ab'"));
}

TEST_F(SelectionTest, ABrokenRecordAndAnUnreadAttributeNameNothing) {
  add("1", {"acme"}).fault = "the row is broken";
  add("2", {"beta"}).unread = {"customer"};
  EXPECT_THAT(names(select({"customers"})), IsEmpty());
}

TEST_F(SelectionTest, AMemberThatCannotBeMadeIsChosenWithItsFault) {
  add("1", {"broken"});
  add("2", {"acme"});
  const Selection selection = select({"customers"});
  EXPECT_THAT(names(selection), ElementsAre("customers/acme", "customers/broken"));
  EXPECT_EQ(selection.targets[0].fault, "");
  EXPECT_EQ(selection.targets[1].fault, "u.yaml:12:5: the value is not good");
}

TEST_F(SelectionTest, AFamilyAMemberOrATargetCanBeAskedFor) {
  add("1", {"acme"});
  add("2", {"beta"});
  EXPECT_THAT(names(select({"customers"})), ElementsAre("customers/acme", "customers/beta"));
  EXPECT_THAT(names(select({"customers/beta", "last"})), ElementsAre("customers/beta", "last"));
}

TEST_F(SelectionTest, AMemberThatNobodyAsksForIsAnError) {
  add("1", {"acme"});
  const Selection selection = select({"customers/nobody"});
  EXPECT_THAT(selection.targets, IsEmpty());
  ASSERT_THAT(selection.problems, SizeIs(1));
  EXPECT_EQ(selection.problems[0].severity, Severity::kError);
  EXPECT_THAT(selection.problems[0].message, HasSubstr("no target 'customers/nobody'"));
}

TEST_F(SelectionTest, AFamilyWithoutValuesIsWarnedAboutUnlessTheReadIsNotComplete) {
  EXPECT_THAT(select({"customers"}).problems.at(0).message,
              HasSubstr("nobody in staff has the attribute 'customer'"));
  readings_["staff"].report.receipt.incomplete("cut");
  EXPECT_THAT(select({"customers"}).problems, IsEmpty());
}

TEST_F(SelectionTest, OnlyTheSourcesOfWhatIsAskedForAreNeeded) {
  EXPECT_TRUE(needs_source(config_, {}, "staff"));
  EXPECT_TRUE(needs_source(config_, {"customers/acme"}, "staff"));
  EXPECT_FALSE(needs_source(config_, {"first"}, "staff"));
  EXPECT_TRUE(needs_source(config_, {"first"}, "guests"));
  EXPECT_FALSE(needs_source(config_, {"customers"}, "guests"));
}

TEST_F(SelectionTest, MovingItKeepsWhatItPointsTo) {
  add("1", {"acme"});
  Selection selection = select({"customers"});
  const TargetConfig* before = selection.targets[0].config;
  const Selection moved = std::move(selection);
  EXPECT_EQ(moved.targets[0].config, before);
  EXPECT_EQ(before->name, "customers/acme");
}

}  // namespace
}  // namespace usher
