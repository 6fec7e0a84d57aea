// One read of a source: which of it may be believed.

#include "daemon/engine/people.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/engine/world.h"

namespace usher {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class PeopleTest : public testing::Test {
 protected:
  PeopleTest() { config_.name = "staff"; }

  SourceReading read(std::optional<std::uint64_t> accepted = std::nullopt) {
    return read_people(config_, source_, memory_, accepted);
  }
  void hire(int count) {
    for (int i = 0; i < count; ++i) source_.add("E" + std::to_string(i));
  }
  void remember(std::uint64_t people, std::vector<std::string> parts = {}) {
    memory_ = {people, std::move(parts), 0};
  }
  static std::string reasons(const SourceReading& reading) {
    std::string text;
    for (const std::string& reason : reading.report.receipt.reasons) text += reason + "\n";
    return text;
  }

  SourceConfig config_;
  FakeSource source_;
  std::optional<SourceMemory> memory_;
};

// never-again 52
TEST_F(PeopleTest, AnIdThatStandsTwiceIsBelievedInNeitherForm) {
  source_.add("E1", "ann@example.com");
  source_.add("E2");
  source_.add("E1", "other@example.com");
  const SourceReading reading = read();
  EXPECT_TRUE(reading.report.receipt.complete());
  EXPECT_EQ(reading.report.people, 1U);
  EXPECT_EQ(reading.report.unknown, 1U);
  EXPECT_THAT(reading.find("E1")->fault,
              testing::AllOf(HasSubstr("people.csv:2:1"), HasSubstr("people.csv:4:1")));
}

TEST_F(PeopleTest, AFaultMakesOnePersonUnknownAndIsAnError) {
  source_.add("E1").fault = "bad UTF-8";
  source_.add("E2");
  const SourceReading reading = read();
  EXPECT_TRUE(reading.report.receipt.complete());
  ASSERT_THAT(reading.report.problems, SizeIs(1));
  EXPECT_EQ(reading.report.problems[0].severity, Severity::kError);
  EXPECT_EQ(reading.report.problems[0].source_id, "E1");
}

// never-again 9
TEST_F(PeopleTest, AMissingSentinelProvesThatMoreIsMissing) {
  hire(3);
  config_.sentinels = {"E1"};
  EXPECT_TRUE(read().report.receipt.complete());
  config_.sentinels = {"E1", "E77"};
  EXPECT_THAT(reasons(read()), HasSubstr("E77"));
  EXPECT_FALSE(read(3).report.receipt.complete());
}

// never-again 1
TEST_F(PeopleTest, NobodyIsNeverACompleteRead) {
  EXPECT_THAT(reasons(read()), HasSubstr("--accept-count staff=0"));
  EXPECT_TRUE(read(0).report.receipt.complete());
}

// never-again 7
TEST_F(PeopleTest, CollapsesUnderSeventyPercentAndTenPeople) {
  struct Case {
    std::uint64_t before;
    int now;
    bool complete;
  };
  for (const Case& c : {Case{100, 70, true},
                        {100, 69, false},
                        {30, 20, false},
                        {30, 21, true},
                        {20, 11, true},
                        {20, 10, false},
                        {9, 1, true},
                        {1000, 700, true},
                        {1000, 699, false},
                        {0, 1, true}}) {
    source_.people.clear();
    hire(c.now);
    remember(c.before);
    EXPECT_EQ(read().report.receipt.complete(), c.complete) << c.before << " → " << c.now;
  }
}

TEST_F(PeopleTest, ExactlyTheAcceptedNumberIsAccepted) {
  hire(50);
  remember(100);
  EXPECT_THAT(reasons(read()), HasSubstr("--accept-count staff=50"));
  EXPECT_TRUE(read(50).report.receipt.complete());
  EXPECT_FALSE(read(49).report.receipt.complete());
  EXPECT_FALSE(read(51).report.receipt.complete());
}

TEST_F(PeopleTest, ACountIsOnlyAcceptableWhereItIsTheOnlyReason) {
  hire(50);
  remember(100, {"a.csv", "b.csv"});
  source_.parts = {"a.csv"};
  source_.incomplete = "the last record is cut off";
  EXPECT_THAT(reasons(read()), AllOf(HasSubstr("50 people were read"), HasSubstr("b.csv"),
                                     Not(HasSubstr("--accept-count"))));
}

TEST_F(PeopleTest, AFileOfTheLastReadThatIsMissingIsTold) {
  hire(3);
  remember(3, {"a.csv", "b.csv"});
  source_.parts = {"a.csv", "c.csv"};
  EXPECT_THAT(read().report.receipt.reasons, ElementsAre(HasSubstr("b.csv")));
  EXPECT_TRUE(read(3).report.receipt.complete());
  config_.parts_stable = false;
  EXPECT_THAT(read().report.receipt.reasons, IsEmpty());
}

TEST_F(PeopleTest, ASourceThatCannotBeReadAtAllSaysWhy) {
  source_.fails = true;
  const SourceReading reading = read();
  EXPECT_TRUE(reading.report.failed);
  EXPECT_FALSE(reading.report.receipt.complete());
  EXPECT_THAT(reading.report.problems.at(0).message, HasSubstr("does not answer"));
}

TEST_F(PeopleTest, OneWithGroupsOrKnownToHaveNoneTellsThatGroupsAreRead) {
  hire(2);
  EXPECT_FALSE(read().tells_groups);
  source_.people[1].has_groups = true;
  EXPECT_TRUE(read().tells_groups);
  source_.people[1].has_groups = false;
  source_.people[0].attributes.set("groups", {"app-crm"});
  EXPECT_TRUE(read().tells_groups);
}

TEST_F(PeopleTest, WhoMayHaveAValueIsFoundWithoutLookingAtEverybody) {
  source_.add("E0").attributes.set("customer", {"acme"});
  source_.add("E1").attributes.set("customer", {"Contoso", "ACME"});
  source_.add("E2").attributes.set("customer", {"contoso"});
  source_.add("E3").unread = {"customer"};
  source_.add("E4").fault = "a broken row";
  source_.add("E5");
  const SourceReading reading = read();
  EXPECT_THAT(reading.candidates({"customer", "acme"}), ElementsAre(0, 1, 3, 4));
  EXPECT_THAT(reading.candidates({"customer", "fabrikam"}), ElementsAre(3, 4));
}

}  // namespace
}  // namespace usher
