#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace usher {

/// Stands between a client and a server on 127.0.0.1 and cuts connections: each one is closed on
/// both sides once the server has sent so many bytes through it.
class TcpProxy {
 public:
  /// One number per connection, in their order: bytes from the server before the cut. Connections
  /// after the last number are left alone.
  TcpProxy(int server_port, std::vector<std::uint64_t> cuts);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void accept_all();
  void forward(int client, std::uint64_t cut) const;

  const int server_port_;
  const std::vector<std::uint64_t> cuts_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  std::vector<std::thread> threads_;  ///< one per connection; touched by accept_ only until it ends
  std::thread accept_;
};

}  // namespace usher
