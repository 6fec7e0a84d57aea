#include <nlohmann/json.hpp>

#include "connectors/memory/sandbox.h"
#include "connectors/memory/target.h"
#include "connectors/sandbox/api.h"
#include "tests/connectors/stage.h"
#include "tests/contract/contract.h"

namespace usher::memory {
namespace {

using contract::Subject;

Account person(int number) {
  Account account;
  account.key = "P" + std::to_string(number) + "@Northwind.example";
  account.fields.set("email", account.key);
  account.fields.set("name", "Person " + std::to_string(number));
  account.fields.set("role", std::string("viewer"));
  return account;
}

nlohmann::json seed(int count) {
  return {{"memory",
           {{"tokens", {"good"}},
            {"users", {{{"email", "olga@northwind.example"}, {"owner", true}}}},
            {"generate", {{"count", count}, {"email", "P{n}@Northwind.example"}}}}}};
}

const bool kAdded = [] {
  Subject subject;
  subject.name = "Memory";
  subject.kind = &kind();
  subject.api = "memory";
  subject.apis = [] { return test::alone(sandbox::make_memory_api()); };
  subject.seed = seed;
  subject.settings = [] {
    SettingValues values;
    values.set("token", Secret("good"));
    return values;
  };
  subject.credential = "token";
  subject.person = person;
  subject.others.set("name", std::string("Other Name"));
  subject.others.set("role", std::string("admin"));
  subject.others.set("email", std::string("renamed@northwind.example"));
  subject.row_members = {"id", "email", "role", "active"};
  subject.page = 100;
  subject.limits = {R"({"action": "rate_limit", "retry_after": 3})",
                    R"({"action": "rate_limit", "shape": "html"})"};
  subject.owner = "olga@northwind.example";
  subject.remove = [](const Account& account) {
    return nlohmann::json{{"memory", {{"email", account.key}, {"delete", true}}}}.dump();
  };
  subject.delay = R"({"memory_consistency_seconds": "2"})";
  subject.moods = {R"({"memory_filter": "too_much"})"};
  return add(std::move(subject));
}();

}  // namespace
}  // namespace usher::memory
