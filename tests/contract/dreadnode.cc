#include <nlohmann/json.hpp>

#include "connectors/dreadnode/sandbox.h"
#include "connectors/dreadnode/target.h"
#include "connectors/sandbox/api.h"
#include "tests/connectors/stage.h"
#include "tests/contract/contract.h"

namespace usher::dreadnode {
namespace {

using contract::Subject;

Account person(int number) {
  Account account;
  account.key = "p" + std::to_string(number) + "@northwind.example";
  account.fields.set("email", account.key);
  account.fields.set("permission", std::string("reader"));
  return account;
}

// New people get 404 unless they are in the organisation; here whoever is added joins with that.
nlohmann::json seed(int count) {
  const nlohmann::json workspace{
      {"key", "main"},
      {"generate",
       {{"count", count}, {"email", "p{n}@northwind.example"}, {"permission", "reader"}}}};
  const nlohmann::json organization{
      {"key", "acme"}, {"api_keys", {"good"}}, {"workspaces", nlohmann::json::array({workspace})}};
  return {{"dreadnode", {{"organizations", nlohmann::json::array({organization})}}},
          {"switches", {{"dreadnode_outsider", "add"}}}};
}

Subject subject(const char* name, bool removes) {
  Subject subject;
  subject.name = name;
  subject.kind = &kind();
  subject.api = "dreadnode";
  subject.apis = [] { return test::alone(sandbox::make_dreadnode_api()); };
  subject.seed = seed;
  subject.settings = [removes] {
    SettingValues values;
    values.set("org", std::string("acme"));
    values.set("workspace", std::string("main"));
    values.set("api_key", Secret("good"));
    values.set("auth", std::string(removes ? "x-api-key" : "bearer"));
    values.set("remove_member", removes);
    return values;
  };
  subject.credential = "api_key";
  subject.person = person;
  subject.row_members = {"user_id", "user_email", "permission"};
  subject.limits = {R"({"action": "rate_limit", "retry_after": 3})",
                    R"({"action": "rate_limit", "shape": "html"})"};
  subject.remove = [](const Account& account) {
    return nlohmann::json{{"dreadnode", {{"remove", account.key}}}}.dump();
  };
  subject.outsider = [](int number) {
    return nlohmann::json{{"dreadnode", {{"join", person(number).key}}}}.dump();
  };
  subject.moods = {
      R"({"dreadnode_error": "plain"})",
      R"({"dreadnode_errors_member": "null"})",
      R"({"dreadnode_conflict_type": "conflict_error"})",
      R"({"dreadnode_email_stored": "lower"})",
      R"({"dreadnode_granted_key": "created_at"})",
      R"({"dreadnode_reply_email": "email"})",
      R"({"dreadnode_second_grant": "update"})",
      R"({"dreadnode_second_grant": "keep"})",
  };
  return subject;
}

const bool kAdded = add(subject("Dreadnode", false)) && add(subject("DreadnodeRemoval", true));

}  // namespace
}  // namespace usher::dreadnode
