#include <nlohmann/json.hpp>

#include "connectors/sandbox/workspaces.h"
#include "connectors/timelines_partner/sandbox.h"
#include "connectors/timelines_partner/target.h"
#include "tests/connectors/stage.h"
#include "tests/contract/contract.h"

namespace usher::timelines_partner {
namespace {

using contract::Subject;

constexpr const char* kSecret = "partner-secret-of-the-contract-suite";

constexpr const char* kOwner = "11";

// Everybody is connected: what is not in use is of no use, so nobody could be deactivated.
nlohmann::json seed(int count) {
  nlohmann::json users = nlohmann::json::array();
  users.push_back({{"user_id", 11}, {"email", "olga@northwind.example"}, {"role", "owner"}});
  for (int number = 1; number <= count; ++number) {
    users.push_back({{"user_id", 100 + number},
                     {"email", std::to_string(number) + "@partners.timelines.ai"},
                     {"whatsapp", {"+49301" + std::to_string(1000 + number)}}});
  }
  const nlohmann::json workspace{
      {"id", "northwind-field"}, {"seats", 1000}, {"users", std::move(users)}};
  const nlohmann::json partner{
      {"id", "acme"}, {"secret", kSecret}, {"workspaces", {"northwind-field"}}};
  return {{"workspaces", nlohmann::json::array({workspace})},
          {"partners", nlohmann::json::array({partner})}};
}

const bool kAdded = [] {
  Subject subject;
  subject.name = "TimelinesPartner";
  subject.kind = &kind();
  subject.api = "timelines_partner";
  subject.apis = [] {
    return test::alone(
        sandbox::make_timelines_partner_api(std::make_shared<sandbox::Workspaces>()));
  };
  subject.seed = seed;
  subject.settings = [] {
    SettingValues values;
    values.set("partner_id", std::string("acme"));
    values.set("partner_secret", Secret(kSecret));
    values.set("workspace", std::string("northwind-field"));
    return values;
  };
  subject.credential = "partner_secret";
  subject.person = [](int) { return Account{}; };  // a placeholder carries nothing of a person
  subject.row_members = {"user_id", "status"};
  subject.limits = {R"({"action": "rate_limit", "shape": "limiter", "retry_after": 3})",
                    R"({"action": "rate_limit", "shape": "envelope"})",
                    R"({"action": "rate_limit", "shape": "html"})"};
  subject.owner = kOwner;
  subject.remove = [](const Account& account) {
    return nlohmann::json{{"workspace", "northwind-field"},
                          {"user_id", std::stoi(account.remote_id)},
                          {"delete", true}}
        .dump();
  };
  subject.moods = {
      R"({"auth_error_status": "401"})", R"({"clock_offset": "100"})",
      R"({"clock_offset": "-100"})",     R"({"extra_seat_fields": "no"})",
      R"({"partner_role": "label"})",    R"({"status_word": "active"})",
      R"({"whatsapp_user_id": "text"})",
  };
  subject.fill = {"edit", R"({"workspace": "northwind-field", "seats": 4})"};
  return add(std::move(subject));
}();

}  // namespace
}  // namespace usher::timelines_partner
