#include "connectors/dreadnode/convert.h"

#include <nlohmann/json.hpp>

namespace usher::dreadnode {
namespace {

std::string text_at(const Json& grant, std::string_view name) {
  const Json value = grant.get(name);
  if (!value.is_text() || value.as_text().empty()) value.fail("a text");
  return value.as_text();
}

}  // namespace

Account to_account(const Json& grant, std::string_view email_key) {
  for (const std::string_view name : {std::string_view("user_email"), std::string_view("email")}) {
    if (!grant.get(email_key).has_value()) email_key = name;
  }
  Account account;
  account.remote_id = text_at(grant, "user_id");
  account.key = text_at(grant, email_key);
  account.fields.set("email", account.key);
  account.fields.set("permission", text_at(grant, "permission"));
  return account;
}

std::string to_body(const Change& change, const std::string& email_key) {
  nlohmann::json body = nlohmann::json::object();
  for (const auto& [name, value] : change.after.value_or(Fields())) {
    body[name == "email" ? email_key : name] = to_text(value);
  }
  return body.dump();
}

}  // namespace usher::dreadnode
