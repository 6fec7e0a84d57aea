#include <nlohmann/json.hpp>

#include "connectors/sandbox/workspaces.h"
#include "connectors/timelines_partner/sandbox.h"
#include "connectors/timelines_partner/target.h"
#include "tests/contract/contract.h"

namespace usher::timelines_partner {
namespace {

using contract::Subject;

constexpr const char* kSecret = "partner-secret-of-the-contract-suite";

nlohmann::json seed(int count) {
  nlohmann::json workspace{
      {"id", "northwind-field"}, {"seats", 1000}, {"generate", nlohmann::json::array()}};
  workspace["generate"].push_back({{"count", count}, {"email", "{n}@partners.example"}});
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
    std::vector<std::unique_ptr<sandbox::Api>> apis;
    apis.push_back(sandbox::make_timelines_partner_api(std::make_shared<sandbox::Workspaces>()));
    return apis;
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
  return add(std::move(subject));
}();

}  // namespace
}  // namespace usher::timelines_partner
