// Reading the seed: what the workspaces hold when the sandbox starts.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/json_reader.h"
#include "connectors/sandbox/workspaces.h"
#include "mapping/text.h"

namespace usher::sandbox {
namespace {

constexpr std::int64_t kLargest = 1'000'000'000'000'000;
constexpr std::int64_t kLongAgo =
    1'704'067'200;  // 2024-01-01, for whoever has no time of their own

std::string join_name(const std::string& first, const std::string& last, const std::string& email) {
  const auto name = first + (first.empty() || last.empty() ? "" : " ") + last;
  return name.empty() ? email.substr(0, email.find('@')) : name;
}

Quota load_quota(JsonReader& reader, std::string_view name, Quota quota) {
  reader.object(name, [&](JsonReader& member) {
    quota.total = member.integer("total", quota.total, 0, kLargest);
    quota.used = member.integer("used", quota.used, 0, kLargest);
  });
  return quota;
}

}  // namespace

void Workspaces::clear() {
  workspaces_.clear();
  partners_.clear();
  accounts_.clear();
  tokens_.clear();
  last_user_id_ = 0;
}

void Workspaces::load(const nlohmann::json& seed, std::vector<std::string>& problems) {
  clear();
  JsonReader reader(seed, "", problems);
  reader.each("workspaces", [&](JsonReader& each) { load_workspace(each); });
  reader.each("partners", [&](JsonReader& each) { load_partner(each); });
  check_ids(reader);
}

void Workspaces::check_ids(JsonReader& seed) {
  std::unordered_map<std::int64_t, std::string_view> seen;
  for (const auto& [workspace_id, workspace] : workspaces_) {
    for (const auto& [user_id, user] : workspace.users()) {
      const auto [other, fresh] = seen.emplace(user_id, user.email);
      if (!fresh && fold_key(other->second) != fold_key(user.email)) {
        seed.problem("workspaces", fmt::format("user_id {} belongs to both {} and {}", user_id,
                                               escape_for_display(other->second),
                                               escape_for_display(user.email)));
      }
    }
  }
}

void Workspaces::load_workspace(JsonReader& seed) {
  const auto workspace_id = seed.required_text("id");
  if (find(workspace_id) != nullptr) {
    seed.problem("id", fmt::format("`{}` is given twice", escape_for_display(workspace_id)));
  }
  auto& workspace = workspaces_[workspace_id];
  workspace.id = workspace_id;
  workspace.display_name = seed.text("display_name", workspace_id);
  workspace.plan = seed.text("plan", workspace.plan);
  workspace.plan_id = seed.integer("plan_id", workspace.plan_id, 1, kLargest);
  workspace.group_id = seed.integer("group_id", workspace.group_id, 1, kLargest);
  workspace.seats_total = seed.integer("seats", 999, 0, kLargest);
  workspace.teams = seed.texts("teams");
  if (workspace.teams.empty()) {
    workspace.teams = {"Default"};
  }
  workspace.messages = load_quota(seed, "messages", workspace.messages);
  workspace.api_calls = load_quota(seed, "api_calls", workspace.api_calls);
  workspace.zone.offset_minutes = static_cast<int>(
      seed.integer("utc_offset_minutes", workspace.zone.offset_minutes, -720, 840));
  workspace.zone.european_summer_time = seed.flag("european_summer_time", true);
  workspace.billing_managed = seed.flag("billing_managed");
  workspace.created_at = seed.time("created_at", kLongAgo);
  workspace.updated_at = workspace.created_at;
  seed.each("users", [&](JsonReader& user) { load_user(workspace, user); });
  if (workspace.owner() == nullptr) {
    add_placeholder(workspace, "Owner", Role::kOwner, workspace.created_at);
  }
  seed.each("generate", [&](JsonReader& recipe) { load_generated(workspace, recipe); });
  const auto& tokens = seed.any("tokens");
  if (!tokens.is_null() && !tokens.is_array()) {
    seed.problem("tokens", "a list is wanted");
  }
  for (const auto& token : tokens) {
    load_token(workspace, token, seed);
  }
}

void Workspaces::load_user(Workspace& workspace, JsonReader& seed) {
  User user;
  user.id = seed.integer("user_id", 0, 1, kLargest);
  user.email = seed.required_text("email");
  const auto first = seed.text("first");
  const auto last = seed.text("last");
  user.display_name = seed.text("display_name", join_name(first, last, user.email));
  user.role = static_cast<Role>(seed.choice("role", kRoleTokens, std::size(kRoleTokens) - 2));
  user.status = static_cast<UserStatus>(seed.choice("status", kStatusWords, 0));
  user.created_at = seed.time("created_at", kLongAgo);
  const auto title = seed.text("team", workspace.teams.front());
  user.team = workspace.team(title);
  for (const auto& phone : seed.texts("whatsapp")) {
    user.whatsapp.push_back({.id = next_number(), .phone = phone, .connected_at = user.created_at});
  }
  if (user.team == workspace.teams.size()) {
    seed.problem("team", fmt::format("`{}` is none of the workspace's teams: {}",
                                     escape_for_display(title), fmt::join(workspace.teams, ", ")));
  } else if (user.role == Role::kOwner && workspace.owner() != nullptr) {
    seed.problem("role", "the workspace has an owner already");
  } else if (member(workspace, user.email) != nullptr) {
    seed.problem("email",
                 fmt::format("`{}` is in this workspace already", escape_for_display(user.email)));
  } else if (user.id != 0 && workspace.find(user.id) != nullptr) {
    seed.problem("user_id", fmt::format("{} is in this workspace already", user.id));
  } else {
    add(workspace, std::move(user));
  }
}

// `{"count": 1000, "email": "person-{n}@example.com"}`: many users without a long seed.
void Workspaces::load_generated(Workspace& workspace, JsonReader& seed) {
  const auto count = seed.integer("count", 0, 0, 5'000'000);
  const auto pattern = seed.required_text("email");
  const auto place = pattern.find("{n}");
  if (place == std::string::npos) {
    seed.problem("email", "must contain {n}, which becomes 1, 2, 3 …");
    return;
  }
  User user;
  user.role = static_cast<Role>(seed.choice("role", kRoleTokens, std::size(kRoleTokens) - 2));
  user.status = static_cast<UserStatus>(seed.choice("status", kStatusWords, 0));
  user.created_at = kLongAgo;
  for (std::int64_t n = 1; n <= count; ++n) {
    user.email = pattern.substr(0, place) + std::to_string(n) + pattern.substr(place + 3);
    user.display_name = fmt::format("Person {}", n);
    add(workspace, user);
  }
}

// A token is a text, or {"token": …, "member": address, "refusal": code}.
void Workspaces::load_token(Workspace& workspace, const nlohmann::json& seed, JsonReader& reader) {
  const auto number = workspace.tokens.size() + 1;
  Token token{.text = {},
              .id = fmt::format("{}/token-{}", workspace.id, number),
              .member = workspace.owner() == nullptr ? 0 : workspace.owner()->id,
              .refusal = {}};
  if (seed.is_string()) {
    token.text = seed.get<std::string>();
  } else if (seed.is_object()) {
    const auto text = [&](const char* name) {
      const auto found = seed.find(name);
      return found != seed.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    token.text = text("token");
    token.refusal = text("refusal");
    const auto address = text("member");
    const auto* holder = address.empty() ? workspace.owner() : member(workspace, address);
    token.member = holder == nullptr ? 0 : holder->id;  // 0: no longer a member
  }
  if (token.text.empty()) {
    reader.problem("tokens", "a token is a text or {\"token\": …, \"member\": …, \"refusal\": …}");
  } else if (!tokens_.emplace(token.text, workspace.id).second) {
    reader.problem("tokens", fmt::format("token {} is given twice", number));
  } else {
    workspace.tokens.push_back(std::move(token));
  }
}

void Workspaces::load_partner(JsonReader& seed) {
  Partner partner;
  partner.id = seed.required_text("id");
  partner.secret = seed.required_text("secret");
  partner.active = seed.flag("active", true);
  for (const auto& workspace_id : seed.texts("workspaces")) {
    if (find(workspace_id) == nullptr) {
      seed.problem("workspaces", fmt::format("there is no workspace `{}` in this seed",
                                             escape_for_display(workspace_id)));
    }
    partner.workspaces.insert(workspace_id);
  }
  if (!partners_.emplace(partner.id, partner).second) {
    seed.problem("id", fmt::format("`{}` is given twice", escape_for_display(partner.id)));
  }
}

}  // namespace usher::sandbox
