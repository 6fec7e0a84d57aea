#include "connectors/dreadnode/sandbox_world.h"

#include <fmt/format.h>

#include <charconv>

#include "mapping/text.h"

namespace usher::sandbox::dreadnode {
namespace {

constexpr std::size_t kIdPrefix = 24;  // all but the last group

}  // namespace

std::string to_id(IdKind kind, std::int64_t number) {
  return fmt::format("00000000-0000-4000-800{}-{:012x}", static_cast<int>(kind), number);
}

Organization* World::find(std::string_view key) {
  const auto at = organizations_.find(key);
  return at == organizations_.end() ? nullptr : &at->second;
}

const KeyOwner* World::find_key(const std::string& text) const {
  const auto at = keys_.find(text);
  return at == keys_.end() ? nullptr : &at->second;
}

User* World::find_user(std::string_view email) {
  const auto at = users_.find(fold_key(email));
  return at == users_.end() ? nullptr : &at->second;
}

User* World::find_user_by_id(std::string_view user_id) {
  std::int64_t number = 0;
  const std::string_view digits = user_id.substr(std::min(kIdPrefix, user_id.size()));
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  const auto at = by_number_.find(number);
  const bool is_meant = at != by_number_.end() && to_id(IdKind::kUser, number) == user_id;
  return is_meant ? at->second : nullptr;
}

User& World::join(Organization& organization, const std::string& email) {
  User& user = users_.try_emplace(fold_key(email)).first->second;
  if (user.number == 0) {
    user = {++last_number_, email, 0};
    by_number_.emplace(user.number, &user);
  }
  if (organization.members.insert(user.number).second) ++user.organizations;
  return user;
}

bool World::leave(Organization& organization, const User& user, bool leaves_grants) {
  if (!leaves_grants) {
    for (auto& [key, workspace] : organization.workspaces) revoke(workspace, user);
  }
  organization.members.erase(user.number);
  User& left = *by_number_.at(user.number);
  if (--left.organizations > 0 || leaves_grants) return false;
  by_number_.erase(left.number);
  users_.erase(fold_key(std::string(left.email)));
  return true;
}

std::int64_t World::grant(Workspace& workspace, const User& user, const std::string& permission,
                          std::int64_t now) {
  ++revision_;
  const auto [held, is_new] = workspace.holder.try_emplace(user.number, last_number_ + 1);
  if (is_new) ++last_number_;
  Grant& grant = workspace.grants[held->second];
  grant = {&user, permission, is_new ? now : grant.granted_at};
  return held->second;
}

void World::revoke(Workspace& workspace, const User& user) {
  const auto held = workspace.holder.find(user.number);
  if (held == workspace.holder.end()) return;
  ++revision_;
  workspace.grants.erase(held->second);
  workspace.holder.erase(held);
}

void World::rename(User& user, const std::string& email) {
  ++revision_;
  auto node = users_.extract(fold_key(user.email));  // keeps the user where grants point to
  node.key() = fold_key(email);
  node.mapped().email = email;
  users_.insert(std::move(node));
}

}  // namespace usher::sandbox::dreadnode
