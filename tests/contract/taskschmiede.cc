#include <nlohmann/json.hpp>

#include "connectors/sandbox/api.h"
#include "connectors/taskschmiede/sandbox.h"
#include "connectors/taskschmiede/target.h"
#include "tests/connectors/stage.h"
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
  account.fields.set("role", std::string("guest"));
  account.fields.set("external_id", "E" + std::to_string(number));
  account.fields.set("metadata.site", std::string("Hamburg"));
  return account;
}

json owner() {
  return {{"id", "usr_owner"},
          {"email", "usr_owner@northwind.example"},
          {"organizations", {{"org_1", "owner"}}}};
}

json usher_itself() {
  return {{"id", "usr_usher"},
          {"email", "usr_usher@northwind.example"},
          {"password", "good"},
          {"is_admin", true},
          {"organizations", {{"org_1", "admin"}}}};
}

json seed(int count) {
  json users{owner(), usher_itself()};
  for (int number = 1; number <= count; ++number) {
    users.push_back({{"email", "P" + std::to_string(number) + "@Northwind.example"},
                     {"name", "Person " + std::to_string(number)},
                     {"external_id", "E" + std::to_string(number)},
                     {"metadata", {{"site", "Hamburg"}}},
                     {"organizations", {{"org_1", "guest"}}}});
  }
  return {{"taskschmiede",
           {{"organizations", {{{"id", "org_1"}}}},
            {"users", std::move(users)},
            {"tokens", {{{"token", "good"}, {"email", "usr_usher@northwind.example"}}}}}}};
}

Subject subject(const char* name, const char* transport, bool has_token) {
  Subject subject;
  subject.name = name;
  subject.kind = &kind();
  subject.api = "taskschmiede";
  subject.apis = [] { return test::alone(sandbox::make_taskschmiede_api()); };
  subject.seed = seed;
  subject.settings = [=] {
    SettingValues values;
    values.set("organization", std::string("org_1"));
    values.set("transport", std::string(transport));
    if (has_token) {
      values.set("token", Secret("good"));
    } else {
      values.set("email", std::string("usr_usher@northwind.example"));
      values.set("password", Secret("good"));
    }
    return values;
  };
  subject.credential = has_token ? "token" : "password";
  subject.person = person;
  subject.others.set("name", std::string("Other Name"));
  subject.others.set("role", std::string("admin"));
  subject.others.set("email", std::string("renamed@northwind.example"));
  subject.others.set("metadata.dept", std::string("Sales"));
  subject.others.set("external_id", std::string("E-other"));
  subject.row_members = {"id", "email", "status"};
  subject.page = 200;
  subject.limits = {R"({"action": "rate_limit", "retry_after": 3})",
                    R"({"action": "rate_limit", "shape": "html"})",
                    R"({"action": "status", "status": 429})"};
  subject.remove = [](const Account& account) {
    return json{{"taskschmiede", {{"remove", account.key}}}}.dump();
  };
  subject.outsider = [](int number) {
    json user{{"email", "P" + std::to_string(number) + "@Northwind.example"},
              {"name", "As others know them"},
              {"external_id", "E" + std::to_string(number)},
              {"organizations", json::object()}};
    return json{{"taskschmiede", {{"add", std::move(user)}}}}.dump();
  };
  subject.owner = "usr_owner";
  subject.self = "usr_usher";
  subject.counters = {"sessions"};
  if (std::string_view(transport) == "mcp") {
    subject.lose_session = {{"taskschmiede_session", R"({"end": "closed"})"},
                            {"taskschmiede_session", R"({"end": "expired"})"}};
  }
  subject.moods = {
      R"({"taskschmiede_address_rate": "20/min"})",
      R"({"taskschmiede_session_rate": "20/min"})",
      R"({"taskschmiede_framing": "json"})",
      R"({"taskschmiede_initialized": "required"})",
      R"({"taskschmiede_email_case": "insensitive"})",
      R"({"taskschmiede_error_codes": "documented"})",
      R"({"taskschmiede_last_owner": "protected"})",
      R"({"taskschmiede_organizations": "absent"})",
      R"({"taskschmiede_tool_errors": "escaped"})",
  };
  return subject;
}

// A token by REST is what a login by REST gets.
const bool kMcp = add(subject("TaskschmiedeMcp", "mcp", true));
const bool kMcpLogin = add(subject("TaskschmiedeMcpLogin", "mcp", false));
const bool kRest = add(subject("TaskschmiedeRest", "rest", false));

}  // namespace
}  // namespace usher::taskschmiede
