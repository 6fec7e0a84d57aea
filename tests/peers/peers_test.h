#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/peers/scimmy.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace usher::peers {

/// An administrator's folder with a configuration, people and a state, and the real usher. The
/// target is called `service`. Skipped where the peers are missing, failed where they must not be.
class PeersTest : public testing::Test {
 protected:
  void SetUp() override;

  /// The configuration; `more` lines go into the target, beside those that it has always:
  /// `connector`, `url`, `token`, `map` and the groups `app-*`, which may
  /// be deleted. The first time also makes the
  /// state.
  void configure(const std::string& url, const std::string& more = {}) const;

  /// People: `id,mail,given,family,title,department,groups`, one text each.
  void set_people(const std::vector<std::string>& rows) const;

  [[nodiscard]] Finished usher(std::vector<std::string> arguments) const;
  /// Target `service` of `usher ARGUMENTS… --format json`, which must end with `status`.
  nlohmann::json service(int status, std::vector<std::string> arguments) const;
  /// `usher apply` does it all, and a plan after it has nothing left to do.
  nlohmann::json apply_all() const;

  TempDir folder_;
  std::string token_{Scimmy::kToken};
};

}  // namespace usher::peers
