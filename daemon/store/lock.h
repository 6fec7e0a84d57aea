#pragma once

#include <chrono>
#include <string>

namespace usher {

/// The writer lock of a state file: `flock` on a file beside it. Held by whoever applies, for the
/// length of a run; reading commands and `approve` do not need it. Freed by the kernel when the
/// process dies.
class StateLock {
 public:
  /// Waits up to `wait` for the lock. Throws LockedError naming the holder's process id, StoreError
  /// when the lock file cannot be made.
  StateLock(const std::string& state_path, const std::string& suffix,
            std::chrono::milliseconds wait);
  ~StateLock();
  StateLock(const StateLock&) = delete;
  StateLock& operator=(const StateLock&) = delete;

 private:
  int fd_ = -1;
};

}  // namespace usher
