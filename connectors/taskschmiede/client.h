#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/taskschmiede/convert.h"
#include "connectors/taskschmiede/transport.h"

namespace usher::taskschmiede {

/// Whose users are meant. Everybody on the server is shown to master admins only, and by REST,
/// whichever the door.
enum class Scope { kOrganization, kServer };

/// The operations for the members of one organisation, by whichever door. Each failure is a
/// classified ConnectorError.
class Client {
 public:
  /// `http` must outlive the client.
  Client(const Settings& settings, HttpContext& http);

  /// Id of the account we log in with, where the login has told it; else empty.
  [[nodiscard]] const std::string& user_id() const { return transport_->user_id(); }

  [[nodiscard]] Me fetch_me();
  [[nodiscard]] MemberList fetch_members();
  /// A page of users from `offset` on; `search` (empty: all) is a part of a name or e-mail, in any
  /// letter case.
  [[nodiscard]] UserPage fetch_users(Scope scope, std::uint64_t offset, std::string_view search,
                                     const std::function<void(User)>& each);
  /// All users with this address, in any spelling: the server takes each for another person. Throws
  /// `kMalformed` when not everybody was seen who was announced.
  [[nodiscard]] std::vector<User> search(Scope scope, const std::string& email);
  /// One user with all memberships, member of ours or not. To others than a master admin the server
  /// hides everybody: `kNotFound`.
  [[nodiscard]] User fetch_user(std::string_view id);

  /// Sent once. By MCP the user is a member of ours at once, with the role `member`; by REST only
  /// the account is there afterwards.
  [[nodiscard]] User create_user(const NewUser& user);
  /// What a membership hangs on; returns its id. Sent once.
  [[nodiscard]] std::string create_resource(std::string_view name);
  void link_resource(std::string_view id, std::string_view resource_id);
  /// Changes the members of `patch`; `metadata` replaces what was there. By MCP it must not have an
  /// `external_id`.
  void update_user(std::string_view id, const nlohmann::ordered_json& patch);
  /// No tool does that: it goes by REST, and where that is closed it is `kUnsupported`.
  void set_external_id(std::string_view id, std::string_view external_id);

  /// Who is a member already is `kConflict` with the code `already_member`.
  void add_member(std::string_view id, std::string_view role);
  void set_role(std::string_view id, std::string_view role);
  /// Who is no member is `kNotFound`, and so is everybody when we may not do this.
  void remove_member(std::string_view id);

 private:
  [[nodiscard]] std::string members_path() const;

  const std::string organization_;
  const Door door_;
  std::unique_ptr<Transport> transport_;
};

/// How many users are asked for at once: the most that REST gives.
inline constexpr std::uint64_t kPageSize = 200;

}  // namespace usher::taskschmiede
