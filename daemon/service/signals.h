#pragma once

#include <csignal>
#include <stop_token>
#include <thread>

namespace usher {

/// Keeps SIGTERM, SIGINT and SIGHUP from this thread and all it starts; the first statement of
/// `main`, before any thread exists (Poco's own handling kills the process on SIGHUP, and on
/// SIGTERM during start-up).
void block_signals();

/// For commands that may simply be killed: everything that only reads.
void unblock_signals();

/// SIGTERM, SIGINT and SIGHUP.
[[nodiscard]] sigset_t watched_signals();

/// What the second request to stop does: whoever asks twice does not want to wait.
[[noreturn]] void end_at_once(int signal);

/// Turns the first SIGTERM or SIGINT into a stop request, so that the operation in flight can end;
/// a second one ends the process at once. SIGHUP is ignored here.
class SignalWatch {
 public:
  SignalWatch();
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  [[nodiscard]] std::stop_token stop_token() const { return stop_.get_token(); }

 private:
  std::stop_source stop_;
  std::jthread watcher_;
};

}  // namespace usher
