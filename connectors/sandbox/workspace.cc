#include "connectors/sandbox/workspace.h"

#include <algorithm>
#include <atomic>

namespace usher::sandbox {

std::string_view role_token(Role role) {
  return kRoleTokens[static_cast<std::size_t>(role)];
}

std::string_view role_label(Role role) {
  static constexpr std::string_view kLabels[] = {"Owner",    "Admin", "Team supervisor",
                                                 "Teammate", "Agent", "Collaborator"};
  return kLabels[static_cast<std::size_t>(role)];
}

std::string_view status_word(UserStatus status) {
  return kStatusWords[static_cast<std::size_t>(status)];
}

const User* Workspace::find(std::int64_t user_id) const {
  const auto found = users_.find(user_id);
  return found == users_.end() ? nullptr : &found->second;
}

const User* Workspace::owner() const {
  const auto found = std::find_if(users_.begin(), users_.end(), [](const auto& user) {
    return user.second.role == Role::kOwner;
  });
  return found == users_.end() ? nullptr : &found->second;
}

const User& Workspace::add(User user) {
  count(user, 1);
  touch();
  const auto user_id = user.id;
  return users_.insert_or_assign(user_id, std::move(user)).first->second;
}

void Workspace::erase(std::int64_t user_id) {
  const auto found = users_.find(user_id);
  if (found != users_.end()) {
    count(found->second, -1);
    users_.erase(found);
    qr_links.erase(user_id);
    touch();
  }
}

void Workspace::update(std::int64_t user_id, const std::function<void(User&)>& change) {
  auto& user = users_.at(user_id);
  count(user, -1);
  change(user);
  count(user, 1);
  touch();
}

std::uint32_t Workspace::team(std::string_view title) const {
  return static_cast<std::uint32_t>(std::find(teams.begin(), teams.end(), title) - teams.begin());
}

void Workspace::touch() {
  static std::atomic<std::uint64_t> last{0};
  revision_ = ++last;
}

void Workspace::count(const User& user, std::int64_t by) {
  if (user.status == UserStatus::kActive) {
    active_ += by;
  } else if (user.status == UserStatus::kInvited) {
    pending_ += by;
  }
}

}  // namespace usher::sandbox
