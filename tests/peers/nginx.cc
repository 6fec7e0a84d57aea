#include "tests/peers/nginx.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/support/free_port.h"

namespace usher::peers {
namespace {

const std::string kProgram = "/usr/sbin/nginx";
constexpr int kAttempts = 5;  ///< another process may take the port between finding and using it

std::string content_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

std::string Nginx::missing() {
  return std::filesystem::exists(kProgram) ? "" : "nginx is not installed";
}

Nginx::Nginx(const NginxOptions& options) {
  for (int attempt = 1;; ++attempt) {
    try {
      start(options);
      return;
    } catch (const std::runtime_error& error) {
      if (attempt == kAttempts)
        throw std::runtime_error(error.what() + content_of(folder_ / "error.log"));
    }
  }
}

/// nginx writes its pid once its sockets listen.
void Nginx::start(const NginxOptions& options) {
  port_ = find_free_port();
  const std::string file = folder_.write("nginx.conf", configuration(options));
  process_.emplace(
      ProcessOptions{{kProgram, "-p", folder_.path(), "-e", folder_ / "error.log", "-c", file}});
  process_->wait_for_file(folder_ / "nginx.pid");
}

/// One process, so that nothing outlives the test, and all of its files in the folder.
std::string Nginx::configuration(const NginxOptions& options) const {
  std::string text = "daemon off;\nmaster_process off;\npid nginx.pid;\nevents {}\nhttp {\n";
  for (const char* what : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
    text += std::string(what) + "_temp_path " + what + ";\n";
  }
  text += "log_format seen '$status $server_protocol $ssl_protocol $request_method';\n";
  text += "access_log access.log seen;\n" + options.http + "\n";
  text += "server {\nlisten 127.0.0.1:" + std::to_string(port_) + " " + options.listen + ";\n";
  text += "ssl_certificate " + certificates_.server + ";\n";
  text += "ssl_certificate_key " + certificates_.server_key + ";\n";
  text += "location / {\nproxy_pass http://unix:" + options.upstream + ":;\n";
  return text + options.location + "\n}\n}\n}\n";
}

std::string Nginx::url() const {
  return "https://127.0.0.1:" + std::to_string(port_) + "/scim";
}

std::vector<Nginx::Request> Nginx::requests() const {
  std::vector<Request> requests;
  std::ifstream log(folder_ / "access.log");
  for (Request one; log >> one.status >> one.protocol >> one.tls >> one.method;) {
    requests.push_back(one);
  }
  return requests;
}

std::size_t Nginx::answered(int status) const {
  return static_cast<std::size_t>(std::ranges::count(requests(), status, &Request::status));
}

}  // namespace usher::peers
