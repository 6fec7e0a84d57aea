#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/api.h"
#include "connectors/scim/profile.h"
#include "connectors/scim/sandbox.h"
#include "connectors/scim/settings.h"
#include "connectors/scim/target.h"
#include "mapping/text.h"
#include "tests/contract/contract.h"

namespace usher::scim {
namespace {

using contract::Subject;
using nlohmann::json;

constexpr const char* kWorkMail = "emails[type eq \"work\"].value";
constexpr const char* kStreet = "addresses[type eq \"work\"].streetAddress";
constexpr const char* kEnterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
constexpr const char* kEntra = "urn:ietf:params:scim:schemas:extension:Microsoft:Entra:2.0:User";

std::string department() {
  return std::string(kEnterprise) + ":department";
}

bool takes_one(const Profile& profile, std::string_view list) {
  return std::ranges::count(profile.single_valued, list) > 0;
}

/// Where a list takes one value, that is the work one.
const char* phone_type(const Profile& profile) {
  return takes_one(profile, "phoneNumbers") ? "work" : "mobile";
}

/// The user `n` of the seed, `{n}` for each of them, as a client would send it.
json resource(const Profile& profile, const std::string& n) {
  json user = {{"userName", "P" + n + "@Northwind.example"},
               {"externalId", "P" + n},
               {"displayName", "Person " + n},
               {"name", {{"givenName", "Person"}, {"familyName", "No " + n}}},
               {"title", "Clerk"},
               {"emails",
                {{{"type", "work"}, {"value", "p" + n + "@northwind.example"}, {"primary", true}}}},
               {"phoneNumbers", {{{"type", phone_type(profile)}, {"value", "+49 160 " + n}}}},
               {"addresses", {{{"type", "work"}, {"streetAddress", "Quay " + n}}}},
               {"roles", {{{"value", "clerk"}}}},
               {kEnterprise, {{"department", "Sales"}}}};
  if (std::ranges::count(profile.extensions, kEntra) > 0) {
    user[kEntra] = {{"mailNickname", "p" + n}};
  }
  return user;
}

json seed(const Profile& profile, int count) {
  json scim = {{"tokens", {"good"}},
               {"oauth_clients", {{{"client_id", "usher"}, {"client_secret", "good"}}}},
               {"groups", {{{"displayName", "app-sales"}}, {{"displayName", "Board"}}}}};
  if (count > 0) scim["generate"] = {{{"count", count}, {"user", resource(profile, "{n}")}}};
  return {{"scim", std::move(scim)}};
}

/// What the profile's service keeps of a person.
Account person(const Profile& profile, const Capabilities& can, int number) {
  const std::string n = std::to_string(number);
  Account account;
  account.key = "P" + n + "@Northwind.example";
  const std::pair<std::string, Value> values[]{
      {"userName", account.key},
      {"externalId", "P" + n},
      {"displayName", "Person " + n},
      {"name.givenName", std::string("Person")},
      {"name.familyName", "No " + n},
      {"name.formatted", "Person No " + n},
      {"title", std::string("Clerk")},
      {"active", true},
      {kWorkMail, "p" + n + "@northwind.example"},
      {std::string("phoneNumbers[type eq \"") + phone_type(profile) + "\"].value", "+49 160 " + n},
      {kStreet, "Quay " + n},
      {"roles", Texts{"clerk"}},
      {department(), std::string("Sales")},
      {std::string(kEntra) + ":mailNickname", "p" + n},
  };
  for (const auto& [name, value] : values) {
    // Where it is not read flattened it would contradict the parts it is made of.
    if (name == "name.formatted" && profile.flattened.empty()) continue;
    if (can.find(name) != nullptr) account.fields.set(name, value);
  }
  const AttributeSpec* password = can.find("password");
  if (password != nullptr && password->required) {
    account.fields.set("password", std::string("Correct-Horse-7"));
  }
  return account;
}

Value other_value(const Profile& profile, const AttributeSpec& spec) {
  if (spec.name == "userName") return std::string("renamed@northwind.example");
  if (spec.name == "groups") return Texts{"app-sales"};
  if (spec.is_multi) {
    return takes_one(profile, spec.name) ? Texts{"boss"} : Texts{"boss", "head"};
  }
  return "Other \"value\" of " + spec.name;
}

Fields others(const Profile& profile, const Capabilities& can) {
  Fields fields;
  for (const AttributeSpec& spec : can.attributes) {
    if (!spec.updatable || !spec.returned || spec.is_boolean) continue;
    fields.set(spec.name, other_value(profile, spec));
  }
  return fields;
}

/// `entra-scim-api` → `EntraScimApi`
std::string camel(std::string_view name) {
  std::string text;
  bool is_begin = true;
  for (const char c : name) {
    if (c != '-') text += is_begin ? static_cast<char>(std::toupper(c)) : c;
    is_begin = c == '-';
  }
  return text;
}

SettingValues settings(const Profile& profile, std::string_view update) {
  SettingValues values;
  values.set("profile", profile.name);
  values.set("profile_overrides", SettingValues::Pairs{{"page_size", "10"}});
  if (!update.empty()) values.set("update", std::string(update));
  if (profile.groups) values.set("groups.include", Texts{"app-*"});
  if (std::ranges::count(profile.auth, "bearer") > 0) {
    values.set("token", Secret("good"));
  } else {
    values.set("oauth2.token_url", std::string("http://127.0.0.1:1/token"));
    values.set("oauth2.client_id", std::string("usher"));
    values.set("oauth2.client_secret", Secret("good"));
  }
  return values;
}

std::string overrides(const Profile& profile) {
  // Before Snowflake's behaviour bundle 2026_03 a list is nobody at all, and so never whole.
  return profile.list_complete ? "" : "list_complete=true";
}

/// What servers do that nobody documents.
std::vector<std::string> moods() {
  const json switches[]{
      {{"scim_total_results", "page"}},
      {{"scim_total_results", "page"}, {"scim_profile_overrides", "paging=index"}},
      {{"scim_filter", "too_much"}},
      {{"scim_filter", "too_little"}},
      {{"scim_create_body", "empty"}},
      {{"scim_location", "absent"}},
      {{"scim_delete_twice", "500"}},
      {{"scim_patch_answer", "204"}},
      {{"scim_patch_answer", "empty_object"}},
      {{"scim_missing_element", "refuse"}},
      {{"scim_unknown_attributes", "refuse"}},
      {{"scim_short_pages", "3"}},
      {{"scim_short_pages", "3"}, {"scim_profile_overrides", "paging=index"}},
      {{"scim_counters", "text"}},
      {{"scim_empty_list", "absent"}},
      {{"scim_empty_list", "null"}},
      {{"scim_error_status", "number"}},
      {{"scim_spc", "absent"}},
      {{"scim_spc", "plural"}},
      {{"scim_spc", "garbage"}},
      {{"scim_put", "merge"}},
  };
  std::vector<std::string> bodies;
  for (const json& each : switches) bodies.push_back(each.dump());
  return bodies;
}

bool add_profile(const Profile& profile, const std::string& name, std::string_view update) {
  Subject subject;
  subject.name = "Scim" + name;
  subject.kind = &kind();
  subject.api = "scim";
  subject.apis = [] { return sandbox::make_scim_apis(); };
  subject.seed = [&profile](int count) { return seed(profile, count); };
  subject.switches = {{"scim_profile", profile.name},
                      {"scim_profile_overrides", overrides(profile)}};
  subject.settings = [&profile, update] { return settings(profile, update); };
  const bool is_oauth = std::ranges::count(profile.auth, "bearer") == 0;
  subject.credential = is_oauth ? "oauth2.client_secret" : "token";
  if (is_oauth) {
    subject.places = {{"oauth2.token_url", {"scim_oauth", "/token"}}};
    subject.lose_session = {{"scim_expire_tokens", "{}"}};
  }
  const Capabilities can = capabilities(read_settings(settings(profile, update)));
  subject.person = [&profile, can](int number) { return person(profile, can, number); };
  subject.others = others(profile, can);
  subject.row_members = {"id", "userName"};
  subject.page = 10;
  // The fake gives ids the provider's form when it is first asked.
  if (profile.integer_ids || profile.id_is_external_id) subject.counters = {"id"};
  subject.limits = {R"({"action": "rate_limit", "retry_after": 3})", R"({"action": "rate_limit"})",
                    R"({"action": "rate_limit", "shape": "html"})"};
  subject.remove = [](const Account& account) {
    return json{{"scim", {{"remove_user", account.key}}}}.dump();
  };
  subject.delay = R"({"scim_consistency_seconds": "2"})";
  if (profile.name == "generic") subject.moods = moods();
  return add(std::move(subject));
}

const bool kAdded = [] {
  for (const Profile& profile : builtin_profiles()) {
    const bool is_generic = profile.name == "generic";
    add_profile(profile, is_generic ? "" : camel(profile.name), "");
    if (is_generic) add_profile(profile, "Put", "put");
  }
  return true;
}();

}  // namespace
}  // namespace usher::scim
