#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace usher {

/// A server on 127.0.0.1 that answers with exactly the bytes a test gives it, right or wrong, one
/// thread per connection. Also plays a proxy.
class ScriptServer {
 public:
  struct Request {
    std::string method;
    std::string target;
    std::string head;  ///< request line and headers as they came
    std::string body;
    int number = 0;      ///< of all requests, from 1
    int connection = 0;  ///< of all connections, from 1

    /// Value of a header; empty when it is not there.
    [[nodiscard]] std::string header(const std::string& name) const;
  };

  struct Reply {
    std::string bytes = {};
    bool close = false;    ///< end the connection in order after them
    bool cut = false;      ///< end it as a crash would: without the end of TLS
    bool endless = false;  ///< send `bytes` and then their last byte until the client goes away
    bool hold = false;     ///< say nothing more until the server is destroyed
    std::uint16_t tunnel_to = 0;  ///< after `bytes`, carry everything to this port and back
  };

  using Handler = std::function<Reply(const Request&)>;

  struct Tls {
    std::string certificate;  ///< PEM file with certificate and key; empty: no TLS
    bool only_tls_1_1 = false;
  };

  explicit ScriptServer(Handler handler) : ScriptServer(std::move(handler), Tls{}) {}
  ScriptServer(Handler handler, Tls tls);
  ~ScriptServer();
  ScriptServer(const ScriptServer&) = delete;
  ScriptServer& operator=(const ScriptServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::vector<Request> requests() const;
  [[nodiscard]] int connections() const;
  /// Returns when the server has closed `count` connections.
  void wait_for_closed(int count);

  class Peer;

 private:
  void accept_all();
  void serve(int fd, int connection);
  void answer_requests(Peer& peer, int connection);
  [[nodiscard]] bool carry_out(Peer& peer, const Reply& reply);
  void hold();
  void tunnel(Peer& peer, std::uint16_t port);

  const Handler handler_;
  const Tls tls_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::shared_ptr<void> tls_context_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_:
  std::vector<Request> requests_;
  std::vector<std::thread> threads_;
  std::vector<int> open_;
  int connections_ = 0;
  int closed_ = 0;
  bool stopping_ = false;

  std::thread acceptor_;
};

/// A whole answer with Content-Length.
[[nodiscard]] std::string http_answer(int status, const std::string& body,
                                      const std::string& headers = "");

}  // namespace usher
