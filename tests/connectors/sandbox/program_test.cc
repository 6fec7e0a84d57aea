// The program itself, as an administrator starts it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>
#include <vector>

namespace usher::sandbox {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr const char* kProgram = USHER_BINARY_DIR "/connectors/sandbox/usher-sandbox";
constexpr const char* kSeedFile = USHER_SOURCE_DIR "/connectors/sandbox/examples/seed.json";

/// A running usher-sandbox; its output comes through a pipe.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe(ends.data()), 0);
    child_ = fork();
    if (child_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      dup2(ends[1], STDERR_FILENO);
      close(ends[0]);
      close(ends[1]);
      std::vector<char*> argv{const_cast<char*>(kProgram)};
      for (auto& argument : arguments) {
        argv.push_back(argument.data());
      }
      argv.push_back(nullptr);
      execv(kProgram, argv.data());
      _exit(127);
    }
    close(ends[1]);
    output_ = fdopen(ends[0], "r");
  }
  ~Program() {
    if (child_ > 0) {
      static_cast<void>(stop(SIGKILL));
    }
    static_cast<void>(std::fclose(output_));
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// Empty at the end of the output.
  std::string line() {
    std::array<char, 4096> buffer{};
    return std::fgets(buffer.data(), buffer.size(), output_) == nullptr ? "" : buffer.data();
  }
  std::string rest() {
    std::string all;
    for (auto next = line(); !next.empty(); next = line()) {
      all += next;
    }
    return all;
  }
  /// Exit status; negative the signal that killed it.
  int stop(int signal) {
    kill(child_, signal);
    return wait();
  }
  int wait() {
    int status = 0;
    waitpid(child_, &status, 0);
    child_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t child_ = 0;
  FILE* output_ = nullptr;
};

TEST(ProgramTest, PrintsItsUrlsAndEndsCleanlyOnSigterm) {
  Program program({"--seed", kSeedFile});
  EXPECT_THAT(program.line(),
              MatchesRegex("timelines: http://127.0.0.1:[0-9]+/integrations/api\n"));
  EXPECT_THAT(program.line(),
              MatchesRegex("timelines_partner: http://127.0.0.1:[0-9]+/partner/api/v1\n"));
  EXPECT_EQ(program.stop(SIGTERM), 0);
}

TEST(ProgramTest, RefusesWhatItCannotServe) {
  struct Case {
    std::vector<std::string> arguments;
    int exit_code;
    const char* message;
  };
  const Case cases[] = {
      {{"--listen", "0.0.0.0:0"}, 3, "is not a loopback address"},
      {{"--seed", "/nowhere/seed.json"}, 3, "cannot read the seed /nowhere/seed.json"},
      {{"--set", "unknown_tem=create"}, 3, "did you mean `unknown_team`?"},
      {{"--set", "unknown_team"}, 3, "--set wants name=value"},
      {{"--rate", "many"}, 3, "is no rate"},
      {{"--cert", "cert.pem"}, 3, "both a certificate and its key"},
      {{"--nonsense"}, 64, "--nonsense"},
  };
  for (const auto& [arguments, exit_code, message] : cases) {
    Program program(arguments);
    EXPECT_THAT(program.rest(), HasSubstr(message));
    EXPECT_EQ(program.wait(), exit_code) << message;
  }
}

TEST(ProgramTest, ListsItsSwitches) {
  Program program({"--list-switches"});
  EXPECT_THAT(program.rest(), HasSubstr("unknown_team = 404|400|create (now 404)"));
  EXPECT_EQ(program.wait(), 0);
}

}  // namespace
}  // namespace usher::sandbox
