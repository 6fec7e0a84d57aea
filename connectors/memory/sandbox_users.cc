#include "connectors/memory/sandbox_users.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/sandbox/format.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

void read_user(JsonReader& reader, MemoryUser& user) {
  user.name = reader.text("name", user.name);
  const auto* const role = std::ranges::find(kMemoryRoles, user.role);
  user.role = kMemoryRoles[reader.choice(
      "role", kMemoryRoles, static_cast<std::size_t>(role - std::begin(kMemoryRoles)))];
  user.active = reader.flag("active", user.active);
  user.owner = reader.flag("owner", user.owner);
}

}  // namespace

std::string to_json(const MemoryUser& user) {
  std::string out = fmt::format(R"({{"id":"u{}","email":)", user.number);
  append_json(out, user.email);
  out += R"(,"name":)";
  append_json(out, user.name);
  out +=
      fmt::format(R"(,"role":"{}","active":{},"owner":{}}})", user.role, user.active, user.owner);
  return out;
}

MemoryUser* MemoryUsers::find(std::int64_t number) {
  const auto at = users_.find(number);
  return at == users_.end() ? nullptr : &at->second;
}

MemoryUser* MemoryUsers::find_by_email(std::string_view email) {
  const auto at = by_email_.find(fold_key(email));
  return at == by_email_.end() ? nullptr : find(at->second);
}

MemoryUser& MemoryUsers::add(MemoryUser user) {
  user.number = ++last_number_;
  by_email_.emplace(fold_key(user.email), user.number);
  return users_.emplace_hint(users_.end(), user.number, std::move(user))->second;
}

void MemoryUsers::rename(MemoryUser& user, std::string email) {
  by_email_.erase(fold_key(user.email));
  user.email = std::move(email);
  by_email_.emplace(fold_key(user.email), user.number);
}

void MemoryUsers::erase(std::int64_t number) {
  by_email_.erase(fold_key(users_.at(number).email));
  users_.erase(number);
}

void MemoryUsers::load(const nlohmann::json& seed, std::vector<std::string>& problems) {
  users_.clear();
  by_email_.clear();
  tokens_.clear();
  last_number_ = 0;
  if (!seed.is_object() || !seed.contains("memory")) return;
  JsonReader reader(seed["memory"], "/memory", problems);
  for (std::string& token : reader.texts("tokens")) tokens_.insert(std::move(token));
  reader.each("users", [&](JsonReader& user) { load_user(user); });
  reader.object("generate", [&](JsonReader& generated) { load_generated(generated); });
  reader.finish();
}

void MemoryUsers::load_user(JsonReader& seed) {
  MemoryUser user;
  user.email = seed.required_text("email");
  read_user(seed, user);
  if (find_by_email(user.email) != nullptr) {
    seed.problem("email", fmt::format("`{}` is there already", escape_for_display(user.email)));
  } else {
    add(std::move(user));
  }
}

void MemoryUsers::load_generated(JsonReader& seed) {
  const std::int64_t count = seed.integer("count", 0, 0, 5'000'000);
  const std::string pattern = seed.required_text("email");
  const std::size_t place = pattern.find("{n}");
  if (place == std::string::npos) {
    return seed.problem("email", "must contain {n}, which becomes 1, 2, 3 …");
  }
  MemoryUser user;
  read_user(seed, user);
  for (std::int64_t n = 1; n <= count; ++n) {
    user.email = pattern.substr(0, place) + std::to_string(n) + pattern.substr(place + 3);
    user.name = fmt::format("Person {}", n);
    add(user);
  }
}

nlohmann::json MemoryUsers::state(std::string_view query, const Context&) const {
  nlohmann::json state{{"count", users_.size()}};
  if (query_value(query, "users") != "no") {
    state["users"] = nlohmann::json::array();
    for (const auto& [number, user] : users_)
      state["users"].push_back(nlohmann::json::parse(to_json(user)));
  }
  return {{"memory", std::move(state)}};
}

std::optional<nlohmann::json> MemoryUsers::act(std::string_view verb, const nlohmann::json& body,
                                               const Context&) {
  if (verb != "edit" || !body.is_object() || !body.contains("memory")) return std::nullopt;
  std::vector<std::string> problems;
  JsonReader reader(body["memory"], "/memory", problems);
  edit(reader);
  reader.finish();
  require_no_problems(problems, verb);
  return nlohmann::json{{"changed", 1}};
}

void MemoryUsers::edit(JsonReader& body) {
  if (body.has("add")) return body.object("add", [&](JsonReader& user) { load_user(user); });
  const std::string email = body.required_text("email");
  MemoryUser* user = find_by_email(email);
  if (user == nullptr) {
    return body.problem("email", fmt::format("nobody is `{}`", escape_for_display(email)));
  }
  if (body.flag("delete")) return erase(user->number);
  read_user(body, *user);
}

}  // namespace usher::sandbox
