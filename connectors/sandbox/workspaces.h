#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "connectors/sandbox/api.h"
#include "connectors/sandbox/workspace.h"

namespace usher::sandbox {

class JsonReader;

/// A partner: who may manage which workspaces.
struct Partner {
  std::string id;
  std::string secret;
  bool active = true;
  std::set<std::string, std::less<>> workspaces;
};

/// Workspaces, the people in them and the partners who manage them: what a vendor's customer API
/// and partner API both look at. A user made through one is seen through the other.
///
/// Accounts are global: one address has one user id in all workspaces, and keeps it as long as it
/// is a member of any.
class Workspaces final : public Model {
 public:
  [[nodiscard]] std::span<const SwitchSpec> switches() const override;
  [[nodiscard]] std::vector<std::string_view> seed_members() const override;
  void load(const nlohmann::json& seed, std::vector<std::string>& problems) override;
  [[nodiscard]] nlohmann::json state(std::string_view query, const Context& context) const override;

  /// `accept`, `expire` (one open invitation, or all) and `edit` (what an administrator does by
  /// hand); see docs/sandbox.md for the bodies.
  [[nodiscard]] std::optional<nlohmann::json> act(std::string_view verb, const nlohmann::json& body,
                                                  const Context& context) override;

  [[nodiscard]] Workspace* find(std::string_view workspace_id);
  [[nodiscard]] const Partner* find_partner(std::string_view partner_id) const;

  struct TokenOwner {
    Workspace* workspace = nullptr;
    const Token* token = nullptr;
  };
  /// Both null when the token is unknown or was replaced.
  [[nodiscard]] TokenOwner find_token(std::string_view text);

  /// A workspace with an Owner of its own, linked to the partner. The id must be free.
  Workspace& create(const std::string& workspace_id, const std::string& display_name,
                    std::int64_t seats, const std::string& partner_id, std::int64_t now);

  /// Seats as both APIs show them.
  [[nodiscard]] nlohmann::json seats(const Workspace& workspace, const Context& context) const;

  /// The member with this address, whatever its letter case; null when there is none.
  [[nodiscard]] const User* member(const Workspace& workspace, std::string_view email) const;

  /// Adds a member. An address known in another workspace keeps its user id and creation time.
  const User& add(Workspace& workspace, User user);

  /// Adds a placeholder with an address of the vendor's own.
  const User& add_placeholder(Workspace& workspace, std::string_view name, Role role,
                              std::int64_t now);

  /// Removes a member. An account that is a member of nothing any more is forgotten.
  void remove(Workspace& workspace, std::int64_t user_id);

  /// Replaces all tokens of the workspace by a new one.
  const Token& rotate_token(Workspace& workspace);

  /// A number never handed out before: WhatsApp accounts, links.
  [[nodiscard]] std::int64_t next_number() { return ++last_number_; }

 private:
  struct Account {
    std::int64_t user_id = 0;
    std::int64_t created_at = 0;
    int memberships = 0;
  };

  void clear();
  void load_workspace(JsonReader& seed);
  void load_user(Workspace& workspace, JsonReader& seed);
  void load_generated(Workspace& workspace, JsonReader& seed);
  void load_token(Workspace& workspace, const nlohmann::json& seed, JsonReader& reader);
  void load_partner(JsonReader& seed);
  void check_ids(JsonReader& seed);
  void edit(Workspace& workspace, JsonReader& body, const Context& context);
  void edit_user(Workspace& workspace, const User& user, JsonReader& body);

  std::map<std::string, Workspace, std::less<>> workspaces_;
  std::map<std::string, Partner, std::less<>> partners_;
  std::unordered_map<std::string, Account> accounts_;    ///< by folded address
  std::unordered_map<std::string, std::string> tokens_;  ///< token → workspace id
  std::int64_t last_user_id_ = 0;
  std::int64_t last_number_ = 55'000;
};

}  // namespace usher::sandbox
