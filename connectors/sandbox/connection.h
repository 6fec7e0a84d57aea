#pragma once

#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>

#include <mutex>
#include <set>

namespace usher::sandbox {

class Sandbox;

/// The sockets of all open connections, so that they can be closed from outside.
///
/// Closing goes to the socket below TLS: the connection's own thread may be inside the TLS library.
class OpenSockets {
 public:
  void add(int descriptor);
  void remove(int descriptor);
  /// Closes all for reading and writing, and every later one at once.
  void shut_down();

 private:
  std::mutex mutex_;
  std::set<int> descriptors_;
  bool shut_down_ = false;
};

/// Makes one Connection for each client. `sandbox` and `sockets` must outlive the server.
class ConnectionFactory final : public Poco::Net::TCPServerConnectionFactory {
 public:
  ConnectionFactory(Sandbox& sandbox, OpenSockets& sockets, Poco::Net::HTTPServerParams::Ptr params)
      : sandbox_(sandbox), sockets_(sockets), params_(std::move(params)) {}

  Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override;

 private:
  Sandbox& sandbox_;
  OpenSockets& sockets_;
  Poco::Net::HTTPServerParams::Ptr params_;
};

}  // namespace usher::sandbox
