#pragma once

#include <string>
#include <vector>

#include "connectors/http/client.h"
#include "connectors/timelines_partner/jwt.h"
#include "connectors/timelines_partner/sandbox.h"
#include "connectors/timelines_partner/target.h"
#include "tests/connectors/target_fixture.h"

namespace usher::timelines_partner {

/// Two customers of one partner, over real HTTP. Northwind has ten seats, an Owner and three
/// placeholders, of which the first has WhatsApp; the other workspace pays by itself.
class PartnerFixture : public usher::test::TargetFixture {
 protected:
  static constexpr const char* kSecret = "CANARY-unit-test-partner-secret-32";
  static constexpr const char* kSeed = R"({"workspaces": [
    {"id": "northwind-eu", "display_name": "Northwind-EU", "seats": 10, "users": [
      {"user_id": 100, "email": "100-northwind-eu@partners.timelines.ai", "role": "owner", "status": "active"},
      {"user_id": 101, "email": "101-northwind-eu@partners.timelines.ai", "role": "agent", "status": "active",
       "whatsapp": ["+15550100001"]},
      {"user_id": 102, "email": "102-northwind-eu@partners.timelines.ai", "role": "agent", "status": "active"},
      {"user_id": 103, "email": "103-northwind-eu@partners.timelines.ai", "role": "agent", "status": "active"}]},
    {"id": "own-billing", "billing_managed": true, "users": [
      {"user_id": 200, "email": "200-own-billing@partners.timelines.ai", "role": "owner", "status": "active"}]},
    {"id": "foreign", "users": [
      {"user_id": 300, "email": "300-foreign@partners.timelines.ai", "role": "owner", "status": "active"}]}],
    "partners": [
      {"id": "acme", "secret": "CANARY-unit-test-partner-secret-32", "workspaces": ["northwind-eu", "own-billing"]},
      {"id": "asleep", "secret": "CANARY-unit-test-partner-secret-32", "active": false, "workspaces": ["northwind-eu"]}]})";

  PartnerFixture()
      : TargetFixture(kind(), "timelines_partner",
                      usher::test::alone(sandbox::make_timelines_partner_api(
                          std::make_shared<sandbox::Workspaces>())),
                      kSeed) {}

  void SetUp() override {
    values_.set("partner_id", std::string("acme"));
    values_.set("partner_secret", Secret(kSecret));
    values_.set("workspace", std::string("northwind-eu"));
    make();
  }

  [[nodiscard]] std::vector<std::string> requests() {
    return stage_.requests("/partner/api/v1/workspaces");
  }

  static std::vector<Change> batch(std::size_t count) {
    return std::vector<Change>(count, change(Action::kCreate));
  }

  std::vector<Applied> create(std::size_t count) { return target_->apply(batch(count), steps_); }
  using TargetFixture::refused;
  ConnectorError refused(std::size_t count) {
    return error_of([&] { (void)create(count); });
  }

  std::vector<Lookup> recover(std::size_t count, std::int64_t intended_at = kNow) {
    return target_->recover({batch(count), "create", steps_.last_context, intended_at});
  }

  /// What an administrator of the partner does with a program of their own.
  void send(const std::string& path, const std::string& body = "{}") {
    HttpOptions options;
    options.base_url = stage_.url("timelines_partner");
    options.authorize = [](HttpRequest& request) {
      request.headers.emplace_back("Authorization",
                                   "Bearer " + sign_token("acme", Secret(kSecret), kNow));
      request.headers.emplace_back("X-TL-Partner-Id", "acme");
    };
    HttpClient client(options, http_);
    (void)client.send_ok(
        {.method = "POST", .path = "/workspaces/northwind-eu" + path, .body = body});
  }

  [[nodiscard]] std::size_t users() { return stage_.workspace("northwind-eu").at("users").size(); }

  static constexpr std::int64_t kNow = usher::test::JumpingClock::kStart;
};

}  // namespace usher::timelines_partner
