#include "connectors/polytomic/convert.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <nlohmann/json.hpp>

#include "connectors/error.h"
#include "mapping/text.h"

namespace usher::polytomic {
namespace {

constexpr std::string_view kLegacyUser = "user";
constexpr std::string_view kMember = "Member";

[[noreturn]] void refuse(const std::string& why) {
  throw ConnectorError(ErrorKind::kRejected, "not sent: " + why);
}

User to_listed_user(const Json& item, std::string_view organization) {
  User user = to_user(item);
  if (user.email.empty()) item.get("email").fail("an address");
  const std::string& theirs = user.organization_id;
  if (organization.empty() || theirs.empty() || theirs == organization) return user;
  throw ConnectorError(
      ErrorKind::kMalformed,
      fmt::format("user {} is of organisation {}, asked was for {}", escape_for_display(user.id),
                  escape_for_display(theirs), escape_for_display(organization)));
}

/// What somebody holds. Whoever was given the legacy word alone holds the system role behind it:
/// to see nothing there would let an update take it away unnoticed.
Texts roles_of(const User& user, const Roles& roles) {
  if (!user.role_ids.empty()) return roles.canonical(user.role_ids);
  if (user.role.empty()) return {};
  const bool is_member = ascii_lower(user.role) == kLegacyUser && !roles.find_id(user.role);
  return {roles.canonical(is_member ? kMember : std::string_view(user.role))};
}

const Texts* find_roles(const std::optional<Fields>& fields) {
  const Value* value = fields ? fields->find("roles") : nullptr;
  return value == nullptr ? nullptr : std::get_if<Texts>(value);
}

/// Ids of the roles that `change` asks for; refuses what cannot be sent.
Texts role_ids(const Change& change, const Texts& wanted, const Roles& roles) {
  const std::string who = escape_for_display(change.key);
  if (wanted.empty()) {
    refuse(
        fmt::format("{} would hold no role, and Polytomic has no users without; let `roles` "
                    "yield at least one of: {}",
                    who, escape_for_display(to_text(roles.names()))));
  }
  Texts ids;
  for (const std::string& text : wanted) {
    const auto id = roles.find_id(text);
    if (!id) {
      refuse(
          fmt::format("{} is to hold the role '{}', which does not exist or is not the only one "
                      "of that name; there are: {}",
                      who, escape_for_display(text), escape_for_display(to_text(roles.names()))));
    }
    ids.push_back(*id);
  }
  return ids;
}

}  // namespace

Me to_me(const Json& data) {
  return {data.get("id").text_or(""),
          data.get("email").text_or(""),
          ascii_lower(data.get("organization_id").text_or("")),
          data.get("organization_name").text_or(""),
          data.get("is_user").bool_or(false),
          data.get("is_partner").bool_or(false)};
}

User to_user(const Json& data) {
  User user;
  user.id = data.get("id").as_text();
  if (user.id.empty()) data.get("id").fail("an id");
  user.email = data.get("email").text_or("");
  user.organization_id = ascii_lower(data.get("organization_id").text_or(""));
  for (const Json& role : data.get("role_ids").elements_or_none()) {
    user.role_ids.push_back(role.as_text());
  }
  user.role = data.get("role").text_or("");
  return user;
}

UserList read_users(const Json& data, std::string_view organization,
                    const std::function<void(User)>& each) {
  UserList list;
  for (const Json& item : data.elements_or_none()) {
    ++list.rows;
    try {
      each(to_listed_user(item, organization));
    } catch (const ConnectorError& error) {
      list.faults.emplace_back(error.what());
    }
  }
  return list;
}

Account to_account(const User& user, const Roles& roles) {
  Account account;
  account.remote_id = user.id;
  account.key = canonical_email(user.email);
  account.fields.set("email", account.key);
  if (Texts held = roles_of(user, roles); !held.empty()) {
    account.fields.set("roles", std::move(held));
  }
  return account;
}

std::string canonical_email(std::string_view email) {
  return to_lower(email);
}

Account to_canonical(Account desired, const Roles& roles) {
  desired.key = canonical_email(desired.key);
  if (const Value* email = desired.fields.find("email")) {
    desired.fields.set("email", canonical_email(to_text(*email)));
  }
  if (const Value* wanted = desired.fields.find("roles")) {
    desired.fields.set("roles", roles.canonical(texts_of(wanted)));
  }
  return desired;
}

std::string to_creation(const Change& change, const Roles& roles) {
  nlohmann::ordered_json body{{"email", canonical_email(change.key)}};
  if (const Texts* wanted = find_roles(change.after)) {
    body["role_ids"] = role_ids(change, *wanted, roles);
  }
  return body.dump();
}

std::string to_update(const Change& change, const Roles& roles, bool with_email) {
  const Texts* wanted = find_roles(change.after);
  if (wanted == nullptr) {
    refuse("nothing but the roles of " + escape_for_display(change.key) + " can be changed");
  }
  nlohmann::ordered_json body;
  if (with_email) body["email"] = canonical_email(change.key);
  body["role_ids"] = role_ids(change, *wanted, roles);
  return body.dump();
}

std::string idempotency_key(std::string_view organization, const Change& change, std::int64_t now,
                            std::uint64_t count) {
  const std::string intent = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", organization, change.key,
                                         change.source_id, change.attempt, now, count);
  const XXH128_hash_t hash = XXH3_128bits(intent.data(), intent.size());
  return fmt::format("usher-{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace usher::polytomic
