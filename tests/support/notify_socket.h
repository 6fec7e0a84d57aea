#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

namespace usher {

/// Stands in for systemd: hears what a service tells it. One thread.
class NotifySocket {
 public:
  /// `path` is what $NOTIFY_SOCKET must be.
  explicit NotifySocket(const std::string& path)
      : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path))
      throw std::runtime_error("too long for a socket: " + path);
    std::memcpy(address.sun_path, path.data(), path.size());
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      throw std::runtime_error("cannot bind " + path);
    }
  }
  ~NotifySocket() { ::close(socket_); }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  /// The next message that holds `text`; those before it are gone. Throws after a minute.
  std::string wait_for(std::string_view text) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (std::chrono::steady_clock::now() < until) {
      pollfd wait{socket_, POLLIN, 0};
      if (::poll(&wait, 1, 1000) <= 0) continue;
      std::array<char, 4096> bytes{};
      const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), 0);
      std::string message(bytes.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
      if (message.find(text) != std::string::npos) return message;
    }
    throw std::runtime_error("systemd was not told " + std::string(text));
  }

 private:
  int socket_;
};

}  // namespace usher
