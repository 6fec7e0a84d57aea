#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/clock.h"
#include "connectors/sandbox/sandbox.h"
#include "connectors/timelines/sandbox.h"
#include "connectors/timelines_partner/sandbox.h"

namespace usher::sandbox {

/// A clock that stands still until it is moved.
class StandingClock final : public Clock {
 public:
  /// 2026-01-01T00:00:00Z, in the middle of the test token's window.
  static constexpr std::int64_t kStart = 1'767'225'600;

  std::chrono::system_clock::time_point now() const override {
    return std::chrono::system_clock::from_time_t(kStart) + std::chrono::seconds(passed);
  }
  std::chrono::steady_clock::time_point steady() const override {
    return std::chrono::steady_clock::time_point(std::chrono::seconds(1'000 + passed));
  }
  bool sleep_for(std::chrono::nanoseconds, std::stop_token) override { return true; }

  std::int64_t passed = 0;  ///< seconds
};

[[nodiscard]] inline std::vector<std::unique_ptr<Api>> both_apis() {
  const auto workspaces = std::make_shared<Workspaces>();
  std::vector<std::unique_ptr<Api>> apis;
  apis.push_back(make_timelines_api(workspaces));
  apis.push_back(make_timelines_partner_api(workspaces));
  return apis;
}

inline constexpr std::string_view kSeed = R"({
  "workspaces": [
    {"id": "northwind-eu", "display_name": "Northwind EU", "seats": 5, "teams": ["Default", "Sales EU"],
     "tokens": ["owner-token", {"token": "agent-token", "member": "sam@northwind.example"}],
     "users": [
       {"user_id": 410, "email": "olga@northwind.example", "first": "Olga", "last": "Owner", "role": "owner",
        "created_at": "2024-03-02T08:10:11Z"},
       {"user_id": 811, "email": "sam@northwind.example", "first": "Sam", "last": "Super",
        "role": "team_supervisor", "team": "Sales EU", "created_at": "2025-07-02T07:10:11Z",
        "whatsapp": ["+15550100003"]},
       {"user_id": 955, "email": "ivy@northwind.example", "display_name": "Ivy Invited",
        "status": "invited"}]},
    {"id": "southwind", "seats": 999},
    {"id": "eastwind", "billing_managed": true}],
  "partners": [
    {"id": "acme-partner", "secret": "unit-test-partner-secret-32-bytes",
     "workspaces": ["northwind-eu", "eastwind"]},
    {"id": "idle-partner", "secret": "unit-test-partner-secret-32-bytes", "active": false}]
})";

/// Made once with another program: partner_id acme-partner, nbf 180 s before and exp 180 s after
/// StandingClock::kStart, signed with the secret above.
inline constexpr std::string_view kPartnerToken =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJwYXJ0bmVyX2lkIjoiYWNtZS1wYXJ0bmVyIiwibmJmIjoxNzY3MjI1NDIwLCJleHAiOjE3NjcyMjU3ODB9."
    "h7vJTNaMV5pC4oED0hW1k9qiWVYI-PRtXQpaR2aYzeQ";

struct Reply {
  int status = 0;
  nlohmann::json json;  ///< discarded when the body is not JSON
  std::string text;
  Response response;
  Delivery::Extent extent = Delivery::Extent::kWhole;
};

/// The sandbox without sockets, and somebody who calls it.
class Rehearsal {
 public:
  explicit Rehearsal(std::string_view seed = kSeed, SwitchSettings settings = {})
      : sandbox(both_apis(), std::string(seed), std::move(settings), clock) {}

  Reply send(Request request) {
    const auto delivery = sandbox.answer(request);
    const auto text = delivery.response.body ? *delivery.response.body : std::string();
    return {delivery.response.status, nlohmann::json::parse(text, nullptr, false), text,
            delivery.response, delivery.extent};
  }

  /// A request to the Public API, by the owner's token.
  Reply call(std::string method, std::string path, std::string body = {}) {
    return send({.method = std::move(method),
                 .path = "/integrations/api" + path,
                 .query = {},
                 .headers = {{"User-Agent", "test"}, {"Authorization", "Bearer " + token}},
                 .body = std::move(body),
                 .peer = "127.0.0.1"});
  }

  /// A request to the Partner API, signed.
  Reply partner(std::string method, std::string path, std::string body = {}) {
    return send({.method = std::move(method),
                 .path = "/partner/api/v1" + path,
                 .query = {},
                 .headers = {{"User-Agent", "test"},
                             {"X-TL-Partner-Id", partner_id},
                             {"Authorization", "Bearer " + partner_token}},
                 .body = std::move(body),
                 .peer = "127.0.0.1"});
  }

  nlohmann::json control(std::string_view method, std::string_view verb, std::string_view body = {},
                         std::string_view query = {}) {
    return sandbox.control(method, verb, query, body);
  }
  void set(const std::string& name, const std::string& value) {
    control("POST", "switches", nlohmann::json{{name, value}}.dump());
  }
  void fault(std::string_view rule) { control("POST", "faults", rule); }

  Reply invite(std::string_view email, std::string_view role = "agent") {
    return call("POST", "/workspace/invitations",
                nlohmann::json{{"email", email}, {"role", role}, {"team_title", "Default"}}.dump());
  }

  nlohmann::json workspace(std::string_view workspace_id = "northwind-eu") {
    return control("GET", "state", {}, "workspace=" + std::string(workspace_id))["workspaces"][0];
  }

  /// The member with this address, as the state shows it; null when there is none.
  nlohmann::json user(std::string_view email) {
    const auto users = workspace()["users"];
    for (const auto& each : users) {
      if (each["email"] == email) {
        return each;
      }
    }
    return nullptr;
  }

  StandingClock clock;
  std::string token = "owner-token";
  std::string partner_id = "acme-partner";
  std::string partner_token = std::string(kPartnerToken);
  Sandbox sandbox;
};

}  // namespace usher::sandbox
