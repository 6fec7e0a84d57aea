// Exit codes, and what is on standard output beside them.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/e2e/world.h"

namespace usher::e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kNoSuchPerson = "E0077,,Nobody,Default,all\n";  // lacks the address

/// Another usher, as far as a lock can tell.
class Locked {
 public:
  explicit Locked(const std::string& state)
      : fd_(::open((state + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    EXPECT_EQ(::flock(fd_, LOCK_EX | LOCK_NB), 0);
  }
  ~Locked() { ::close(fd_); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

 private:
  int fd_;
};

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

class ExitCodeTest : public testing::Test {
 protected:
  void SetUp() override {
    world.must(0, {"init"});
    world.must(0, {"apply"});
  }

  /// A hold: more leave than the limit lets go.
  void let_people_leave() const { world.set_people(people_csv(7)); }

  [[nodiscard]] int exit_code(const std::vector<std::string>& arguments) const {
    return world.report(arguments).value("exit_code", -1);
  }

  World world{10};
};

TEST_F(ExitCodeTest, ZeroWhenNothingIsLeftToDo) {
  EXPECT_EQ(exit_code({"plan", "--detailed-exitcode"}), 0);
  EXPECT_EQ(exit_code({"apply"}), 0);
}

TEST_F(ExitCodeTest, OneWhenATargetCannotBeRead) {
  world.sandbox().kill();
  EXPECT_EQ(exit_code({"plan"}), 1);
  EXPECT_EQ(exit_code({"apply"}), 1);
}

TEST_F(ExitCodeTest, OneWhenTheStateIsLost) {
  std::filesystem::remove(world.state());
  const Finished run = world.usher({"apply", "--format", "json"});
  EXPECT_EQ(run.status, 1);
  EXPECT_EQ(nlohmann::json::parse(run.output).at("exit_code"), 1);
  EXPECT_THAT(run.error, HasSubstr("usher init"));
  EXPECT_THAT(run.error, HasSubstr("state restore"));
}

TEST_F(ExitCodeTest, TwoWhenChangesArePendingAndTheDetailIsAskedFor) {
  world.set_people(people_csv(11));
  EXPECT_EQ(exit_code({"plan", "--detailed-exitcode"}), 2);
  EXPECT_EQ(exit_code({"plan"}), 0);
}

TEST_F(ExitCodeTest, ThreeWhenTheConfigurationIsInvalid) {
  world.configure(world.inbox_config("no_such_key: 1"));
  EXPECT_EQ(exit_code({"plan"}), 3);
  EXPECT_EQ(exit_code({"apply"}), 3);
  EXPECT_EQ(exit_code({"check"}), 3);
}

TEST_F(ExitCodeTest, FourForAHold) {
  let_people_leave();
  EXPECT_EQ(exit_code({"plan"}), 4);
  EXPECT_EQ(exit_code({"apply"}), 4);
}

TEST_F(ExitCodeTest, FiveWhenAPersonCannotBeServed) {
  world.set_people(people_csv(10).append(kNoSuchPerson));
  EXPECT_EQ(exit_code({"plan"}), 5);
  EXPECT_EQ(exit_code({"apply"}), 5);
}

TEST_F(ExitCodeTest, SixWhenAnotherUsherApplies) {
  const Locked locked(world.state());
  EXPECT_EQ(exit_code({"apply", "--lock-wait", "0s"}), 6);
  EXPECT_EQ(exit_code({"plan"}), 0) << "reading goes on beside it";
}

TEST_F(ExitCodeTest, SixtyFourForWhatCannotBeTyped) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"plan", "--no-such-option"},
        {"no-such-command"},
        {},
        {"plan", "--target", "no-such-target"},
        {"plan", "--format", "xml"},
        {"apply", "--approve", "abc"}}) {
    const Finished run = world.usher(arguments);
    EXPECT_EQ(run.status, 64) << testing::PrintToString(arguments);
    EXPECT_THAT(run.output, IsEmpty());
    EXPECT_FALSE(run.error.empty());
  }
}

TEST_F(ExitCodeTest, ThreeComesBeforeOne) {
  world.sandbox().kill();
  world.configure(world.inbox_config("no_such_key: 1"));
  EXPECT_EQ(exit_code({"apply"}), 3);
}

TEST_F(ExitCodeTest, SixComesBeforeOne) {
  const Locked locked(world.state());
  world.sandbox().kill();
  EXPECT_EQ(exit_code({"apply", "--lock-wait", "0s"}), 6);
}

TEST_F(ExitCodeTest, OneComesBeforeFive) {
  world.set_people(people_csv(10).append(kNoSuchPerson));
  world.configure(world.inbox_config() + R"(  other:
    connector: timelines
    source: staff
    url: http://127.0.0.1:1/
    token: { env: E2E_TOKEN }
    retry: { attempts: 1 }
    map: { email: "${mail}", role: agent, team: Default }
)");
  const nlohmann::json report = world.report({"plan"});
  EXPECT_EQ(target_of(report, "inbox").at("status"), "partial");
  EXPECT_EQ(report.at("exit_code"), 1);
}

TEST_F(ExitCodeTest, FiveComesBeforeFourAndFourBeforeTwo) {
  let_people_leave();
  world.set_people(people_csv(7) + person_row(12));
  EXPECT_EQ(exit_code({"plan", "--detailed-exitcode"}), 4);
  world.set_people(people_csv(7) + person_row(12).append(kNoSuchPerson));
  EXPECT_EQ(exit_code({"plan", "--detailed-exitcode"}), 5);
}

TEST_F(ExitCodeTest, PlanWritesNothingAnywhere) {
  world.set_people(without(people_csv(12), {3}) + std::string(kNoSuchPerson));
  const std::string state = bytes_of(world.state());
  const std::string log = bytes_of(world.state() + "-wal");
  const std::size_t writes = world.sandbox().writes();
  EXPECT_EQ(exit_code({"plan"}), 5);
  world.must(5, {"plan", "--format", "html", "--out", world.folder() / "report.html"});
  world.must(0, {"explain", "E0002"});
  EXPECT_EQ(bytes_of(world.state()), state);
  EXPECT_EQ(bytes_of(world.state() + "-wal"), log);
  EXPECT_EQ(world.sandbox().writes(), writes);
}

TEST_F(ExitCodeTest, ReadingCommandsSpeakJsonToo) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"check"},
                                                    {"probe"},
                                                    {"status"},
                                                    {"history"},
                                                    {"history", "E0001"},
                                                    {"explain", "E0001"},
                                                    {"holds"},
                                                    {"links", "list"},
                                                    {"links", "show", "E0001"},
                                                    {"links", "list", "--dry-run"},
                                                    {"links", "show", "E0001", "--dry-run"},
                                                    {"state", "check"}}) {
    std::vector<std::string> command = arguments;
    command.insert(command.end(), {"--format", "json"});
    const Finished run = world.usher(command);
    EXPECT_EQ(run.status, 0) << testing::PrintToString(command) << run.error;
    EXPECT_FALSE(nlohmann::json::parse(run.output, nullptr, false).is_discarded()) << run.output;
  }
}

TEST(PlanTest, MakesNoStateWhereThereIsNone) {
  const World world(2);
  EXPECT_EQ(world.report({"plan"}).at("exit_code"), 0);
  EXPECT_FALSE(std::filesystem::exists(world.state()));
}

}  // namespace
}  // namespace usher::e2e
