#include "connectors/sandbox/connection.h"

#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponseImpl.h>
#include <Poco/Net/HTTPServerSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/StreamCopier.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "connectors/sandbox/sandbox.h"

namespace usher::sandbox {
namespace {

namespace net = Poco::Net;

void send_all(net::StreamSocket& socket, std::string_view text) {
  while (!text.empty()) {
    const auto most = std::min<std::size_t>(text.size(), 1 << 20);
    const int sent = socket.sendBytes(text.data(), static_cast<int>(most));
    if (sent <= 0) {
      throw net::ConnectionResetException("the client is gone");
    }
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string head_of(const Response& response, std::size_t length, bool chunked, bool keep) {
  auto head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
  for (const auto& [name, value] : response.headers) {
    head += fmt::format("{}: {}\r\n", name, value);
  }
  head += fmt::format("Content-Type: {}\r\n", response.content_type);
  head +=
      chunked ? "Transfer-Encoding: chunked\r\n" : fmt::format("Content-Length: {}\r\n", length);
  head += keep ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

// Replies are written by hand: Poco's response streams end every body properly, and a cut body
// must not be.
void send(net::StreamSocket& socket, const Delivery& delivery, bool keep) {
  if (delivery.extent == Delivery::Extent::kNothing) {
    return;
  }
  const std::string_view body =
      delivery.response.body ? *delivery.response.body : std::string_view{};
  const bool whole = delivery.extent == Delivery::Extent::kWhole;
  const auto sent = whole ? body : body.substr(0, std::min(delivery.bytes, body.size()));
  auto head = head_of(delivery.response, body.size(), delivery.chunked, keep);
  if (delivery.chunked) {
    send_all(socket, fmt::format("{}{:x}\r\n{}\r\n", head, sent.size(), sent));
  } else if (sent.size() < 64 * 1024) {  // one packet for small replies
    send_all(socket, head.append(sent));
  } else {
    send_all(socket, head);
    send_all(socket, sent);
  }
}

Request to_request(net::HTTPServerRequestImpl& received, int nth) {
  Request request;
  request.method = received.getMethod();
  const auto& uri = received.getURI();
  const auto question = std::min(uri.find('?'), uri.size());
  request.path = uri.substr(0, question);
  request.query = uri.substr(std::min(question + 1, uri.size()));
  request.headers.assign(received.begin(), received.end());
  if (received.hasContentLength() || received.getChunkedTransferEncoding()) {
    Poco::StreamCopier::copyToString(received.stream(), request.body);
  }
  request.peer = received.clientAddress().host().toString();
  request.secure = received.secure();
  request.nth_on_connection = nth;
  return request;
}

/// One client's connection. Poco's own HTTPServerConnection hides the connection from its
/// handlers; we count its requests and break it in the middle of a reply.
class Connection final : public net::TCPServerConnection {
 public:
  Connection(const net::StreamSocket& client, Sandbox& sandbox, OpenSockets& sockets,
             net::HTTPServerParams::Ptr params)
      : TCPServerConnection(client),
        sandbox_(sandbox),
        sockets_(sockets),
        params_(std::move(params)) {}

  void run() override {
    const int descriptor = socket().impl()->sockfd();
    sockets_.add(descriptor);
    try {
      socket().setNoDelay(true);
      net::HTTPServerSession session(socket(), params_);
      for (int nth = 1; session.hasMoreRequests() && serve(session, nth);) {
        ++nth;
      }
    } catch (const Poco::Exception&) {
      // The client went away or sent what is not HTTP: this connection ends, the others go on.
    } catch (const std::exception&) {
    }
    sockets_.remove(descriptor);
  }

 private:
  // True when another request may follow.
  bool serve(net::HTTPServerSession& session, int nth) {
    net::HTTPServerResponseImpl unused(session);
    net::HTTPServerRequestImpl received(unused, session, params_.get());
    if (received.getExpectContinue()) {
      unused.sendContinue();
    }
    const auto request = to_request(received, nth);
    const auto delivery = sandbox_.answer(request);
    const bool keep = received.getKeepAlive() && delivery.extent == Delivery::Extent::kWhole;
    session.setKeepAlive(keep);
    send(session.socket(), delivery, keep);
    return keep;
  }

  Sandbox& sandbox_;
  OpenSockets& sockets_;
  net::HTTPServerParams::Ptr params_;
};

}  // namespace

void OpenSockets::add(int descriptor) {
  const std::lock_guard lock(mutex_);
  descriptors_.insert(descriptor);
  if (shut_down_) {
    ::shutdown(descriptor, SHUT_RDWR);
  }
}

void OpenSockets::remove(int descriptor) {
  const std::lock_guard lock(mutex_);
  descriptors_.erase(descriptor);
}

void OpenSockets::shut_down() {
  const std::lock_guard lock(mutex_);
  shut_down_ = true;
  for (const int descriptor : descriptors_) {
    ::shutdown(descriptor, SHUT_RDWR);
  }
}

net::TCPServerConnection* ConnectionFactory::createConnection(const net::StreamSocket& socket) {
  return new Connection(socket, sandbox_, sockets_, params_);
}

}  // namespace usher::sandbox
