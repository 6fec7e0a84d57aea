#include "connectors/timelines_partner/sandbox_render.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/format.h"

namespace usher::sandbox {
namespace {

using nlohmann::json;

constexpr std::int64_t kMonth = 30 * 24 * 3600;

std::string_view shown_status(const User& user, const Context& context) {
  switch (user.status) {
    case UserStatus::kActive:
      return context.switches.get("status_word");
    case UserStatus::kSuspended:
      return "suspended";
    default:
      return "invited";
  }
}

bool is_listed(const User& user, const Switches& switches) {
  switch (user.status) {
    case UserStatus::kActive:
      return true;
    case UserStatus::kSuspended:
      return switches.on("suspended_in_users");
    default:
      return switches.on("invited_in_users");
  }
}

json quota_json(const Quota& quota, const Context& context) {
  const auto begin = context.now - context.now % kMonth;
  return {{"total", quota.total},
          {"used", quota.used},
          {"period_start", rfc3339(begin)},
          {"period_end", rfc3339(begin + kMonth)}};
}

json account_json(const User& user, const WhatsAppAccount& account, const Context& context) {
  const bool text = context.switches.is("whatsapp_user_id", "text");
  return {{"user_id", text ? json(std::to_string(user.id)) : json(user.id)},
          {"connected", account.connected},
          {"whatsapp_account_id", account.id},
          {"phone_number_e164", account.phone},
          {"connection_status", account.connected ? "connected" : "disconnected"},
          {"connected_at", rfc3339(account.connected_at)}};
}

json links_json(const Workspace& workspace, const Context& context) {
  auto links = json::array();
  for (const auto& [user_id, link] : workspace.qr_links) {
    if (link.expires_at > context.now) {
      links.push_back(
          {{"qr_link", link.url}, {"user_id", user_id}, {"expires_at", rfc3339(link.expires_at)}});
    }
  }
  return links;
}

}  // namespace

std::int64_t seats_available(const Workspace& workspace, const Context& context) {
  return workspace.seats_total - workspace.seats_used(context.switches.on("pending_uses_seat"));
}

json user_json(const User& user, const Context& context) {
  json result = {{"user_id", user.id},
                 {"display_name", user.display_name},
                 {"email", user.email},
                 {"status", shown_status(user, context)},
                 {"created_at", rfc3339(user.created_at)}};
  if (context.switches.is("partner_role", "lower")) {
    result["role"] = role_token(user.role);
  } else if (context.switches.is("partner_role", "label")) {
    result["role"] = role_label(user.role);
  }
  return result;
}

json suspended_member(const User& user) {
  json result = {{"user_id", user.id}};
  auto phones = json::array();
  for (const auto& account : user.whatsapp) {
    result["whatsapp_account_id"] = account.id;
    phones.push_back(account.phone);
  }
  if (!phones.empty()) {
    result["phone_numbers"] = std::move(phones);
  }
  return result;
}

json workspace_summary(const Workspace& workspace, const Context& context) {
  json result = {
      {"workspace_id", workspace.id},
      {"display_name", workspace.display_name},
      {"plan_id", workspace.plan_id},
      {"seats_total", workspace.seats_total},
      {"seats_available", std::max<std::int64_t>(0, seats_available(workspace, context))},
      {"group_id", workspace.group_id},
      {"created_at", rfc3339(workspace.created_at)},
      {"updated_at", rfc3339(workspace.updated_at)}};
  if (const auto* owner = workspace.owner(); owner != nullptr) {
    result["owner_user_id"] = owner->id;
  }
  return result;
}

std::string render_workspace(const Workspaces& workspaces, const Workspace& workspace,
                             const Context& context) {
  auto users = json::array();
  auto accounts = json::array();
  for (const auto& [user_id, user] : workspace.users()) {
    if (is_listed(user, context.switches)) {
      users.push_back(user_json(user, context));
    }
    for (const auto& account : user.whatsapp) {
      accounts.push_back(account_json(user, account, context));
    }
  }
  return json{{"workspace_id", workspace.id},
              {"display_name", workspace.display_name},
              {"seats", workspaces.seats(workspace, context)},
              {"messages_quota", quota_json(workspace.messages, context)},
              {"api_calls_quota", quota_json(workspace.api_calls, context)},
              {"non_recurring_quota", {{"remaining_balance", 0}}},
              {"users", std::move(users)},
              {"whatsapp_accounts", std::move(accounts)},
              {"qr_links", links_json(workspace, context)}}
      .dump();
}

}  // namespace usher::sandbox
