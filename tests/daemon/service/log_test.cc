#include "daemon/service/log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <functional>

namespace usher {
namespace {

std::string written(Prefix prefix, const std::function<void(Log&)>& use) {
  std::FILE* const file = std::tmpfile();
  Log log(fileno(file), prefix);
  use(log);
  std::array<char, 4096> bytes{};
  const ssize_t got = pread(fileno(file), bytes.data(), bytes.size(), 0);
  std::fclose(file);
  return {bytes.data(), static_cast<std::size_t>(got)};
}

TEST(LogTest, LinesBeginWithThePriorityOfSyslog) {
  const std::string text = written(Prefix::kPriority, [](Log& log) {
    log.set_level(LogLevel::kDebug);
    log.error("a");
    log.warning("b");
    log.notice("c");
    log.info("d");
    log.debug("e");
  });
  EXPECT_EQ(text, "<3>a\n<4>b\n<5>c\n<6>d\n<7>e\n");
}

TEST(LogTest, APersonAtATerminalSeesNoPriorities) {
  EXPECT_EQ(written(Prefix::kNone, [](Log& log) { log.error("a"); }), "a\n");
}

TEST(LogTest, WhatIsLessImportantThanTheLevelIsLeftOut) {
  const std::string text = written(Prefix::kNone, [](Log& log) {
    log.set_level(LogLevel::kWarning);
    log.error("error");
    log.warning("warning");
    log.notice("notice");
  });
  EXPECT_EQ(text, "error\nwarning\n");
}

TEST(LogTest, AForeignValueCannotBeginALineOfItsOwnOrSteerATerminal) {
  const std::string text =
      written(Prefix::kPriority, [](Log& log) { log.info("ann\n<3>forged\x1b[2J"); });
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(LogTest, LevelsAreReadAsTheConfigurationWritesThem) {
  EXPECT_EQ(parse_log_level("notice"), LogLevel::kNotice);
  EXPECT_EQ(parse_log_level("verbose"), std::nullopt);
}

}  // namespace
}  // namespace usher
