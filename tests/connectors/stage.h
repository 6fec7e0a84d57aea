#pragma once

#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "connectors/clock.h"
#include "connectors/sandbox/server.h"

namespace usher::test {

/// Time that passes only when somebody sleeps, and then at once.
class JumpingClock : public Clock {
 public:
  static constexpr std::int64_t kStart = 1'793'607'330;  ///< 2026-11-02T08:15:30Z

  std::chrono::system_clock::time_point now() const override {
    return std::chrono::system_clock::from_time_t(kStart) +
           std::chrono::duration_cast<std::chrono::system_clock::duration>(passed());
  }
  std::chrono::steady_clock::time_point steady() const override {
    return std::chrono::steady_clock::time_point(std::chrono::hours(1)) + passed();
  }
  bool sleep_for(std::chrono::nanoseconds duration, std::stop_token stop) override {
    if (stop.stop_requested()) return false;
    passed_ += duration.count();
    return true;
  }

  [[nodiscard]] std::chrono::nanoseconds passed() const {
    return std::chrono::nanoseconds(passed_.load());
  }

 private:
  std::atomic<std::int64_t> passed_{0};
};

/// A sandbox of one API.
inline std::vector<std::unique_ptr<sandbox::Api>> alone(std::unique_ptr<sandbox::Api> api) {
  std::vector<std::unique_ptr<sandbox::Api>> apis;
  apis.push_back(std::move(api));
  return apis;
}

/// A running sandbox, what was asked of it, and the means to disturb it.
class Stage {
 public:
  Stage(std::vector<std::unique_ptr<sandbox::Api>> apis, const sandbox::ServerOptions& options)
      : server_(std::move(apis), options) {}

  [[nodiscard]] std::string url(std::string_view api) const { return server_.url(api); }

  void set(std::string_view name, std::string_view value) {
    server_.control("POST", "switches", nlohmann::json{{name, value}}.dump());
  }
  void fault(const std::string& rule) { server_.control("POST", "faults", rule); }
  void clear_faults() { server_.control("DELETE", "faults"); }
  void edit(const std::string& body) { server_.control("POST", "edit", body); }
  void act(std::string_view verb, const std::string& body) { server_.control("POST", verb, body); }

  /// Requests as `POST /workspace/invitations`, without the API's base path.
  [[nodiscard]] std::vector<std::string> requests(std::string_view base_path) {
    std::vector<std::string> list;
    for (const auto& entry : log()) {
      std::string path = entry.at("path");
      if (path.starts_with(base_path)) path = path.substr(base_path.size());
      list.push_back(entry.at("method").get<std::string>() + " " + path);
    }
    return list;
  }

  /// Body of the last request that had one.
  [[nodiscard]] std::string last_body() {
    std::string body;
    for (const auto& entry : log()) {
      const auto& text = entry.at("body");
      if (text.is_string() && !text.get<std::string>().empty()) body = text;
    }
    return body;
  }

  /// Everything the fakes hold.
  [[nodiscard]] nlohmann::json state() {
    return nlohmann::json::parse(server_.control("GET", "state"));
  }

  /// The first workspace, or the one with this id.
  [[nodiscard]] nlohmann::json workspace(std::string_view id = {}) {
    const auto state = nlohmann::json::parse(server_.control("GET", "state"));
    for (const auto& workspace : state.at("workspaces")) {
      if (id.empty() || workspace.at("id") == id) return workspace;
    }
    return nullptr;
  }

  /// Null when nobody has this address.
  [[nodiscard]] nlohmann::json user(std::string_view email) {
    const nlohmann::json seen = workspace();
    for (const auto& user : seen.at("users")) {
      if (user.at("email") == email) return user;
    }
    return nullptr;
  }

  /// Every request so far, with its body and what was answered.
  [[nodiscard]] nlohmann::json log() {
    return nlohmann::json::parse(server_.control("GET", "log")).at("requests");
  }

 private:
  sandbox::SandboxServer server_;
};

}  // namespace usher::test
