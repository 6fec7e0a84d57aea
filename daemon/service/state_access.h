#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace usher {

class Clock;
class Log;
class StateAccess;
class StateLock;
class Store;

/// The right to run on a state, with a connection of one's own. Given back by the destructor.
class StateLease {
 public:
  StateLease(StateAccess& access, std::unique_ptr<Store> store);
  ~StateLease();
  StateLease(const StateLease&) = delete;
  StateLease& operator=(const StateLease&) = delete;

  [[nodiscard]] Store& store() const { return *store_; }

 private:
  StateAccess& access_;
  std::unique_ptr<Store> store_;
};

/// The daemon's way to its state. The writer lock keeps other processes out and is shared by all
/// runs of this one: the first takes it, the last lets go. Thread-safe.
///
/// Runs that overlap without end would never let anybody else in. So after `kTurn` no further run
/// joins, and once the last has left the lock stays free for `kGap`: longer than the time after
/// which a waiting `usher apply` looks again.
class StateAccess {
 public:
  static constexpr std::chrono::seconds kTurn{10};
  static constexpr std::chrono::milliseconds kGap{200};

  /// `clock` and `log` must outlive this object.
  StateAccess(std::string state_path, Clock& clock, Log& log);
  ~StateAccess();
  StateAccess(const StateAccess&) = delete;
  StateAccess& operator=(const StateAccess&) = delete;

  /// Waits until the state is ours, and says so in the log when another process has it. Nothing
  /// when told to stop before. Throws StoreError.
  [[nodiscard]] std::unique_ptr<StateLease> enter(const std::stop_token& stop);

 private:
  friend class StateLease;
  using Time = std::chrono::steady_clock::time_point;

  [[nodiscard]] bool try_enter();
  [[nodiscard]] bool try_lock();
  [[nodiscard]] std::unique_ptr<Store> take_store();
  void leave(std::unique_ptr<Store> store);

  const std::string path_;
  Clock& clock_;
  Log& log_;
  std::mutex mutex_;
  // Guarded by mutex_:
  std::unique_ptr<StateLock> lock_;  ///< while there are holders
  int holders_ = 0;
  Time turn_began_;
  std::optional<Time> left_at_;
  bool has_said_so_ = false;
  /// Opening a state checks it, which takes time, so connections are handed on while the lock is
  /// ours. Without it somebody may put another file in its place: none is kept then.
  std::vector<std::unique_ptr<Store>> idle_;
};

}  // namespace usher
