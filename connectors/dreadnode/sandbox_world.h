#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "connectors/sandbox/api.h"

namespace usher::sandbox {
class JsonReader;
}

namespace usher::sandbox::dreadnode {

/// An account of the platform. It lives as long as it is in any organisation.
struct User {
  std::int64_t number = 0;
  std::string email;
  int organizations = 0;
};

struct Grant {
  const User* user = nullptr;
  std::string permission;
  std::int64_t granted_at = 0;
};

struct Workspace {
  std::int64_t number = 0;
  std::map<std::int64_t, Grant> grants;                   ///< by their number, oldest first
  std::unordered_map<std::int64_t, std::int64_t> holder;  ///< number of the user → of the grant
  std::map<std::string, int> mails;                       ///< sent, by address
};

struct Organization {
  std::unordered_set<std::int64_t> members;  ///< numbers of users
  std::map<std::string, Workspace, std::less<>> workspaces;
};

/// Who an API key stands for.
struct KeyOwner {
  Organization* organization = nullptr;
  std::string name;  ///< what the log shows in place of the key
};

inline constexpr std::string_view kPermissions[] = {"reader", "contributor", "owner"};

/// `00000000-0000-4000-8000-00000000002a` for number 42; each kind of thing has ids of its own.
enum class IdKind { kUser = 0, kGrant = 1, kWorkspace = 2 };
[[nodiscard]] std::string to_id(IdKind kind, std::int64_t number);

/// Organisations, their members, and the grants of their workspaces.
///
///     {"dreadnode": {"organizations": [{"key": "acme", "api_keys": ["dn_key_acme"],
///        "members": ["zoe@acme.example"],
///        "workspaces": [{"key": "main", "users": [{"email": "ann@acme.example",
///           "permission": "owner"}], "generate": {"count": 1000, "email":
///           "p{n}@acme.example"}}]}]}}
class World final : public Model {
 public:
  [[nodiscard]] std::span<const SwitchSpec> switches() const override { return {}; }
  [[nodiscard]] std::vector<std::string_view> seed_members() const override;
  void load(const nlohmann::json& seed, std::vector<std::string>& problems) override;
  [[nodiscard]] nlohmann::json state(std::string_view query, const Context& context) const override;

  /// `edit`, below `dreadnode` or, in a world of our own, as it is. With `org` and `workspace`
  /// where there are several: `{"add": {"email", "permission"}}`, `{"remove": email}`,
  /// `{"email", "permission", "new_email"}`; `{"join": email}` makes a member without a grant.
  [[nodiscard]] std::optional<nlohmann::json> act(std::string_view verb, const nlohmann::json& body,
                                                  const Context& context) override;

  /// Null when there is none.
  [[nodiscard]] Organization* find(std::string_view key);
  [[nodiscard]] const KeyOwner* find_key(const std::string& text) const;
  [[nodiscard]] User* find_user(std::string_view email);
  [[nodiscard]] User* find_user_by_id(std::string_view user_id);

  /// Makes the address a member, with a new account where it has none.
  User& join(Organization& organization, const std::string& email);
  /// Takes the user out, with or without the grants; true when the account went too. `user` is gone
  /// then.
  bool leave(Organization& organization, const User& user, bool leaves_grants);

  /// Gives the user a grant; whoever has one gets another permission. Returns its number.
  std::int64_t grant(Workspace& workspace, const User& user, const std::string& permission,
                     std::int64_t now);
  void revoke(Workspace& workspace, const User& user);
  void rename(User& user, const std::string& email);

  /// Never the same for two contents.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }

 private:
  void clear();
  void load_organization(JsonReader& seed);
  void load_workspace(Organization& organization, JsonReader& seed);
  void load_grant(Organization& organization, Workspace& workspace, JsonReader& seed,
                  std::int64_t otherwise_granted_at);
  void load_generated(Organization& organization, Workspace& workspace, JsonReader& seed);
  void edit(JsonReader& body, const Context& context);
  void edit_user(Workspace& workspace, JsonReader& body, const Context& context);

  std::map<std::string, Organization, std::less<>> organizations_;
  std::unordered_map<std::string, KeyOwner> keys_;
  std::unordered_map<std::string, User> users_;  ///< by folded address
  std::unordered_map<std::int64_t, User*> by_number_;
  std::int64_t last_number_ = 0;
  std::uint64_t revision_ = 0;
};

}  // namespace usher::sandbox::dreadnode
