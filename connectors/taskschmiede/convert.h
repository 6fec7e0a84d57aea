#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/http/json.h"
#include "mapping/account.h"
#include "mapping/change.h"

/// Everything that turns Taskschmiede's JSON into our words and back. Pure: no clock, no socket.
namespace usher::taskschmiede {

/// Who we are logged in as.
struct Me {
  std::string id;
  std::string name;
  std::string email;
  bool is_admin = false;  ///< a master admin of the server
};

struct Membership {
  std::string organization;  ///< id
  std::string role;
};

/// A person or agent, member of any number of organisations.
struct User {
  std::string id;
  std::string name;
  std::string email;
  std::string status;       ///< `active`, `inactive`, `suspended`, or any other text
  std::string resource_id;  ///< empty: none, and then a membership is not possible
  std::string external_id;
  std::string metadata;    ///< a JSON object; empty: none
  Fields metadata_fields;  ///< its members, as `metadata.<key>`
  std::string created_at;
  std::vector<Membership> memberships;  ///< as the look-up of one user shows them; lists do not

  /// The role in an organisation; nothing: no member.
  [[nodiscard]] std::optional<std::string> role_in(std::string_view organization) const;
};

/// A member of the organisation that has an account.
struct Member {
  std::string user_id;
  std::string email;
  std::string role;
};

struct MemberList {
  std::vector<Member> members;
  std::uint64_t rows = 0;  ///< those without an account too
  /// The server stops at 1000 without saying so: there may be more.
  [[nodiscard]] bool may_be_cut() const;
};

/// What a page of users holds beside its rows.
struct UserPage {
  std::uint64_t rows = 0;  ///< readable or not
  std::uint64_t total = 0;
  std::vector<std::string> faults;  ///< one sentence for each row that could not be read
};

/// Throw ConnectorError `kMalformed` when something that is always there is missing or of another
/// kind. What an older or newer version leaves out or adds is tolerated.
/// @{
[[nodiscard]] Me to_me(const Json& data);
[[nodiscard]] User to_user(const Json& data);
[[nodiscard]] MemberList to_members(const Json& data);
/// Hands each readable row to `each`; takes both envelopes (`users`, `total`; `data`, `meta`). A
/// few rows that cannot be read are faults of the page, more than that make it unreadable.
[[nodiscard]] UserPage read_users(const Json& root, const std::function<void(User)>& each);
/// @}

/// `user` as an account with `role` in our organisation (empty: not known).
[[nodiscard]] Account to_account(const User& user, const std::string& role);

[[nodiscard]] AccountStatus to_status(std::string_view status);

/// A text as the server keeps it: composed (NFC), without control and zero-width characters,
/// trimmed.
[[nodiscard]] std::string clean_text(std::string_view text);

/// What `list` would read back after `desired` was written. E-mails are lower-cased: the server
/// takes each spelling for another person.
[[nodiscard]] Account to_canonical(Account desired);

/// The user that a creation asks for.
struct NewUser {
  std::string name;
  std::string email;
  std::string role;
  std::string external_id;  ///< empty: not sent
  std::string metadata;     ///< a JSON object; empty: not sent
};

/// Throw `kRejected` for what must not leave: an empty name or e-mail, an address or a role that
/// the server would store without a look.
/// @{
[[nodiscard]] NewUser to_new_user(const Change& change);
/// The members of an update for those of `fields` that are not the role. `metadata` is what the
/// user has now: the server replaces it as a whole, and only the mapped members are ours.
[[nodiscard]] nlohmann::ordered_json to_patch(const std::vector<std::string>& fields,
                                              const Fields& wanted, const std::string& metadata);
/// The role that `wanted` names; empty: none.
[[nodiscard]] std::string to_role(const Fields& wanted);
/// @}

}  // namespace usher::taskschmiede
