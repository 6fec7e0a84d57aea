// Nobody is removed on a false absence: sources and targets that fall short, in every way a read
// can.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>

#include "tests/e2e/world.h"
#include "tests/support/slapd.h"
#include "tests/support/tcp_proxy.h"

namespace usher::e2e {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr int kPeople = 30;
constexpr int kNewcomer = 99;

/// A read that fell short: nobody is touched but whom the report names as new, and it says why.
void expect_only_newcomers(const nlohmann::json& report, int newcomers) {
  const nlohmann::json target = target_of(report, "inbox");
  EXPECT_EQ(removals_in(target), 0) << target.dump(1);
  EXPECT_EQ(target.at("counts").at("invite"), newcomers);
  EXPECT_THAT(target.at("changes"), SizeIs(newcomers)) << "no update, no adoption either";
  EXPECT_THAT(target.at("problems").dump(), HasSubstr("removals are left out, because"));
}

nlohmann::json reasons_of(const nlohmann::json& report) {
  return report.at("sources").at(0).at("receipt").at("reasons");
}

/// Thirty people, all of them in the workspace.
class FalseAbsenceTest : public testing::Test {
 protected:
  void SetUp() override {
    world.must(0, {"init"});
    world.must(0, {"apply"});
  }

  /// Both commands see the same; apply does what plan has shown, and no more.
  void expect_incomplete(int newcomers, std::string_view why) {
    const auto before = world.sandbox().invitations();
    expect_only_newcomers(world.report({"plan"}), newcomers);
    const nlohmann::json applied = world.report({"apply"});
    EXPECT_EQ(applied.at("exit_code"), 5);
    expect_only_newcomers(applied, newcomers);
    EXPECT_THAT(applied.dump(), HasSubstr(why));
    EXPECT_EQ(world.sandbox().invitations().size(),
              before.size() + static_cast<std::size_t>(newcomers));
    for (const auto& [address, count] : world.sandbox().invitations())
      EXPECT_EQ(count, 1) << address;
  }

  World world{kPeople};
};

// never-again 1
TEST_F(FalseAbsenceTest, ACsvDirectoryWithoutFilesRemovesNobody) {
  std::filesystem::create_directory(world.folder() / "people");
  world.configure(replaced(world.inbox_config(), "people.csv", "people/"));
  expect_incomplete(0, "people.csv was there in the last complete read and is missing");
}

// never-again 1
TEST_F(FalseAbsenceTest, ACsvFileWithNothingButAHeaderRemovesNobody) {
  world.set_people(people_csv(0));
  expect_incomplete(0, "nobody was read");
}

TEST_F(FalseAbsenceTest, AMissingCsvFileFailsTheTargetBeforeItIsTouched) {
  std::filesystem::remove(world.folder() / "people.csv");
  const std::size_t requests = world.sandbox().requests();
  const nlohmann::json report = world.report({"apply"});
  EXPECT_EQ(report.at("exit_code"), 1);
  EXPECT_EQ(target_of(report, "inbox").at("status"), "failed");
  EXPECT_EQ(world.sandbox().requests(), requests);
}

// never-again 11
TEST_F(FalseAbsenceTest, ACsvFileCutInTheMiddleOfARowStillLetsNewPeopleIn) {
  const std::string all = people_csv(kPeople);
  const std::string half = all.substr(0, all.find("p25@") + 2);
  world.set_people(replaced(half, "groups\n", "groups\n" + person_row(kNewcomer)));
  expect_incomplete(1, "the last row is broken, the file may have been cut");
}

// never-again 7
TEST_F(FalseAbsenceTest, AFileThatLostMostOfItsRowsRemovesNobodyUntilTheNumberIsAccepted) {
  world.set_people(people_csv(10));
  expect_incomplete(0, "`usher apply --accept-count staff=10` accepts it once");
  EXPECT_EQ(world.report({"apply", "--accept-count", "staff=11"}).at("exit_code"), 5)
      << "not that number";
  const nlohmann::json accepted = world.report({"apply", "--accept-count", "staff=10"});
  EXPECT_EQ(accepted.at("exit_code"), 4) << "the limit on removals still counts";
  EXPECT_EQ(target_of(accepted, "inbox").at("holds").at(0).at("count"), 20);
}

TEST_F(FalseAbsenceTest, AFileOfTheDirectoryThatIsGoneRemovesNobody) {
  const TempDir& folder = world.folder();
  folder.write("people/a.csv", people_csv(28));
  folder.write("people/b.csv", people_csv(2, 29));
  world.configure(replaced(world.inbox_config(), "people.csv", "people/"));
  world.must(0, {"apply", "--accept-count", "staff=30"});
  std::filesystem::remove(folder / "people/b.csv");
  expect_incomplete(0, "b.csv");
}

TEST_F(FalseAbsenceTest, AMissingSentinelRemovesNobody) {
  world.configure(replaced(world.inbox_config(), "id: id,", "id: id, sentinels: [E0005],"));
  world.must(0, {"plan"});
  world.set_people(without(people_csv(kPeople), {5}) + person_row(kNewcomer));
  expect_incomplete(1, "E0005");
}

// never-again 2: 200, and a list with nobody in it
TEST_F(FalseAbsenceTest, AnEmptyListFromTheTargetInvitesNobodyAgain) {
  world.sandbox().fault({{"match", {{"method", "GET"}, {"path", "/workspace/teammates"}}},
                         {"action", "empty_list"},
                         {"times", 0}});
  world.set_people(without(people_csv(kPeople), {1}) + person_row(kNewcomer));
  expect_incomplete(0, "lacks the account that reads it");
}

nlohmann::json missing_page(int size) {
  return {{"match", {{"method", "GET"}, {"path_regex", "/workspace/teammates$"}}},
          {"action", "missing_page"},
          {"page_size", size},
          {"times", 0}};
}

TEST_F(FalseAbsenceTest, AListWithoutHalfOfTheAccountsInvitesNobodyAgain) {
  world.set_people(people_csv(31));
  world.must(0, {"apply"});
  world.sandbox().fault(missing_page(16));
  expect_incomplete(0, "16 of 31 linked accounts are not in the target's list of 16");
}

TEST_F(FalseAbsenceTest, AListWithoutSomeAccountsIsBelievedOnlyWhenTheNextOneLacksThemToo) {
  world.sandbox().fault(missing_page(5));
  const nlohmann::json report = world.report({"apply"});
  EXPECT_EQ(report.at("exit_code"), 0);
  EXPECT_THAT(target_of(report, "inbox").at("changes"), SizeIs(0));
  EXPECT_THAT(report.dump(), HasSubstr("is missing from the list for the first time"));
  world.sandbox().clear_faults();
  world.must(0, {"apply"});
  EXPECT_EQ(world.sandbox().writes(), std::size_t{kPeople});
}

// never-again 3
TEST_F(FalseAbsenceTest, ATargetThatCannotBeReadFailsAndIsNotWrittenTo) {
  world.sandbox().fault(
      {{"match", {{"method", "GET"}}}, {"action", "status"}, {"status", 503}, {"times", 0}});
  world.set_people(people_csv(3));
  const std::size_t writes = world.sandbox().writes();
  const nlohmann::json report = world.report({"apply"});
  EXPECT_EQ(report.at("exit_code"), 1);
  EXPECT_EQ(target_of(report, "inbox").at("status"), "failed");
  EXPECT_THAT(target_of(report, "inbox").at("problems").dump(), HasSubstr("503"));
  EXPECT_EQ(world.sandbox().writes(), writes);
}

// People are in the workspace, the state does not know them yet, and the first list lies.
TEST(FirstRunTest, AnEmptyListInvitesNobodyWhoMayHaveAnAccount) {
  World world(kPeople);
  world.must(0, {"init"});
  world.sandbox().fault({{"match", {{"method", "GET"}, {"path", "/workspace/teammates"}}},
                         {"action", "empty_list"},
                         {"times", 0}});
  const nlohmann::json report = world.report({"apply"});
  EXPECT_EQ(report.at("exit_code"), 5);
  EXPECT_EQ(target_of(report, "inbox").at("counts").at("undecided"), kPeople);
  EXPECT_EQ(world.sandbox().writes(), 0U);
}

/// A directory server in the place of the file.
class FalseAbsenceInLdapTest : public testing::Test {
 protected:
  static constexpr int kEntries = 12;

  static std::string entry(int number) {
    return ldif_of_person("p" + std::to_string(number),
                          "employeeNumber: E" + std::to_string(number) + "\n");
  }
  static std::string tree() {
    std::string ldif = ldif_of_tree();
    for (int number = 1; number <= kEntries; ++number) ldif += entry(number);
    return ldif;
  }
  void read_from(const std::string& url) const {
    world.configure(replaced(
        world.inbox_config(),
        "type: csv, path: people.csv, id: id, groups: { column: groups, separator: \";\" }",
        "type: ldap, url: \"" + url +
            "\", bind: anonymous, page_size: 5, id: employeeNumber, "
            "base: \"ou=people,dc=example,dc=com\", filter: (objectClass=inetOrgPerson)"));
  }

  World world{0};
};

// never-again 6, 14
TEST_F(FalseAbsenceInLdapTest, ASizeLimitRemovesNobodyAndLetsNewPeopleIn) {
  const Slapd slapd({.ldif = tree(), .database = "limits anonymous size.prtotal=15\n"});
  read_from(slapd.url());
  world.must(0, {"init"});
  world.must(0, {"apply"});
  slapd.modify("dn: uid=p1,ou=people,dc=example,dc=com\nchangetype: delete\n");
  for (int number = 20; number < 26; ++number) {
    slapd.modify(replaced(entry(number), "\nobjectClass", "\nchangetype: add\nobjectClass"));
  }
  const nlohmann::json report = world.report({"apply"});
  EXPECT_EQ(report.at("exit_code"), 5);
  EXPECT_THAT(reasons_of(report).dump(), HasSubstr("size limit"));
  const int invited = target_of(report, "inbox").at("counts").at("invite").get<int>();
  EXPECT_GE(invited, 1) << "those that were read are known to be new";
  expect_only_newcomers(report, invited);
}

// never-again 50
TEST_F(FalseAbsenceInLdapTest, ASecondPageThatFailsRemovesNobody) {
  constexpr std::uint64_t kNever = std::uint64_t{1} << 40;
  const Slapd slapd({.ldif = tree()});
  const TcpProxy proxy(slapd.port(), {kNever, 2'000, 2'000});
  read_from("ldap://127.0.0.1:" + std::to_string(proxy.port()));
  world.must(0, {"init"});
  world.must(0, {"apply"});
  const std::size_t writes = world.sandbox().writes();
  const nlohmann::json report = world.report({"apply"});
  EXPECT_EQ(report.at("exit_code"), 5);
  expect_only_newcomers(report, 0);
  EXPECT_THAT(reasons_of(report).dump(), HasSubstr("connection"));
  EXPECT_EQ(world.sandbox().writes(), writes);
}

}  // namespace
}  // namespace usher::e2e
