// What the contract suite must know. The fake is that of usher's reference provider.

#include <nlohmann/json.hpp>

#include "connectors/memory/sandbox.h"
#include "tests/contract/contract.h"

namespace acme {
using namespace usher;

const ConnectorKind& kind();

std::vector<std::unique_ptr<sandbox::Api>> apis() {
  std::vector<std::unique_ptr<sandbox::Api>> all;
  all.push_back(sandbox::make_memory_api());
  return all;
}

nlohmann::json seed(int count) {
  const nlohmann::json people{{"count", count}, {"email", "P{n}@Northwind.example"}};
  return {{"memory", {{"tokens", {"good"}}, {"generate", people}}}};
}

SettingValues settings() {
  SettingValues values;
  values.set("token", Secret("good"));
  return values;
}

Account person(int number) {
  Account account;
  account.key = "P" + std::to_string(number) + "@Northwind.example";
  account.fields.set("email", account.key);
  account.fields.set("name", "Person " + std::to_string(number));
  return account;
}

const bool kAdded = [] {
  contract::Subject acme;
  acme.name = "Acme";
  acme.kind = &kind();
  acme.api = "memory";
  acme.apis = apis;
  acme.seed = seed;
  acme.settings = settings;
  acme.credential = "token";
  acme.person = person;
  acme.others.set("email", std::string("renamed@northwind.example"));
  acme.others.set("name", std::string("Other Name"));
  acme.row_members = {"id", "email", "active"};
  acme.page = 100;
  acme.limits = {R"({"action": "rate_limit", "retry_after": 3})"};
  return contract::add(acme);
}();
}  // namespace acme
