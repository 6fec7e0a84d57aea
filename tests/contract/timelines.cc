#include <nlohmann/json.hpp>

#include "connectors/sandbox/workspaces.h"
#include "connectors/timelines/sandbox.h"
#include "connectors/timelines/target.h"
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
  account.fields.set("team", std::string("Default"));
  account.fields.set("role", std::string("Agent"));
  return account;
}

nlohmann::json seed(int count) {
  nlohmann::json workspace{{"id", "northwind-eu"},
                           {"seats", 1000},
                           {"teams", {"Default", "Sales"}},
                           {"tokens", {"good"}},
                           {"users", {{{"email", "olga@northwind.example"}, {"role", "owner"}}}},
                           {"generate", nlohmann::json::array()}};
  workspace["generate"].push_back({{"count", count}, {"email", "P{n}@Northwind.example"}});
  return {{"workspaces", nlohmann::json::array({workspace})}};
}

const bool kAdded = [] {
  Subject subject;
  subject.name = "Timelines";
  subject.kind = &kind();
  subject.api = "timelines";
  subject.apis = [] {
    std::vector<std::unique_ptr<sandbox::Api>> apis;
    apis.push_back(sandbox::make_timelines_api(std::make_shared<sandbox::Workspaces>()));
    return apis;
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
  subject.others.set("team", std::string("Sales"));
  subject.row_members = {"user_id", "email", "status"};
  subject.limits = {R"({"action": "rate_limit", "shape": "limiter", "retry_after": 3})",
                    R"({"action": "rate_limit", "shape": "envelope"})",
                    R"({"action": "rate_limit", "shape": "html"})"};
  subject.remove = [](const Account& account) {
    return nlohmann::json{{"workspace", "northwind-eu"}, {"email", account.key}, {"delete", true}}
        .dump();
  };
  return add(std::move(subject));
}();

}  // namespace
}  // namespace usher::timelines
