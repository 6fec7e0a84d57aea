#include "connectors/polytomic/sandbox_organizations.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "mapping/text.h"

namespace usher::sandbox::polytomic {
namespace {

constexpr std::string_view kUserPrefix = "248df4b7-aa70-47b8-a036-";
constexpr std::string_view kRolePrefix = "248df4b7-aa70-47b8-a037-";

// 0 for the id of anything else.
std::int64_t number_of(std::string_view id) {
  std::int64_t number = 0;
  if (!is_uuid(id) || !id.starts_with(kUserPrefix)) return 0;
  std::from_chars(id.data() + kUserPrefix.size(), id.data() + id.size(), number, 16);
  return number;
}

}  // namespace

std::string user_id(std::int64_t number) {
  return fmt::format("{}{:012x}", kUserPrefix, number);
}

std::string role_id(std::int64_t number) {
  return fmt::format("{}{:012x}", kRolePrefix, number);
}

bool is_uuid(std::string_view text) {
  constexpr std::string_view kModel = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::ranges::equal(text, kModel, [](char c, char wanted) {
    return wanted == 'x' ? std::string_view("0123456789abcdef").find(c) != std::string_view::npos
                         : c == wanted;
  });
}

const User* Organization::find(std::string_view id_of_user) const {
  const auto at = users_.find(number_of(id_of_user));
  return at == users_.end() ? nullptr : &at->second;
}

const User* Organization::find_by_email(std::string_view email) const {
  const auto at = by_email_.find(fold_key(to_lower(email)));
  return at == by_email_.end() ? nullptr : &users_.at(at->second);
}

std::uint32_t Organization::find_role(std::string_view name_of_role) const {
  const auto at = std::ranges::find(roles, name_of_role, &Role::name);
  return static_cast<std::uint32_t>(at - roles.begin());
}

const User& Organization::add(User user) {
  touch();
  by_email_.emplace(fold_key(user.email), user.number);
  return users_.emplace_hint(users_.end(), user.number, std::move(user))->second;
}

void Organization::erase(std::int64_t number) {
  touch();
  by_email_.erase(fold_key(users_.at(number).email));
  users_.erase(number);
}

void Organization::set_roles(std::int64_t number, std::vector<std::uint32_t> positions) {
  touch();
  users_.at(number).roles = std::move(positions);
}

void Organization::accept(std::int64_t number) {
  touch();
  users_.at(number).accepted = true;
}

void Organization::touch() {
  static std::uint64_t last = 0;
  revision_ = ++last;
}

Organization* Organizations::find(std::string_view id) {
  const auto at = organizations_.find(id);
  return at == organizations_.end() ? nullptr : &at->second;
}

const Key* Organizations::find_key(const std::string& text) const {
  const auto at = keys_.find(text);
  return at == keys_.end() ? nullptr : &at->second;
}

const User& Organizations::add(Organization& organization, User user) {
  user.number = ++last_user_;
  user.email = to_lower(user.email);
  return organization.add(std::move(user));
}

}  // namespace usher::sandbox::polytomic
