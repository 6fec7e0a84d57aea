// The floor of `usher apply`: the same bodies over one keep-alive connection, and nothing else. No
// journal, no plan, no look at what was there. Prints how many of the answers were 200.
//
//   bare_client PORT TOKEN COUNT

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

constexpr int kRequestsPerConnection = 90;  // as usher: the edge refuses more than 100

int open_connection(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    throw std::runtime_error("nobody listens");
  }
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return fd;
}

std::string make_request(const std::string& token, int number) {
  const std::string body = R"({"email":"p)" + std::to_string(number) +
                           R"(@northwind.example","role":"agent","team_title":"Default"})";
  return "POST /integrations/api/workspace/invitations HTTP/1.1\r\nHost: 127.0.0.1\r\n"
         "User-Agent: bare\r\nAuthorization: Bearer " +
         token +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

/// Reads one answer with a Content-Length. True when its status is 200.
bool read_answer(int fd) {
  std::string text;
  std::array<char, 8192> bytes{};
  std::size_t whole = std::string::npos;
  while (text.size() < whole) {
    const ssize_t got = ::recv(fd, bytes.data(), bytes.size(), 0);
    if (got <= 0) return false;
    text.append(bytes.data(), static_cast<std::size_t>(got));
    const std::size_t head = text.find("\r\n\r\n");
    if (whole != std::string::npos || head == std::string::npos) continue;
    constexpr std::string_view kLength = "Content-Length: ";
    whole =
        head + 4 + std::strtoul(text.c_str() + text.find(kLength) + kLength.size(), nullptr, 10);
  }
  return text.compare(9, 3, "200") == 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 64;
  const int port = std::atoi(argv[1]);
  const int count = std::atoi(argv[3]);
  int done = 0;
  int fd = -1;
  for (int number = 1; number <= count; ++number) {
    if ((number - 1) % kRequestsPerConnection == 0) {
      if (fd >= 0) ::close(fd);
      fd = open_connection(port);
    }
    const std::string request = make_request(argv[2], number);
    if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) return 1;
    done += read_answer(fd) ? 1 : 0;
  }
  std::printf("%d\n", done);
  return done == count ? 0 : 1;
}
