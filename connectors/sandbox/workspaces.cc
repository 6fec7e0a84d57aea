#include "connectors/sandbox/workspaces.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "mapping/text.h"

namespace usher::sandbox {
namespace {

constexpr SwitchSpec kWorkspaceSwitches[] = {
    {"pending_uses_seat", "yes|no", "no", "an open invitation takes a seat"},
    {"extra_seat_fields", "yes|no", "yes",
     "seats also carry `available`, `full` and `near_full`, as seen live but not documented"},
};

}  // namespace

std::span<const SwitchSpec> Workspaces::switches() const {
  return kWorkspaceSwitches;
}

std::vector<std::string_view> Workspaces::seed_members() const {
  return {"workspaces", "partners"};
}

Workspace* Workspaces::find(std::string_view workspace_id) {
  const auto found = workspaces_.find(workspace_id);
  return found == workspaces_.end() ? nullptr : &found->second;
}

const Partner* Workspaces::find_partner(std::string_view partner_id) const {
  const auto found = partners_.find(partner_id);
  return found == partners_.end() ? nullptr : &found->second;
}

Workspaces::TokenOwner Workspaces::find_token(std::string_view text) {
  const auto found = tokens_.find(std::string(text));
  if (found == tokens_.end()) {
    return {};
  }
  auto& workspace = workspaces_.at(found->second);
  const auto token = std::find_if(workspace.tokens.begin(), workspace.tokens.end(),
                                  [&](const Token& each) { return each.text == text; });
  return {&workspace, &*token};
}

Workspace& Workspaces::create(const std::string& workspace_id, const std::string& display_name,
                              std::int64_t seats, const std::string& partner_id, std::int64_t now) {
  auto& workspace = workspaces_[workspace_id];
  workspace.id = workspace_id;
  workspace.display_name = display_name;
  workspace.seats_total = seats;
  workspace.teams = {"Default"};
  workspace.created_at = now;
  workspace.updated_at = now;
  workspace.group_id = next_number();
  add_placeholder(workspace, "Owner", Role::kOwner, now);
  const auto partner = partners_.find(partner_id);
  if (partner != partners_.end()) {
    partner->second.workspaces.insert(workspace_id);
  }
  return workspace;
}

nlohmann::json Workspaces::seats(const Workspace& workspace, const Context& context) const {
  const auto total = workspace.seats_total;
  const auto used = workspace.seats_used(context.switches.on("pending_uses_seat"));
  nlohmann::json result = {{"total", total}, {"used", used}};
  if (context.switches.on("extra_seat_fields")) {
    result["available"] = std::max<std::int64_t>(0, total - used);
    result["full"] = used >= total;
    result["near_full"] = used * 10 >= total * 9;
  }
  return result;
}

const User* Workspaces::member(const Workspace& workspace, std::string_view email) const {
  const auto found = accounts_.find(fold_key(email));
  return found == accounts_.end() ? nullptr : workspace.find(found->second.user_id);
}

const User& Workspaces::add(Workspace& workspace, User user) {
  auto& account = accounts_[fold_key(user.email)];
  if (account.memberships++ == 0) {
    account.user_id = user.id != 0 ? user.id : last_user_id_ + 1;
    account.created_at = user.created_at;
    last_user_id_ = std::max(last_user_id_, account.user_id);
  }
  user.id = account.user_id;
  user.created_at = account.created_at;
  return workspace.add(std::move(user));
}

const User& Workspaces::add_placeholder(Workspace& workspace, std::string_view name, Role role,
                                        std::int64_t now) {
  User user;
  user.id = last_user_id_ + 1;
  user.email = fmt::format("{}-{}@partners.timelines.ai", user.id, workspace.id);
  user.display_name =
      role == Role::kOwner ? std::string(name) : fmt::format("{} {}", name, user.id);
  user.role = role;
  user.created_at = now;
  return add(workspace, std::move(user));
}

void Workspaces::remove(Workspace& workspace, std::int64_t user_id) {
  const auto* user = workspace.find(user_id);
  if (user == nullptr) {
    return;
  }
  const auto account = accounts_.find(fold_key(user->email));
  if (--account->second.memberships == 0) {
    accounts_.erase(account);
  }
  workspace.erase(user_id);
}

const Token& Workspaces::rotate_token(Workspace& workspace) {
  for (const auto& old : workspace.tokens) {
    tokens_.erase(old.text);
  }
  const auto* owner = workspace.owner();
  const auto number = next_number();
  workspace.tokens = {{.text = fmt::format("tla_sandbox-{}-{}", workspace.id, number),
                       .id = fmt::format("{}/token-{}", workspace.id, number),
                       .member = owner == nullptr ? 0 : owner->id,
                       .refusal = {}}};
  tokens_[workspace.tokens.front().text] = workspace.id;
  return workspace.tokens.front();
}

}  // namespace usher::sandbox
