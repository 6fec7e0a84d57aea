#include "tests/support/tcp_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>

namespace usher {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

bool send_all(int to, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(to, bytes, size, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

/// Moves what is there from one side to the other; at most `limit` bytes. Zero: the end.
std::uint64_t move_some(int from, int to, std::uint64_t limit) {
  std::array<char, 16'384> bytes{};
  const ssize_t got = ::recv(from, bytes.data(), std::min<std::uint64_t>(bytes.size(), limit), 0);
  if (got <= 0 || !send_all(to, bytes.data(), static_cast<std::size_t>(got))) return 0;
  return static_cast<std::uint64_t>(got);
}

}  // namespace

TcpProxy::TcpProxy(int server_port, std::vector<std::uint64_t> cuts)
    : server_port_(server_port), cuts_(std::move(cuts)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof(address);
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no listener on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  accept_ = std::thread([this] { accept_all(); });
}

TcpProxy::~TcpProxy() {
  ::shutdown(listener_, SHUT_RDWR);
  accept_.join();
  for (std::thread& thread : threads_) thread.join();
  ::close(listener_);
}

void TcpProxy::accept_all() {
  for (;;) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    const auto index = static_cast<std::size_t>(connections_++);
    const std::uint64_t cut =
        index < cuts_.size() ? cuts_[index] : std::numeric_limits<std::uint64_t>::max();
    threads_.emplace_back([this, client, cut] { forward(client, cut); });
  }
}

void TcpProxy::forward(int client, std::uint64_t cut) const {
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(server_port_);
  bool open = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  const int now = 1;  // two hops must not add up their delayed acknowledgements
  ::setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &now, sizeof(now));
  ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &now, sizeof(now));
  while (open && cut > 0) {
    std::array<pollfd, 2> sides{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
    if (::poll(sides.data(), sides.size(), -1) < 0) break;
    if (sides[0].revents != 0) {
      open = move_some(client, server, std::numeric_limits<std::uint64_t>::max()) > 0;
    }
    if (open && sides[1].revents != 0) {
      const std::uint64_t moved = move_some(server, client, cut);
      open = moved > 0;
      cut -= moved;
    }
  }
  ::close(server);
  ::close(client);
}

}  // namespace usher
