#pragma once

#include <array>
#include <string>

#include "tests/e2e/world.h"

namespace usher::e2e {

/// A world whose provider loses the answers of some writes after having carried them out.
enum class Api { kInvitations, kPlaceholders };

/// People in a directory, a target with nobody in it, and `usher init` done.
class CrashWorld {
 public:
  CrashWorld(Api api, int people);

  /// `usher apply`, struck at the given call (see kill_at.cc). Returns the exit status; 137:
  /// killed.
  int apply_struck(const std::string& orders) const;
  /// How many calls of each kind an undisturbed apply makes: write, sync, send, recv, any.
  [[nodiscard]] std::array<int, 5> apply_counted() const;
  /// Starts `usher apply` until nothing is left to do, as systemd would, and fails the test unless
  /// everybody has exactly what they should have: one account, one mail, no more.
  void finish();

  World& world() { return world_; }

 private:
  void expect_one_each();

  const Api api_;
  const int people_;
  World world_;
};

}  // namespace usher::e2e
