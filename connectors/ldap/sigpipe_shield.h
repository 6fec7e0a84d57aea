#pragma once

#include <signal.h>

#include <ctime>

namespace usher::ldap {

/// Keeps SIGPIPE from ending the process: liblber writes with write(2), so a server that hung up
/// would kill whoever has not set the signal to be ignored. Works for the thread it is made and
/// destroyed in.
class SigpipeShield {
 public:
  SigpipeShield() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~SigpipeShield() {
    if (sigismember(&before_, SIGPIPE) == 1) return;
    const timespec now{};
    sigtimedwait(&pipe_, nullptr, &now);  // takes one that is waiting for the mask to go
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  SigpipeShield(const SigpipeShield&) = delete;
  SigpipeShield& operator=(const SigpipeShield&) = delete;

 private:
  sigset_t pipe_{};
  sigset_t before_{};
};

}  // namespace usher::ldap
