// A library to put in front of a program (LD_PRELOAD), so that a crash or a full disk strikes it at
// one chosen call. The program needs no hook of its own: what is tested is what is installed.
//
//   KILL_AT=CALLS:N:HOW   CALLS  write | sync | send | recv | any
//                         N      the N-th such call, from 1
//                         HOW    before  SIGKILL instead of the call
//                                half    SIGKILL after half of its bytes (a torn write)
//                                after   SIGKILL when it has returned
//                                full    no kill: this write and all later ones fail with ENOSPC
//   KILL_AT_COUNTS=FILE   at a normal end the numbers of calls are written here, in the order above
//
// Poco sends and receives, SQLite and the reports write and sync through these functions.

#include <dlfcn.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

enum Calls { kWrite, kSync, kSend, kRecv, kAny, kKinds };
enum class How { kNever, kBefore, kHalf, kAfter, kFull };

constexpr std::array<std::string_view, kKinds> kCallNames{"write", "sync", "send", "recv", "any"};
constexpr std::array<std::string_view, 5> kHowNames{"never", "before", "half", "after", "full"};

std::array<std::atomic<long>, kKinds> counts{};
int chosen = kAny;
long chosen_number = 0;
How how = How::kNever;

template <std::size_t size>
int position(const std::array<std::string_view, size>& names, std::string_view name) {
  for (std::size_t i = 0; i < size; ++i) {
    if (names[i] == name) return static_cast<int>(i);
  }
  return 0;
}

__attribute__((constructor)) void read_orders() {
  const char* orders = std::getenv("KILL_AT");
  std::array<char, 16> calls{};
  std::array<char, 16> way{};
  if (orders == nullptr ||
      std::sscanf(orders, "%15[^:]:%ld:%15s", calls.data(), &chosen_number, way.data()) != 3) {
    return;
  }
  chosen = position(kCallNames, calls.data());
  how = static_cast<How>(position(kHowNames, way.data()));
}

__attribute__((destructor)) void write_counts() {
  const char* path = std::getenv("KILL_AT_COUNTS");
  FILE* file = path == nullptr ? nullptr : std::fopen(path, "w");
  if (file == nullptr) return;
  for (const auto& count : counts) std::fprintf(file, "%ld\n", count.load());
  std::fclose(file);
}

[[noreturn]] void die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

/// Counts the call, and says what is to happen to it.
How strike(Calls kind) {
  const long of_kind = ++counts[kind];
  const long of_all = ++counts[kAny];
  if (chosen != kind && chosen != kAny) return How::kNever;
  const long number = chosen == kAny ? of_all : of_kind;
  if (how == How::kFull) {
    return kind == kWrite && number >= chosen_number ? How::kFull : How::kNever;
  }
  if (number != chosen_number) return How::kNever;
  if (how == How::kBefore) die();
  return how;
}

/// Makes the call, or half of it, as it was ordered. `call` gets the size to pass on.
template <typename Size, typename Call>
auto struck(Calls kind, Size size, Call call) -> decltype(call(size)) {
  const How order = strike(kind);
  if (order == How::kFull) {
    errno = ENOSPC;
    return -1;
  }
  const auto result = call(order == How::kHalf ? static_cast<Size>(size / 2) : size);
  if (order != How::kNever) die();
  return result;
}

}  // namespace

#define NEXT(name) reinterpret_cast<decltype(&::name)>(::dlsym(RTLD_NEXT, #name))

extern "C" {

ssize_t write(int fd, const void* bytes, size_t size) {
  return struck(kWrite, size, [&](size_t part) { return NEXT(write)(fd, bytes, part); });
}
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  return struck(kWrite, size, [&](size_t part) { return NEXT(pwrite)(fd, bytes, part, at); });
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
  return struck(kWrite, size, [&](size_t part) { return NEXT(pwrite64)(fd, bytes, part, at); });
}
ssize_t writev(int fd, const iovec* parts, int count) {
  return struck(kWrite, count, [&](int part) { return NEXT(writev)(fd, parts, part); });
}
int fsync(int fd) {
  return struck(kSync, 0, [&](int) { return NEXT(fsync)(fd); });
}
int fdatasync(int fd) {
  return struck(kSync, 0, [&](int) { return NEXT(fdatasync)(fd); });
}
ssize_t send(int fd, const void* bytes, size_t size, int flags) {
  return struck(kSend, size, [&](size_t part) { return NEXT(send)(fd, bytes, part, flags); });
}
ssize_t sendto(int fd, const void* bytes, size_t size, int flags, const sockaddr* to,
               socklen_t length) {
  return struck(kSend, size,
                [&](size_t part) { return NEXT(sendto)(fd, bytes, part, flags, to, length); });
}
ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  return struck(kSend, 0, [&](int) { return NEXT(sendmsg)(fd, message, flags); });
}
ssize_t recv(int fd, void* bytes, size_t size, int flags) {
  return struck(kRecv, size, [&](size_t part) { return NEXT(recv)(fd, bytes, part, flags); });
}
ssize_t recvfrom(int fd, void* bytes, size_t size, int flags, sockaddr* from, socklen_t* length) {
  return struck(kRecv, size,
                [&](size_t part) { return NEXT(recvfrom)(fd, bytes, part, flags, from, length); });
}
ssize_t recvmsg(int fd, msghdr* message, int flags) {
  return struck(kRecv, 0, [&](int) { return NEXT(recvmsg)(fd, message, flags); });
}

}  // extern "C"
