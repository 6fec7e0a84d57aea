#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/http/json.h"
#include "connectors/polytomic/roles.h"
#include "mapping/account.h"
#include "mapping/change.h"

/// Everything that turns Polytomic's JSON into our words and back. Pure: no clock, no socket.
namespace usher::polytomic {

/// `GET /api/me`: whose key it is. Everything may be missing.
struct Me {
  std::string id;
  std::string email;
  std::string organization_id;
  std::string organization_name;
  bool is_user = false;
  bool is_partner = false;
};

/// One user, as the provider wrote it.
struct User {
  std::string id;
  std::string email;            ///< empty: the answer to a write may leave it out
  std::string organization_id;  ///< lower-case; empty: not said
  Texts role_ids;
  std::string role;  ///< the legacy word (`admin`, `user`)
};

[[nodiscard]] Me to_me(const Json& data);

/// Throws ConnectorError `kMalformed` when there is no id, or something is of another kind.
[[nodiscard]] User to_user(const Json& data);

/// What a list holds beside its users.
struct UserList {
  std::uint64_t rows = 0;           ///< readable or not
  std::vector<std::string> faults;  ///< one sentence for each row that could not be read
  bool lacks_us = false;            ///< whoever asks is not in it, so others may be missing too
};

/// Hands each readable row to `each`; null is an empty list. A row without id or address is a
/// fault, and so is one that says to be of another organisation than `organization` (empty: not
/// known). Throws `kMalformed` when there is no list at all.
[[nodiscard]] UserList read_users(const Json& data, std::string_view organization,
                                  const std::function<void(User)>& each);

/// The provider does not say whether an invitation was accepted: every account is active.
[[nodiscard]] Account to_account(const User& user, const Roles& roles);

/// An address as the server keeps it.
[[nodiscard]] std::string canonical_email(std::string_view email);

/// The account as `to_account` would give it once it was written.
[[nodiscard]] Account to_canonical(Account desired, const Roles& roles);

/// Request bodies. Only `role_ids` is ever sent, never the legacy `role` that excludes it, and
/// never an empty list. Throws `kRejected`, before anything leaves, for roles that do not exist
/// (with those that do) and for none at all; a creation without `roles` leaves them to Polytomic.
[[nodiscard]] std::string to_creation(const Change& change, const Roles& roles);
/// The path that names the organisation wants the address too, which changes nothing there.
[[nodiscard]] std::string to_update(const Change& change, const Roles& roles, bool with_email);

/// The Idempotency-Key of one intent to create: a digest of who is wanted where, the attempt, and
/// what tells this intent from the next, `now` in nanoseconds and `count` within the process.
[[nodiscard]] std::string idempotency_key(std::string_view organization, const Change& change,
                                          std::int64_t now, std::uint64_t count);

}  // namespace usher::polytomic
