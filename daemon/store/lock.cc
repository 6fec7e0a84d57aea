#include "daemon/store/lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

#include "daemon/store/error.h"

namespace usher {
namespace {

std::string holder_of(int fd) {
  std::array<char, 32> text{};
  const ssize_t length = pread(fd, text.data(), text.size() - 1, 0);
  return length > 0 ? fmt::format(" (process {})",
                                  std::string_view(text.data(), static_cast<std::size_t>(length)))
                    : std::string();
}

void write_holder(int fd) {
  const std::string pid = std::to_string(getpid());
  if (ftruncate(fd, 0) == 0) {
    // Only a hint for people: who cannot be named is still locked out.
    [[maybe_unused]] const ssize_t written = pwrite(fd, pid.data(), pid.size(), 0);
  }
}

}  // namespace

StateLock::StateLock(const std::string& state_path, const std::string& suffix,
                     std::chrono::milliseconds wait) {
  const std::string path = state_path + suffix;
  fd_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd_ < 0) {
    throw StoreError(fmt::format("{}: cannot make the lock file: {}", path, std::strerror(errno)));
  }
  const auto until = std::chrono::steady_clock::now() + wait;
  while (flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    if (std::chrono::steady_clock::now() >= until) {
      const std::string holder = holder_of(fd_);
      close(fd_);
      throw LockedError(
          fmt::format("{}: another usher{} is applying on this state; wait for it to end, "
                      "or give it longer with --lock-wait",
                      state_path, holder));
    }
    // flock has no timed wait; a lock is held for seconds to minutes, so asking often costs
    // nothing.
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  write_holder(fd_);
}

StateLock::~StateLock() {
  close(fd_);
}

}  // namespace usher
