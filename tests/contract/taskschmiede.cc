#include <nlohmann/json.hpp>

#include "connectors/sandbox/api.h"
#include "connectors/taskschmiede/sandbox.h"
#include "connectors/taskschmiede/target.h"
#include "tests/contract/contract.h"

namespace usher::taskschmiede {
namespace {

using contract::Subject;

using nlohmann::json;

Account person(int number) {
  Account account;
  account.key = "P" + std::to_string(number) + "@Northwind.example";
  account.fields.set("email", account.key);
  account.fields.set("name", "Person " + std::to_string(number));
  account.fields.set("role", std::string("member"));
  return account;
}

json user(const char* id, bool is_admin) {
  return {{"id", id},
          {"email", std::string(id) + "@northwind.example"},
          {"is_admin", is_admin},
          {"organizations", {{"org_1", "owner"}}}};
}

json seed(int count) {
  return {{"taskschmiede",
           {{"organizations", {{{"id", "org_1"}}}},
            {"users", {user("usr_owner", false), user("usr_usher", true)}},
            {"generate",
             {{{"count", count}, {"email", "P{n}@Northwind.example"}, {"organization", "org_1"}}}},
            {"tokens", {{{"token", "good"}, {"email", "usr_usher@northwind.example"}}}}}}};
}

Subject subject(const char* name, const char* transport) {
  Subject subject;
  subject.name = name;
  subject.kind = &kind();
  subject.api = "taskschmiede";
  subject.apis = [] {
    std::vector<std::unique_ptr<sandbox::Api>> apis;
    apis.push_back(sandbox::make_taskschmiede_api());
    return apis;
  };
  subject.seed = seed;
  subject.settings = [transport] {
    SettingValues values;
    values.set("organization", std::string("org_1"));
    values.set("transport", std::string(transport));
    values.set("token", Secret("good"));
    return values;
  };
  subject.credential = "token";
  subject.person = person;
  subject.others.set("name", std::string("Other Name"));
  subject.others.set("role", std::string("admin"));
  subject.others.set("email", std::string("renamed@northwind.example"));
  subject.others.set("metadata.dept", std::string("Sales"));
  subject.row_members = {"id", "email", "status"};
  subject.page = 200;
  subject.limits = {R"({"action": "rate_limit", "retry_after": 3})",
                    R"({"action": "rate_limit", "shape": "html"})",
                    R"({"action": "status", "status": 429})"};
  subject.remove = [](const Account& account) {
    return json{{"taskschmiede", {{"remove", account.key}}}}.dump();
  };
  return subject;
}

const bool kMcp = add(subject("TaskschmiedeMcp", "mcp"));
const bool kRest = add(subject("TaskschmiedeRest", "rest"));

}  // namespace
}  // namespace usher::taskschmiede
