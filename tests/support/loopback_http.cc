#include "tests/support/loopback_http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>

namespace usher {
namespace {

class Socket {
 public:
  explicit Socket(int port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return;
    ::close(fd_);
    throw std::runtime_error("nobody listens on port " + std::to_string(port));
  }
  ~Socket() { ::close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void send_all(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) throw std::runtime_error("the server hung up");
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  [[nodiscard]] std::string read_all() const {
    std::string text;
    std::array<char, 65536> bytes{};
    for (ssize_t got; (got = ::recv(fd_, bytes.data(), bytes.size(), 0)) > 0;) {
      text.append(bytes.data(), static_cast<std::size_t>(got));
    }
    return text;
  }

 private:
  int fd_;
};

}  // namespace

HttpAnswer loopback_http(int port, std::string_view method, std::string_view path,
                         std::string_view body) {
  const Socket socket(port);
  std::string request(method);
  request.append(" ").append(path).append(
      " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: test\r\nConnection: close\r\n");
  request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  socket.send_all(request.append(body));
  const std::string answer = socket.read_all();
  const std::size_t head = answer.find("\r\n\r\n");
  if (head == std::string::npos) throw std::runtime_error("no HTTP: " + answer.substr(0, 100));
  return {std::atoi(answer.c_str() + answer.find(' ')), answer.substr(head + 4)};
}

}  // namespace usher
