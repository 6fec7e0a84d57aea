#include "tests/contract/watch.h"

#include <gtest/gtest.h>

#include "tests/contract/world.h"

namespace usher::contract {

Watch::Watch(World& world) : world_(world), before_(world.state()) {}

bool Watch::is_done(std::string_view step) const {
  return done_.contains(step);
}

void Watch::intend(std::string_view step, std::string_view context) {
  expect_unchanged("before `" + std::string(step) + "` was intended");
  step_ = step;
  context_ = context;
  intended_at_ = world_.now();
  is_open_ = true;
}

void Watch::done(std::string_view step, std::string_view) {
  EXPECT_EQ(step, step_) << "is confirmed, and another step is open";
  done_.emplace(step);
  before_ = world_.state();
  is_open_ = false;
}

void Watch::end(const ConnectorError* error) {
  if (error == nullptr) {
    EXPECT_FALSE(is_open_) << "`" << step_ << "` was begun and never confirmed";
  }
  const bool may_have_changed =
      is_open_ && error != nullptr && error->kind == ErrorKind::kUnknownOutcome;
  if (!may_have_changed) expect_unchanged(error == nullptr ? "at the end" : error->what());
}

Unsettled Watch::unsettled(std::span<const Change> changes) const {
  return {{changes.begin(), changes.end()}, step_, context_, intended_at_};
}

void Watch::expect_unchanged(std::string_view when) {
  const nlohmann::json now = world_.state();
  EXPECT_TRUE(now == before_) << "something changed that no open step of the journal accounts for: "
                              << when << "\n"
                              << nlohmann::json::diff(before_, now).dump();
}

}  // namespace usher::contract
