#include "tests/connectors/http/script_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace usher {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::shared_ptr<void> make_tls_context(const ScriptServer::Tls& tls) {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_use_certificate_chain_file(context, tls.certificate.c_str());
  SSL_CTX_use_PrivateKey_file(context, tls.certificate.c_str(), SSL_FILETYPE_PEM);
  if (tls.only_tls_1_1) {
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(context, TLS1_1_VERSION);
    SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
  }
  return {context, [](void* p) { SSL_CTX_free(static_cast<SSL_CTX*>(p)); }};
}

}  // namespace

/// The other end of one connection, plain or TLS; blocking.
class ScriptServer::Peer {
 public:
  Peer(int fd, SSL_CTX* context) : fd_(fd) {
    if (!context) return;
    ssl_.reset(SSL_new(context));
    SSL_set_fd(ssl_.get(), fd);
    good_ = SSL_accept(ssl_.get()) == 1;
  }

  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool has_pending() const { return ssl_ && SSL_pending(ssl_.get()) > 0; }

  /// Some bytes; empty at the end.
  std::string read() {
    std::array<char, 16 * 1024> buffer;
    const auto got = ssl_ ? SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()))
                          : static_cast<int>(::recv(fd_, buffer.data(), buffer.size(), 0));
    return got > 0 ? std::string(buffer.data(), static_cast<std::size_t>(got)) : std::string();
  }

  bool write(const std::string& bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const auto sent =
          ssl_ ? SSL_write(ssl_.get(), bytes.data() + done, static_cast<int>(bytes.size() - done))
               : static_cast<int>(
                     ::send(fd_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL));
      if (sent <= 0) return false;
      done += static_cast<std::size_t>(sent);
    }
    return true;
  }

  void end() {
    if (ssl_) SSL_shutdown(ssl_.get());
  }

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  int fd_;
  std::unique_ptr<SSL, Free> ssl_;
  bool good_ = true;
};

std::string ScriptServer::Request::header(const std::string& name) const {
  std::size_t at = head.find("\r\n");
  while (at != std::string::npos && at + 2 < head.size()) {
    const std::size_t begin = at + 2;
    at = head.find("\r\n", begin);
    if (strncasecmp(head.c_str() + begin, (name + ": ").c_str(), name.size() + 2) == 0) {
      return head.substr(begin + name.size() + 2, at - begin - name.size() - 2);
    }
  }
  return {};
}

ScriptServer::ScriptServer(Handler handler, Tls tls)
    : handler_(std::move(handler)), tls_(std::move(tls)) {
  ::signal(SIGPIPE, SIG_IGN);  // OpenSSL's own writes raise it when a client goes away
  if (!tls_.certificate.empty()) tls_context_ = make_tls_context(tls_);
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof(address);
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no port on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

ScriptServer::~ScriptServer() {
  std::vector<std::thread> threads;
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  changed_.notify_all();
  acceptor_.join();
  {
    const std::scoped_lock lock(mutex_);
    threads.swap(threads_);
  }
  for (std::thread& thread : threads) thread.join();
  ::close(listener_);
}

std::string ScriptServer::url() const {
  return (tls_context_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_);
}

std::vector<ScriptServer::Request> ScriptServer::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

int ScriptServer::connections() const {
  const std::scoped_lock lock(mutex_);
  return connections_;
}

void ScriptServer::wait_for_closed(int count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return closed_ >= count; });
}

void ScriptServer::accept_all() {
  for (;;) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::scoped_lock lock(mutex_);
    if (fd < 0 || stopping_) {
      if (fd >= 0) ::close(fd);
      return;
    }
    open_.push_back(fd);
    threads_.emplace_back([this, fd, number = ++connections_] { serve(fd, number); });
  }
}

void ScriptServer::serve(int fd, int connection) {
  {
    Peer peer(fd, static_cast<SSL_CTX*>(tls_context_.get()));
    if (peer.good()) answer_requests(peer, connection);
  }
  const std::scoped_lock lock(mutex_);
  std::erase(open_, fd);
  ::close(fd);
  ++closed_;
  changed_.notify_all();
}

void ScriptServer::answer_requests(Peer& peer, int connection) {
  std::string waiting;
  for (;;) {
    std::size_t end = std::string::npos;
    while ((end = waiting.find("\r\n\r\n")) == std::string::npos) {
      const std::string more = peer.read();
      if (more.empty()) return;
      waiting += more;
    }
    Request request;
    request.head = waiting.substr(0, end + 2);
    waiting.erase(0, end + 4);
    const std::size_t space = request.head.find(' ');
    request.method = request.head.substr(0, space);
    request.target = request.head.substr(space + 1, request.head.find(' ', space + 1) - space - 1);
    request.connection = connection;
    const std::string length = request.header("Content-Length");
    const std::size_t size = length.empty() ? 0 : std::stoul(length);
    while (waiting.size() < size) {
      const std::string more = peer.read();
      if (more.empty()) return;
      waiting += more;
    }
    request.body = waiting.substr(0, size);
    waiting.erase(0, size);
    {
      const std::scoped_lock lock(mutex_);
      request.number = static_cast<int>(requests_.size()) + 1;
      requests_.push_back(request);
    }
    if (!carry_out(peer, handler_(request))) return;
  }
}

bool ScriptServer::carry_out(Peer& peer, const Reply& reply) {
  if (!peer.write(reply.bytes)) return false;
  if (reply.endless) {
    while (peer.write(reply.bytes.substr(reply.bytes.size() - 1))) {
    }
    return false;
  }
  if (reply.hold) hold();
  if (reply.tunnel_to != 0) tunnel(peer, reply.tunnel_to);
  if (reply.close) peer.end();
  return !reply.close && !reply.cut && !reply.hold && reply.tunnel_to == 0;
}

void ScriptServer::hold() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopping_; });
}

void ScriptServer::tunnel(Peer& peer, std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    Peer other(fd, nullptr);
    for (bool open = true; open;) {
      std::array<pollfd, 2> entries{{{peer.fd(), POLLIN, 0}, {fd, POLLIN, 0}}};
      if (!peer.has_pending()) ::poll(entries.data(), entries.size(), -1);
      if (peer.has_pending() || entries[0].revents != 0) {
        const std::string bytes = peer.read();
        open = !bytes.empty() && other.write(bytes);
      }
      if (open && entries[1].revents != 0) {
        const std::string bytes = other.read();
        open = !bytes.empty() && peer.write(bytes);
      }
    }
  }
  ::close(fd);
}

std::string http_answer(int status, const std::string& body, const std::string& headers) {
  return "HTTP/1.1 " + std::to_string(status) +
         " Said\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers + "\r\n" +
         body;
}

}  // namespace usher
