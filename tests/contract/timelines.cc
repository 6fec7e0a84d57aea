#include <nlohmann/json.hpp>

#include "connectors/sandbox/workspaces.h"
#include "connectors/timelines/sandbox.h"
#include "connectors/timelines/target.h"
#include "tests/connectors/stage.h"
#include "tests/contract/contract.h"

namespace usher::timelines {
namespace {

using contract::Subject;

Account person(int number) {
  Account account;
  account.key = "P" + std::to_string(number) + "@Northwind.example";
  account.fields.set("email", account.key);
  account.fields.set("first_name", std::string("Person"));
  account.fields.set("last_name", std::to_string(number));
  account.fields.set("team", std::string("Sales"));
  account.fields.set("role", std::string("Agent"));
  return account;
}

nlohmann::json seed(int count) {
  nlohmann::json users = nlohmann::json::array();
  users.push_back({{"email", "olga@northwind.example"}, {"role", "owner"}});
  for (int number = 1; number <= count; ++number) {
    users.push_back({{"email", "P" + std::to_string(number) + "@Northwind.example"},
                     {"team", "Sales"},
                     {"role", "agent"}});
  }
  const nlohmann::json workspace{{"id", "northwind-eu"},
                                 {"seats", 1000},
                                 {"teams", {"Default", "Sales"}},
                                 {"tokens", {"good"}},
                                 {"users", std::move(users)}};
  return {{"workspaces", nlohmann::json::array({workspace})}};
}

const bool kAdded = [] {
  Subject subject;
  subject.name = "Timelines";
  subject.kind = &kind();
  subject.api = "timelines";
  subject.apis = [] {
    return test::alone(sandbox::make_timelines_api(std::make_shared<sandbox::Workspaces>()));
  };
  subject.seed = seed;
  subject.settings = [] {
    SettingValues values;
    values.set("token", Secret("good"));
    return values;
  };
  subject.credential = "token";
  subject.person = person;
  subject.others.set("role", std::string("Team supervisor"));
  subject.others.set("team", std::string("Default"));
  subject.row_members = {"user_id", "email", "status"};
  subject.limits = {R"({"action": "rate_limit", "shape": "limiter", "retry_after": 3})",
                    R"({"action": "rate_limit", "shape": "envelope"})",
                    R"({"action": "rate_limit", "shape": "html"})"};
  subject.owner = subject.self = "olga@northwind.example";
  subject.counters = {"api_calls"};
  subject.remove = [](const Account& account) {
    return nlohmann::json{{"workspace", "northwind-eu"}, {"email", account.key}, {"delete", true}}
        .dump();
  };
  subject.fill = {"edit", R"({"workspace": "northwind-eu", "seats": 4})"};
  subject.moods = {
      R"({"error_code": "absent"})",      R"({"list_order": "descending"})",
      R"({"role_labels": "token"})",      R"({"active_label": "Activated"})",
      R"({"pending_label": ""})",         R"({"email_stored": "lower"})",
      R"({"workspace_seats": "absent"})", R"({"omitted_role": "keep"})",
      R"({"mail_on_update": "never"})",
  };
  return add(std::move(subject));
}();

}  // namespace
}  // namespace usher::timelines
