#include <nlohmann/json.hpp>

#include "connectors/polytomic/sandbox.h"
#include "connectors/polytomic/target.h"
#include "tests/connectors/stage.h"
#include "tests/contract/contract.h"

namespace usher::polytomic {
namespace {

using contract::Subject;

constexpr const char* kOrganization = "248df4b7-aa70-47b8-a036-00000000000a";
constexpr const char* kSelf = "olga@northwind.example";

Account person(int number) {
  Account account;
  account.key = "P" + std::to_string(number) + "@Northwind.example";
  account.fields.set("email", account.key);
  account.fields.set("roles", Texts{"Analyst", "member"});
  return account;
}

nlohmann::json seed(int count) {
  return {{"polytomic",
           {{"partner_keys", {"partner"}},
            {"organizations",
             {{{"id", kOrganization},
               {"keys", nlohmann::json::array()},
               {"user_keys", {{{"key", "own"}, {"user", kSelf}}}},
               {"users", {{{"email", kSelf}, {"roles", {"Admin"}}}}},
               {"roles", {"Analyst"}},
               {"generate",
                {{"count", count},
                 {"email", "P{n}@Northwind.example"},
                 {"roles", {"Analyst", "Member"}}}}}}}}}};
}

/// The two path families, each with its credential.
bool add_polytomic(const std::string& name, const std::string& key,
                   const std::string& organization) {
  Subject subject;
  subject.name = name;
  subject.kind = &kind();
  subject.api = "polytomic";
  subject.apis = [] { return test::alone(sandbox::make_polytomic_api()); };
  subject.seed = seed;
  subject.settings = [=] {
    SettingValues values;
    values.set("key", Secret(key));
    if (!organization.empty()) values.set("organization", organization);
    return values;
  };
  subject.credential = "key";
  subject.person = person;
  subject.others.set("roles", Texts{"Admin"});
  subject.row_members = {"id", "email"};
  subject.limits = {R"({"action": "rate_limit", "retry_after": 3})",
                    R"({"action": "rate_limit", "shape": "envelope"})",
                    R"({"action": "rate_limit", "shape": "html"})"};
  subject.remove = [](const Account& account) {
    return nlohmann::json{{"polytomic", {{"remove", account.key}}}}.dump();
  };
  if (organization.empty()) subject.self = kSelf;
  subject.moods = {
      R"({"polytomic_created": "201"})",         R"({"polytomic_error_body": "old"})",
      R"({"polytomic_error_body": "empty"})",    R"({"polytomic_existing_email": "409"})",
      R"({"polytomic_existing_email": "200"})",  R"({"polytomic_get_missing": "empty"})",
      R"({"polytomic_idempotency": "no"})",      R"({"polytomic_system_role_organization": "own"})",
      R"({"polytomic_user_shape": "role_ids"})",
  };
  return add(std::move(subject));
}

const bool kOwn = add_polytomic("Polytomic", "own", "");
const bool kPartners = add_polytomic("PolytomicPartner", "partner", kOrganization);

}  // namespace
}  // namespace usher::polytomic
