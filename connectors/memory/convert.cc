#include "connectors/memory/convert.h"

#include <nlohmann/json.hpp>

#include "connectors/http/exchange.h"

namespace usher::memory {

Account to_account(const Json& user) {
  Account account;
  account.remote_id = user.get("id").as_text();
  account.key = user.get("email").as_text();
  account.fields.set("email", account.key);
  account.fields.set("name", user.get("name").text_or(""));
  account.fields.set("role", user.get("role").as_text());
  account.status = user.get("active").as_bool() ? AccountStatus::kActive : AccountStatus::kInactive;
  if (user.get("owner").bool_or(false)) account.untouchable = "owner";
  return account;
}

std::string to_body(const Change& change) {
  nlohmann::json body = nlohmann::json::object();
  if (change.action == Action::kDeactivate) {
    body["active"] = false;
    return body.dump();
  }
  if (change.action == Action::kReactivate) body["active"] = true;
  for (const std::string& field : change.fields) {
    const Value* value = change.after ? change.after->find(field) : nullptr;
    if (value != nullptr) body[field] = to_text(*value);
  }
  return body.dump();
}

ProviderError read_error(const HttpResponse& response) {
  return read_error_at({[](const Json& body) { return body.get("error"); }}, response);
}

}  // namespace usher::memory
