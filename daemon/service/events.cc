#include "daemon/service/events.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <system_error>

#include "daemon/service/signals.h"

namespace usher {
namespace {

int checked(int fd, const char* what) {
  if (fd < 0) throw std::system_error(errno, std::generic_category(), what);
  return fd;
}

int to_timeout(std::chrono::milliseconds most) {
  return static_cast<int>(
      std::clamp<std::chrono::milliseconds::rep>(most.count(), 0, std::numeric_limits<int>::max()));
}

}  // namespace

Events::Events() {
  const sigset_t set = watched_signals();
  signals_ = checked(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
  wakeups_ = checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
}

Events::~Events() {
  ::close(wakeups_);
  ::close(signals_);
}

std::optional<int> Events::wait(std::chrono::milliseconds most) {
  std::array<pollfd, 2> waits{{{signals_, POLLIN, 0}, {wakeups_, POLLIN, 0}}};
  if (::poll(waits.data(), waits.size(), to_timeout(most)) <= 0) return std::nullopt;
  std::uint64_t count = 0;
  if (waits[1].revents != 0) (void)!::read(wakeups_, &count, sizeof(count));
  signalfd_siginfo info{};
  if (::read(signals_, &info, sizeof(info)) != sizeof(info)) return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

void Events::wake() {
  const std::uint64_t one = 1;
  (void)!::write(wakeups_, &one, sizeof(one));  // fails only when it is awake already
}

}  // namespace usher
