#include "connectors/csv/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "connectors/csv/check.h"
#include "connectors/error.h"
#include "connectors/source.h"
#include "tests/support/collected_people.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_dir.h"

namespace usher::csv {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class CsvSourceTest : public testing::Test {
 protected:
  [[nodiscard]] SettingValues settings(const std::string& path) const {
    SettingValues values;
    values.set("path", path);
    values.set("delimiter", std::string(","));
    values.set("id", std::string("id"));
    return values;
  }

  Receipt read(const std::string& path) {
    return kind().make("staff", settings(path), clock_)->read(sink_);
  }

  ManualClock clock_;
  TempDir dir_;
  CollectedPeople sink_;
};

TEST_F(CsvSourceTest, ReadsOneFile) {
  const Receipt receipt = read(dir_.write("hr.csv", "id,mail\nE1,a\nE2,b\n"));
  EXPECT_TRUE(receipt.complete()) << receipt.reasons.front();
  EXPECT_THAT(sink_.people, SizeIs(2));
  EXPECT_THAT(receipt.parts, ElementsAre("hr.csv"));
  EXPECT_EQ(receipt.pages, 1U);
  EXPECT_EQ(receipt.entries, 2U);
  EXPECT_EQ(sink_.people[1].where, (dir_ / "hr.csv") + ":3:1");
}

TEST_F(CsvSourceTest, ReadsADirectoryInNameOrder) {
  dir_.write("b.csv", "id\nE2\n");
  dir_.write("a.csv", "id\nE1\n");
  dir_.write(".hidden.csv", "id\nE3\n");
  dir_.write("notes.txt", "nothing");
  const Receipt receipt = read(dir_.path());
  EXPECT_TRUE(receipt.complete());
  EXPECT_THAT(receipt.parts, ElementsAre("a.csv", "b.csv"));
  EXPECT_EQ(sink_.people.at(0).source_id, "E1");
  EXPECT_EQ(sink_.people.at(1).source_id, "E2");
}

// never-again 1
TEST_F(CsvSourceTest, AnEmptyDirectorySaysSo) {
  EXPECT_EQ(read(dir_.path()).entries, 0U);
  EXPECT_THAT(sink_.problems.at(0).message, HasSubstr("no *.csv file"));
}

TEST_F(CsvSourceTest, AFileWithOnlyAHeaderSaysSo) {
  EXPECT_EQ(read(dir_.write("hr.csv", "id,mail\n")).entries, 0U);
  EXPECT_THAT(sink_.problems.at(0).message, HasSubstr("no people at all"));
}

TEST_F(CsvSourceTest, AMissingPathCannotBeRead) {
  try {
    (void)read(dir_ / "nowhere");
    FAIL() << "was read";
  } catch (const ConnectorError& error) {
    EXPECT_EQ(error.kind, ErrorKind::kNotFound);
    EXPECT_THAT(error.what(), HasSubstr("nowhere: cannot be read"));
  }
}

TEST_F(CsvSourceTest, ANamedPipeIsRefusedWithoutWaiting) {
  ASSERT_EQ(::mkfifo((dir_ / "pipe.csv").c_str(), 0600), 0);
  EXPECT_THROW((void)read(dir_ / "pipe.csv"), ConnectorError);
}

TEST_F(CsvSourceTest, OneUnusableFileOfADirectoryMakesTheReadIncomplete) {
  dir_.write("a.csv", "number\n1\n");
  dir_.write("b.csv", "id\nE2\n");
  const Receipt receipt = read(dir_.path());
  EXPECT_THAT(receipt.reasons, ElementsAre(HasSubstr("no column `id`")));
  EXPECT_THAT(receipt.parts, ElementsAre("b.csv"));
  EXPECT_THAT(sink_.people, SizeIs(1));
}

TEST_F(CsvSourceTest, ADirectoryOfUnusableFilesCannotBeRead) {
  dir_.write("a.csv", "number\n1\n");
  EXPECT_THROW((void)read(dir_.path()), ConnectorError);
}

TEST_F(CsvSourceTest, ALinkToNowhereMakesTheReadIncomplete) {
  dir_.write("a.csv", "id\nE1\n");
  std::filesystem::create_symlink(dir_ / "gone", dir_ / "b.csv");
  EXPECT_THAT(read(dir_.path()).reasons, ElementsAre(HasSubstr("b.csv: cannot be read")));
}

TEST_F(CsvSourceTest, ANameThatDiffersOnlyInCaseIsPointedOut) {
  dir_.write("a.csv", "id\nE1\n");
  dir_.write("B.CSV", "id\nE2\n");
  EXPECT_TRUE(read(dir_.path()).complete());
  EXPECT_THAT(sink_.problems.at(0).where, HasSubstr("B.CSV"));
}

/// Disturbs the world when the first person of a read arrives.
class DisturbedReadTest : public CsvSourceTest {
 protected:
  void at_first_person(const std::function<void()>& disturb) {
    sink_.on_person = [disturb](std::size_t count) {
      if (count == 1) disturb();
    };
  }
};

TEST_F(DisturbedReadTest, AFileThatGrowsIsIncomplete) {
  const std::string file = dir_.write("hr.csv", "id\nE1\n");
  at_first_person([&] { std::ofstream(file, std::ios::app) << "E2\n"; });
  EXPECT_THAT(read(file).reasons, ElementsAre(HasSubstr("changed while it was read")));
}

TEST_F(DisturbedReadTest, AFileThatShrinksIsIncomplete) {
  std::string text = "id\n";
  for (int i = 0; i < 100'000; ++i) text += "E" + std::to_string(i) + "\n";
  const std::string file = dir_.write("hr.csv", text);
  at_first_person([&] { std::filesystem::resize_file(file, 300'000); });
  EXPECT_THAT(read(file).reasons, Contains(HasSubstr("changed while it was read")));
}

TEST_F(DisturbedReadTest, AFileThatIsReplacedIsIncomplete) {
  const std::string file = dir_.write("hr.csv", "id\nE1\n");
  const std::string next = dir_.write("next", "id\nE2\n");
  at_first_person([&] { std::filesystem::rename(next, file); });
  EXPECT_THAT(read(file).reasons, ElementsAre(HasSubstr("changed while it was read")));
}

TEST_F(DisturbedReadTest, AFileRewrittenInTheSameSizeIsIncomplete) {
  const std::string file = dir_.write("hr.csv", "id\nE1\n");
  at_first_person([&] {
    std::filesystem::last_write_time(
        file, std::filesystem::last_write_time(file) + std::chrono::milliseconds(1));
  });
  EXPECT_THAT(read(file).reasons, ElementsAre(HasSubstr("changed while it was read")));
}

TEST_F(DisturbedReadTest, AFileThatDisappearsIsIncomplete) {
  const std::string file = dir_.write("hr.csv", "id\nE1\n");
  at_first_person([&] { std::filesystem::remove(file); });
  EXPECT_THAT(read(file).reasons, ElementsAre(HasSubstr("disappeared while it was read")));
}

TEST_F(DisturbedReadTest, AFileThatDisappearsBeforeItsTurnIsIncomplete) {
  dir_.write("a.csv", "id\nE1\n");
  const std::string second = dir_.write("b.csv", "id\nE2\n");
  at_first_person([&] { std::filesystem::remove(second); });
  EXPECT_THAT(read(dir_.path()).reasons, Contains(HasSubstr("b.csv: cannot be read")));
}

TEST_F(DisturbedReadTest, AFileThatJoinsTheDirectoryIsIncomplete) {
  dir_.write("b.csv", "id\nE1\n");
  at_first_person([&] { dir_.write("a.csv", "id\nE2\n"); });
  EXPECT_THAT(read(dir_.path()).reasons, ElementsAre(HasSubstr("came or went")));
}

TEST_F(CsvSourceTest, ProbeNamesFilesAndAttributes) {
  dir_.write("a.csv", "id,mail\n");
  dir_.write("b.csv", "id,team\n");
  const auto findings = kind().make("staff", settings(dir_.path()), clock_)->probe();
  ASSERT_THAT(findings, SizeIs(2));
  EXPECT_THAT(findings[0].what, HasSubstr("2 files"));
  EXPECT_EQ(findings[1].what, "attributes: id, mail, team");
}

TEST_F(CsvSourceTest, ProbeOfAMissingPathIsABadFinding) {
  const auto findings = kind().make("staff", settings(dir_ / "nowhere"), clock_)->probe();
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_FALSE(findings[0].good);
}

TEST_F(CsvSourceTest, CheckReportsEveryHeader) {
  dir_.write("a.csv", "number,mail\n");
  dir_.write("b.csv", "id,mail,mail\n");
  const HeaderCheck check = check_headers(settings(dir_.path()));
  ASSERT_THAT(check.problems, SizeIs(2));
  EXPECT_EQ(check.problems[0].severity, Severity::kError);
  EXPECT_EQ(check.problems[0].where, (dir_ / "a.csv") + ":1:1");
  EXPECT_EQ(check.problems[1].severity, Severity::kWarning);
  EXPECT_THAT(check.attributes, ElementsAre("mail", "number", "id"));
}

TEST_F(CsvSourceTest, CheckIsSilentAboutFilesThatAreNotThereYet) {
  EXPECT_THAT(check_headers(settings(dir_ / "nowhere")).problems, IsEmpty());
}

}  // namespace
}  // namespace usher::csv
