#include "connectors/http/stream.h"

#include <Poco/Net/DNS.h>
#include <Poco/Net/HostEntry.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/StreamSocket.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace usher {
namespace {

using Milliseconds = std::chrono::milliseconds;

std::string error_text(int error) {
  return std::system_category().message(error);
}

class TcpStream : public ByteStream {
 public:
  explicit TcpStream(const Poco::Net::StreamSocket& socket) : socket_(socket) {
    socket_.setNoDelay(true);
    socket_.setBlocking(false);
    fd_ = socket_.impl()->sockfd();
  }

  std::size_t read(std::span<char> into, const Deadline& deadline) override {
    for (;;) {
      const ssize_t got = ::recv(fd_, into.data(), into.size(), 0);
      if (got >= 0) return static_cast<std::size_t>(got);
      wait_after_error(POLLIN, deadline);
    }
  }

  void write(std::string_view bytes, const Deadline& deadline) override {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(sent));
      } else {
        wait_after_error(POLLOUT, deadline);
      }
    }
  }

  bool is_stale() override {
    pollfd entry{fd_, POLLIN, 0};
    return ::poll(&entry, 1, 0) != 0;
  }

  bool proves_end() const override { return false; }

 private:
  void wait_after_error(short events, const Deadline& deadline) const {
    if (errno == EINTR) return;
    if (errno != EAGAIN && errno != EWOULDBLOCK) throw StreamError(error_text(errno));
    const auto left =
        std::chrono::ceil<Milliseconds>(deadline.end - std::chrono::steady_clock::now());
    const auto wait = std::clamp(left, Milliseconds(0), deadline.pause);
    pollfd entry{fd_, events, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(wait.count()));
    if (ready < 0 && errno != EINTR) throw StreamError(error_text(errno));
    if (ready == 0) {
      throw StreamError(left <= deadline.pause
                            ? "it took longer than the total time-out allows"
                            : fmt::format("nothing was heard for {} s",
                                          std::chrono::duration<double>(deadline.pause).count()));
    }
  }

  Poco::Net::StreamSocket socket_;
  int fd_ = -1;
};

std::vector<Poco::Net::IPAddress> addresses_of(const std::string& host) {
  Poco::Net::IPAddress literal;
  if (Poco::Net::IPAddress::tryParse(host, literal)) return {literal};
  return Poco::Net::DNS::hostByName(host).addresses();
}

}  // namespace

std::unique_ptr<ByteStream> connect_tcp(const std::string& host, std::uint16_t port,
                                        Milliseconds timeout) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  std::string reason = "the name has no address";
  try {
    auto addresses = addresses_of(host);
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      // One dead address of several must not use up all the time.
      const auto left = std::chrono::ceil<Milliseconds>(end - std::chrono::steady_clock::now());
      const auto share = left / static_cast<std::int64_t>(addresses.size() - i);
      if (share <= Milliseconds(0)) break;
      try {
        Poco::Net::StreamSocket socket;
        socket.connect({addresses[i], port},
                       Poco::Timespan(std::chrono::microseconds(share).count()));
        return std::make_unique<TcpStream>(socket);
      } catch (const Poco::Exception& error) {
        reason = error.displayText();
      }
    }
  } catch (const Poco::Exception& error) {
    reason = error.displayText();
  }
  throw StreamError(reason);
}

}  // namespace usher
