// A plug-in that takes the process with it is not called again, until somebody says so.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "tests/plugins/corner.h"

namespace usher::plugins {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

namespace fs = std::filesystem;

constexpr int kKilledBySegv = 128 + SIGSEGV;

/// `bad` makes trouble, `good` does not; `apply` was run once and died.
class PluginCrashTest : public ::testing::Test {
 protected:
  void crash(const std::string& trouble, int status = kKilledBySegv) {
    corner_.configure({{"bad", trouble}, {"good", ""}});
    ASSERT_EQ(corner_.usher({"init"}).status, 0);
    ASSERT_EQ(corner_.usher({"apply"}).status, status);
    corner_.configure({{"bad", ""}, {"good", ""}});
  }
  void expect_quarantined(const std::string& call, const std::string& command = "apply") {
    const nlohmann::json report = corner_.report({command});
    EXPECT_EQ(report.at("exit_code"), 1);
    EXPECT_EQ(status_of(report, "bad"), "failed");
    EXPECT_THAT(problems_of(report, "bad"),
                AllOf(HasSubstr("usher died in '" + call + "' of the plug-in " + corner_.shaky()),
                      HasSubstr("another build"), HasSubstr(record_ + " is removed")));
    EXPECT_EQ(status_of(report, "good"), "in_sync");
    EXPECT_EQ(corner_.accounts("good"), 3U);
  }
  void expect_free() {
    const nlohmann::json report = corner_.report({"apply"});
    EXPECT_EQ(status_of(report, "bad"), "in_sync");
    EXPECT_EQ(corner_.accounts("bad"), 3U);
    EXPECT_FALSE(fs::exists(corner_.records()));
  }

  const Corner corner_;
  const std::string record_ = corner_.records() + "/bad";
};

TEST_F(PluginCrashTest, ACrashInListQuarantinesItsTargetUntilTheRecordIsRemoved) {
  crash("trouble: segv, at: list");
  expect_quarantined("list");
  expect_quarantined("list", "plan");
  fs::remove(record_);
  expect_free();
}

TEST_F(PluginCrashTest, ACrashInApplyQuarantinesItsTargetUntilAnotherBuildIsInstalled) {
  crash("trouble: segv, at: apply");
  EXPECT_EQ(corner_.accounts("bad"), 0U);
  expect_quarantined("apply");
  corner_.rebuild();
  expect_free();
}

TEST_F(PluginCrashTest, WhatWasSentBeforeTheCrashIsNotSentAgain) {
  crash("trouble: segv, at: written");
  EXPECT_EQ(corner_.accounts("bad"), 1U);
  expect_quarantined("apply");
  fs::remove(record_);
  expect_free();
}

TEST_F(PluginCrashTest, ACallThatIsMadeForEachAccountIsRecordedToo) {
  crash("trouble: segv, at: canonical");
  expect_quarantined("canonical");
}

TEST_F(PluginCrashTest, AQuarantinedTargetIsNotEvenMade) {
  crash("trouble: segv, at: make");
  corner_.configure({{"bad", "trouble: segv, at: make"}, {"good", ""}});
  expect_quarantined("make");
}

TEST_F(PluginCrashTest, APluginThatEndsTheProcessPolitelyIsNoBetter) {
  crash("trouble: exit, at: list", 0);
  expect_quarantined("list");
}

TEST_F(PluginCrashTest, ProbeNamesTheQuarantine) {
  crash("trouble: segv, at: list");
  const Finished probe = corner_.usher({"probe"});
  EXPECT_EQ(probe.status, 1);
  EXPECT_THAT(probe.output, AllOf(HasSubstr("target bad: NOT GOOD"), HasSubstr("usher died in"),
                                  HasSubstr("target good: good")));
}

/// A target whose plug-in waits in `list` until it is told to go on.
class WaitingPluginTest : public ::testing::Test {
 protected:
  WaitingPluginTest() {
    corner_.configure({{"slow", "trouble: wait"}});
    EXPECT_EQ(corner_.usher({"init"}).status, 0);
  }
  void go_on() const { fs::remove(sign_); }

  const Corner corner_;
  const std::string sign_ = corner_.folder() / "slow.txt.waits";
};

TEST_F(WaitingPluginTest, TheRecordOfALivingProcessIsNoCrash) {
  Process applying(corner_.command({"apply"}));
  applying.wait_for_file(sign_);
  corner_.configure({{"slow", ""}});
  EXPECT_EQ(status_of(corner_.report({"plan"}), "slow"), "changes");
  go_on();
  EXPECT_EQ(applying.wait(), 0);
  EXPECT_EQ(corner_.accounts("slow"), 3U);
  EXPECT_FALSE(fs::exists(corner_.records()));
}

TEST_F(WaitingPluginTest, WhoInterruptsAPlanDoesNotBlameThePlugin) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    Process planning(corner_.command({"plan"}));
    planning.wait_for_file(sign_);
    planning.send_signal(signal);
    EXPECT_EQ(planning.wait(), 128 + signal);
    go_on();
  }
  corner_.configure({{"slow", ""}});
  EXPECT_EQ(status_of(corner_.report({"plan"}), "slow"), "changes");
}

TEST_F(WaitingPluginTest, WhoEndsAnApplyAtOnceDoesNotBlameThePlugin) {
  Process applying(corner_.command({"apply"}));
  applying.wait_for_file(sign_);
  applying.send_signal(SIGTERM);
  applying.wait_for_error("stopping");
  applying.send_signal(SIGTERM);
  EXPECT_EQ(applying.wait(), 128 + SIGTERM);
  corner_.configure({{"slow", ""}});
  EXPECT_EQ(status_of(corner_.report({"plan"}), "slow"), "changes");
}

TEST(PluginRecordTest, WhereNothingCanBeWrittenPlanGoesOnAndApplyDoesNot) {
  const Corner corner;
  corner.configure({{"one", ""}});
  ASSERT_EQ(corner.usher({"init"}).status, 0);
  corner.folder().write("state.db.plugins", "not a folder");
  EXPECT_EQ(status_of(corner.report({"plan"}), "one"), "changes");
  const nlohmann::json report = corner.report({"apply"});
  EXPECT_EQ(status_of(report, "one"), "failed");
  EXPECT_THAT(problems_of(report, "one"),
              AllOf(HasSubstr("is not called"), HasSubstr(corner.records())));
  EXPECT_EQ(corner.accounts("one"), 0U);
}

TEST(PluginRecordTest, APlanLeavesNothingBehind) {
  const Corner corner;
  corner.configure({{"one", ""}});
  EXPECT_EQ(status_of(corner.report({"plan"}), "one"), "changes");
  std::string left;
  for (const auto& entry : fs::directory_iterator(corner.folder().path())) {
    left += entry.path().filename().string() + " ";
  }
  EXPECT_THAT(left, Not(HasSubstr("state.db")));
}

}  // namespace
}  // namespace usher::plugins
