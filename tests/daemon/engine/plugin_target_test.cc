#include "daemon/engine/plugin_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <utility>

#include "connectors/error.h"
#include "daemon/store/error.h"
#include "tests/connectors/recording.h"
#include "tests/support/fake_target.h"
#include "tests/support/temp_dir.h"

namespace usher {
namespace {

using ::testing::HasSubstr;

/// What a plug-in does when it is called.
struct Behaviour {
  std::function<void(AccountSink&)> list = [](AccountSink&) {};
  std::function<std::vector<Applied>(Steps&)> apply = [](Steps&) { return std::vector<Applied>{}; };
};

class ForeignTarget final : public FakeTarget {
 public:
  explicit ForeignTarget(const Behaviour& behaviour) : behaviour_(behaviour) {}
  Listing list(AccountSink& sink) override {
    behaviour_.list(sink);
    return {};
  }
  std::vector<Applied> apply(std::span<const Change>, Steps& steps) override {
    return behaviour_.apply(steps);
  }

 private:
  const Behaviour& behaviour_;
};

class FullDisk final : public AccountSink {
 public:
  void account(Account) override { throw StoreError("disk full"); }
  void problem(Problem) override {}
};

class PluginTargetTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<Target> make() const {
    return std::make_unique<PluginTarget>(
        CallRecords{folder(), "sales", "/usr/lib/acme.so", "sha256:1", true},
        [this] { return std::make_unique<ForeignTarget>(behaviour_); });
  }
  [[nodiscard]] ErrorKind kind_of_failure() const {
    const Change change;
    test::RecordingSteps steps;
    try {
      (void)make()->apply({&change, 1}, steps);
    } catch (const ConnectorError& error) {
      return error.kind;
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorKind::kConflict;
  }
  [[nodiscard]] std::string folder() const { return dir_ / "state.db.plugins"; }
  [[nodiscard]] std::string record() const {
    std::ifstream stream(folder() + "/sales");
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  TempDir dir_;
  Behaviour behaviour_;
};

TEST_F(PluginTargetTest, TheRecordNamesTheCallAsLongAsItGoesOn) {
  std::string during;
  behaviour_.list = [&](AccountSink&) { during = record(); };
  auto target = make();
  test::CollectingSink sink;
  (void)target->list(sink);
  EXPECT_THAT(during, HasSubstr("target: sales\nplugin: /usr/lib/acme.so\nobject: sha256:1\n"));
  EXPECT_THAT(during, HasSubstr("\ncall: list "));
  EXPECT_THAT(record(), HasSubstr("\ncall: - "));
  target.reset();
  EXPECT_FALSE(std::filesystem::exists(folder()));
}

TEST_F(PluginTargetTest, WhatUsherThrowsWhileItIsCalledPassesUnchanged) {
  FullDisk sink;
  behaviour_.list = [](AccountSink& to) { to.account({}); };
  EXPECT_THROW((void)make()->list(sink), StoreError);
  behaviour_.list = [](AccountSink& to) {
    try {
      to.account({});
    } catch (...) {  // as a plug-in must not
    }
  };
  EXPECT_THROW((void)make()->list(sink), StoreError);
}

TEST_F(PluginTargetTest, AnExceptionBeforeTheRequestMeansThatNothingWasSent) {
  behaviour_.apply = [](Steps&) -> std::vector<Applied> { throw 42; };
  EXPECT_EQ(kind_of_failure(), ErrorKind::kTransient);
}

TEST_F(PluginTargetTest, AnExceptionAfterAStepWasBegunLeavesItsOutcomeUnknown) {
  behaviour_.apply = [](Steps& steps) -> std::vector<Applied> {
    steps.intend("create", "");
    throw std::bad_alloc();
  };
  EXPECT_EQ(kind_of_failure(), ErrorKind::kUnknownOutcome);
}

TEST_F(PluginTargetTest, AnAnswerForEachChangeIsNeeded) {
  EXPECT_EQ(kind_of_failure(), ErrorKind::kUnknownOutcome);
}

TEST_F(PluginTargetTest, APluginThatMakesNoTargetIsRefused) {
  const CallRecords records{folder(), "sales", "/usr/lib/acme.so", "sha256:1", true};
  EXPECT_THROW(PluginTarget(records, [] { return nullptr; }), ConnectorError);
  EXPECT_FALSE(std::filesystem::exists(folder()));
}

}  // namespace
}  // namespace usher
