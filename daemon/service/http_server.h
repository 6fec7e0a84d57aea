#pragma once

#include <functional>
#include <memory>
#include <string>

namespace usher {

struct HttpAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

/// Serves a handful of pages to monitors: GET and HEAD, a fresh connection each, a few at a time.
/// Serves from the constructor to the destructor, on threads of its own.
class HttpServer {
 public:
  /// Answers for a path such as `/metrics`, query left out; 404 is its to say. Called from any of
  /// the server's threads; must not throw.
  using Pages = std::function<HttpAnswer(const std::string& path)>;

  /// `listen` is `HOST:PORT`; port 0: one the operating system picks. Throws std::runtime_error
  /// saying why that address cannot be used.
  HttpServer(const std::string& listen, Pages pages);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// `127.0.0.1:41234`
  [[nodiscard]] std::string address() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace usher
