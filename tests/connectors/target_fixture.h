#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "connectors/error.h"
#include "connectors/http/client.h"
#include "connectors/kind.h"
#include "mapping/setting.h"
#include "tests/connectors/recording.h"
#include "tests/connectors/stage.h"

namespace usher::test {

/// A target in front of its fake, over real HTTP. Time passes only when somebody waits. Secrets in
/// seeds and settings hold the word CANARY: no error may show it.
class TargetFixture : public ::testing::Test {
 protected:
  TargetFixture(const ConnectorKind& kind, std::string_view api,
                std::vector<std::unique_ptr<sandbox::Api>> apis, std::string seed)
      : kind_(kind), stage_(std::move(apis), {.seed = std::move(seed), .clock = &clock_}) {
    values_.set("url", stage_.url(api));
    values_.set("rate", std::string("off"));
  }

  /// The target anew, with the settings as they are now.
  void make() { target_ = kind_.make(values_, http_); }
  void with(std::string_view name, SettingValues::Stored value) {
    values_.set(name, std::move(value));
    make();
  }

  Listing list() {
    sink_ = {};
    return target_->list(sink_);
  }

  static Change change(Action action, std::string remote_id = {}, std::string key = {}) {
    Change change;
    change.action = action;
    change.source_id = "E1";
    change.remote_id = std::move(remote_id);
    change.key = std::move(key);
    return change;
  }
  static Fields fields(std::initializer_list<std::pair<std::string_view, std::string>> values) {
    Fields fields;
    for (const auto& [name, value] : values) fields.set(name, value);
    return fields;
  }

  Applied apply(const Change& change) { return target_->apply({&change, 1}, steps_).at(0); }

  /// The error that `run` ends with; fails the test when there is none.
  template <typename Run>
  static ConnectorError error_of(Run run) {
    try {
      run();
    } catch (const ConnectorError& error) {
      EXPECT_THAT(error.what(), ::testing::Not(::testing::HasSubstr("CANARY")));
      return error;
    }
    ADD_FAILURE() << "was not refused";
    return {ErrorKind::kMalformed, ""};
  }
  ConnectorError refused(const Change& change) {
    return error_of([&] { (void)apply(change); });
  }
  ConnectorError list_error() {
    return error_of([&] { (void)list(); });
  }

  const ConnectorKind& kind_;
  JumpingClock clock_;
  Stage stage_;
  HttpContext http_{clock_};
  SettingValues values_;
  std::unique_ptr<Target> target_;
  CollectingSink sink_;
  RecordingSteps steps_;
};

}  // namespace usher::test
