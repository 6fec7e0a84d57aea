// A full disk: in a child process, which may have a file system and limits of its own.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <functional>
#include <string>

#include "daemon/store/store.h"
#include "tests/support/temp_dir.h"

namespace usher {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// Runs `body` in a child and returns what it returned.
std::string in_child(const std::function<std::string()>& body) {
  std::array<int, 2> pipe_ends{};
  if (pipe(pipe_ends.data()) != 0) return "no pipe";
  const pid_t pid = fork();
  if (pid == 0) {
    std::string text;
    try {
      text = body();
    } catch (const std::exception& error) {
      text = std::string("thrown: ") + error.what();
    }
    const bool is_whole =
        write(pipe_ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size());
    _exit(is_whole ? 0 : 1);
  }
  close(pipe_ends[1]);
  std::string text;
  std::array<char, 4096> part{};
  for (ssize_t got = 0; (got = read(pipe_ends[0], part.data(), part.size())) > 0;) {
    text.append(part.data(), static_cast<std::size_t>(got));
  }
  close(pipe_ends[0]);
  waitpid(pid, nullptr, 0);
  return text;
}

Link link(int number, const std::string& ballast) {
  Link link;
  link.target = "seats";
  link.source_id = "E" + std::to_string(number);
  link.remote_id = std::to_string(number);
  link.desired_digest = ballast;
  return link;
}

/// A file system of two megabytes in `folder`, which this process alone sees.
bool mount_small_disk(const std::string& folder) {
  const std::string user = fmt::format("{0} {0} 1", geteuid());
  if (unshare(CLONE_NEWNS) != 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    std::ofstream("/proc/self/uid_map") << user;
  }
  // Private first: where mounts are shared the rest of the machine would see it too.
  return mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         mount("none", folder.c_str(), "tmpfs", 0, "size=2m,mode=0700") == 0;
}

/// Writes links until there is no more room. Returns what was said then, and what is left.
std::string fill(const std::string& path) {
  const std::string ballast(20'000, 'x');
  int written = 0;
  std::string said;
  try {
    Store store(path, Store::Access::kWrite);
    for (; written < 10'000; ++written) store.put_link(link(written, ballast));
    return "never full";
  } catch (const StoreError& error) {
    said = error.what();
  }
  const Store again(path, Store::Access::kRead);
  const bool is_whole =
      again.links("seats").size() == static_cast<std::size_t>(written) && again.check().empty();
  return said + (is_whole ? " | nothing missing" : " | something missing");
}

TEST(FullDiskTest, IsSaidInPlainWordsAndLosesNothing) {
  const TempDir dir;
  const std::string said = in_child([&]() -> std::string {
    if (!mount_small_disk(dir.path())) return "not allowed";
    Store::create(dir / "state.db");
    return fill(dir / "state.db");
  });
  if (said == "not allowed") GTEST_SKIP() << "no file system of one's own may be mounted here";
  EXPECT_THAT(said, AllOf(HasSubstr("the disk is full"), HasSubstr("state.db"),
                          HasSubstr("| nothing missing")));
}

TEST(FullDiskTest, AFileSizeLimitLosesNothingEither) {
  const TempDir dir;
  Store::create(dir / "state.db");
  const std::string said = in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1 << 20, 1 << 20};
    setrlimit(RLIMIT_FSIZE, &limit);
    return fill(dir / "state.db");
  });
  EXPECT_THAT(said, AllOf(HasSubstr("state.db"), HasSubstr("othing was lost"),
                          HasSubstr("| nothing missing")));
  const Store store(dir / "state.db", Store::Access::kWrite);
  EXPECT_TRUE(store.check().empty());
}

TEST(FullDiskTest, NoHalfStateIsMade) {
  const TempDir dir;
  const std::string said = in_child([&]() -> std::string {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    setrlimit(RLIMIT_FSIZE, &limit);
    try {
      Store::create(dir / "state.db");
      return "made";
    } catch (const StoreError& error) {
      return error.what();
    }
  });
  EXPECT_THAT(said, HasSubstr("state.db"));
  EXPECT_FALSE(Store::exists(dir / "state.db")) << said;
}

}  // namespace
}  // namespace usher
