#include "tests/e2e/sandbox_process.h"

#include <stdexcept>

#include "tests/support/loopback_http.h"

namespace usher::e2e {
namespace {

std::vector<std::string> command_line(const std::string& seed,
                                      const std::vector<std::string>& arguments) {
  std::vector<std::string> command{USHER_BINARY_DIR "/connectors/sandbox/usher-sandbox", "--seed",
                                   seed};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

std::string after_colon(const std::string& line) {
  return line.substr(line.find(": ") + 2);
}

int port_of(const std::string& url) {
  return std::stoi(url.substr(url.find(':', url.find("//")) + 1));
}

}  // namespace

SandboxProcess::SandboxProcess(const TempDir& folder, std::string_view seed,
                               const std::vector<std::string>& arguments)
    : process_({command_line(folder.write("seed.json", seed), arguments)}) {
  timelines_ = after_colon(process_.wait_for_output("timelines: "));
  partner_ = after_colon(process_.wait_for_output("timelines_partner: "));
  port_ = port_of(timelines_);
}

std::string SandboxProcess::url(std::string_view api) const {
  return api == "timelines" ? timelines_ : partner_;
}

nlohmann::json SandboxProcess::control(std::string_view method, const std::string& verb,
                                       std::string_view body) const {
  const HttpAnswer answer = loopback_http(port_, method, "/_sandbox/" + verb, body);
  if (answer.status != 200) throw std::runtime_error(verb + ": " + answer.body);
  return nlohmann::json::parse(answer.body);
}

nlohmann::json SandboxProcess::get(const std::string& verb) const {
  return control("GET", verb, {});
}

nlohmann::json SandboxProcess::post(const std::string& verb, const nlohmann::json& body) const {
  return control("POST", verb, body.is_null() ? std::string() : body.dump());
}

void SandboxProcess::clear_faults() const {
  (void)control("DELETE", "faults", {});
}

void SandboxProcess::wait_for_held() const {
  constexpr int kLooks = 100'000;  // half a minute or more
  for (int look = 0; look < kLooks; ++look) {
    if (get("state?users=no").at("held") != 0) return;
  }
  throw std::runtime_error("no request was held: " + get("faults").dump());
}

std::map<std::string, int> SandboxProcess::invitations() const {
  return get("state?workspace=northwind-eu&users=no").at("workspaces").at(0).at("mails");
}

std::size_t SandboxProcess::writes() const {
  return requests() - get("log?method=GET").at("requests").size();
}

std::size_t SandboxProcess::requests() const {
  return get("log").at("requests").size();
}

nlohmann::json SandboxProcess::users(std::string_view workspace) const {
  return get("state?workspace=" + std::string(workspace)).at("workspaces").at(0).at("users");
}

}  // namespace usher::e2e
