#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "connectors/error.h"
#include "connectors/target.h"

namespace usher::contract {

class World;

/// The journal of one attempt, as the engine keeps it, with an eye on the fake. Nothing may change
/// there but between an `intend` and its `done`, or a crash would leave what nobody knows of; and
/// what may have changed it, and was not confirmed, must end as `unknown_outcome`. Everything else
/// is a test failure.
class Watch final : public Steps {
 public:
  /// `world` must outlive the watch.
  explicit Watch(World& world);

  [[nodiscard]] bool is_done(std::string_view step) const override;
  void intend(std::string_view step, std::string_view context) override;
  void done(std::string_view step, std::string_view remote_id) override;

  /// The attempt is over: it returned (null), or failed.
  void end(const ConnectorError* error);

  [[nodiscard]] bool was_begun() const { return !step_.empty(); }
  /// What is to be resolved when its outcome is unknown.
  [[nodiscard]] Unsettled unsettled(std::span<const Change> changes) const;

 private:
  void expect_unchanged(std::string_view when);

  World& world_;
  nlohmann::json before_;  ///< what the fake held when it last was known
  std::set<std::string, std::less<>> done_;
  std::string step_;  ///< the last one that was begun
  std::string context_;
  std::int64_t intended_at_ = 0;
  bool is_open_ = false;
};

}  // namespace usher::contract
