#include "daemon/service/http_server.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>
#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace usher {
namespace {

constexpr int kThreads = 2;
constexpr int kQueued = 16;
constexpr int kIdleSeconds = 10;
constexpr int kTimeoutSeconds = 5;  ///< a client that says nothing must not keep a thread

class Handler : public Poco::Net::HTTPRequestHandler {
 public:
  explicit Handler(const HttpServer::Pages& pages) : pages_(pages) {}

  void handleRequest(Poco::Net::HTTPServerRequest& request,
                     Poco::Net::HTTPServerResponse& response) override {
    const HttpAnswer answer = answer_to(request.getMethod(), request.getURI());
    response.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status));
    response.setReason(Poco::Net::HTTPResponse::getReasonForStatus(response.getStatus()));
    response.setContentType(answer.content_type);
    response.setContentLength64(static_cast<Poco::Int64>(answer.body.size()));
    response.set("Cache-Control", "no-store");
    if (answer.status == 405) response.set("Allow", "GET, HEAD");
    std::ostream& out = response.send();
    if (request.getMethod() != "HEAD") out << answer.body;
  }

 private:
  [[nodiscard]] HttpAnswer answer_to(const std::string& method, const std::string& uri) const {
    if (method != "GET" && method != "HEAD")
      return {405, "text/plain; charset=utf-8", "only GET and HEAD\n"};
    return pages_(uri.substr(0, uri.find('?')));
  }

  const HttpServer::Pages& pages_;
};

class Factory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit Factory(const HttpServer::Pages& pages) : pages_(pages) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(
      const Poco::Net::HTTPServerRequest&) override {
    return new Handler(pages_);  // Poco deletes it
  }

 private:
  const HttpServer::Pages& pages_;
};

Poco::Net::ServerSocket open_socket(const std::string& listen) {
  try {
    Poco::Net::ServerSocket socket;
    // Without SO_REUSEPORT, which would let a second server share the port unnoticed.
    socket.bind(Poco::Net::SocketAddress(listen), true, false);
    socket.listen(kQueued);
    return socket;
  } catch (const Poco::Exception& error) {
    throw std::runtime_error(fmt::format("cannot listen on {}: {}", listen, error.displayText()));
  }
}

Poco::Net::HTTPServerParams::Ptr make_params() {
  Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
  params->setMaxThreads(kThreads);
  params->setMaxQueued(kQueued);
  params->setThreadIdleTime(Poco::Timespan(kIdleSeconds, 0));
  params->setTimeout(Poco::Timespan(kTimeoutSeconds, 0));
  params->setKeepAlive(false);  // a kept connection would pin a thread
  return params;
}

}  // namespace

struct HttpServer::Impl {
  Impl(const std::string& listen, Pages answers)
      : pages(std::move(answers)),
        socket(open_socket(listen)),
        server(new Factory(pages), threads, socket, make_params()) {}

  const Pages pages;
  Poco::ThreadPool threads{1, kThreads, kIdleSeconds};
  Poco::Net::ServerSocket socket;
  Poco::Net::HTTPServer server;
};

HttpServer::HttpServer(const std::string& listen, Pages pages)
    : impl_(std::make_unique<Impl>(listen, std::move(pages))) {
  impl_->server.start();
}

HttpServer::~HttpServer() {
  impl_->server.stopAll(true);
  impl_->threads.joinAll();
}

std::string HttpServer::address() const {
  return impl_->socket.address().toString();
}

}  // namespace usher
