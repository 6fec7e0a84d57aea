#include "daemon/service/signals.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

#include "daemon/engine/plugin_call.h"

namespace usher {
namespace {

constexpr int kExitOnSecondSignal = 128;

}  // namespace

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

void end_at_once(int signal) {
  forget_calls();
  _exit(kExitOnSecondSignal + signal);
}

void block_signals() {
  const sigset_t set = watched_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void unblock_signals() {
  const sigset_t set = watched_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

SignalWatch::SignalWatch()
    : watcher_([this](const std::stop_token& end) {
        const sigset_t set = watched_signals();
        const timespec short_wait{0, 100'000'000};  // so that the destructor need not send a signal
        while (!end.stop_requested()) {
          const int signal = sigtimedwait(&set, nullptr, &short_wait);
          if (signal != SIGTERM && signal != SIGINT) continue;
          if (stop_.stop_requested()) end_at_once(signal);
          fmt::print(stderr, "stopping: the request in flight is finished first\n");
          stop_.request_stop();
        }
      }) {}

SignalWatch::~SignalWatch() {
  watcher_.request_stop();
  watcher_.join();
}

}  // namespace usher
