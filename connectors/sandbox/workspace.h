#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/sandbox/format.h"

namespace usher::sandbox {

enum class Role { kOwner, kAdmin, kTeamSupervisor, kTeammate, kAgent, kCollaborator };
enum class UserStatus { kActive, kInvited, kExpired, kSuspended };

/// Role as a request names it, `team_supervisor`, and as the server shows it, `Team supervisor`.
[[nodiscard]] std::string_view role_token(Role role);
[[nodiscard]] std::string_view role_label(Role role);
[[nodiscard]] std::string_view status_word(UserStatus status);

inline constexpr std::string_view kRoleTokens[] = {"owner",    "admin", "team_supervisor",
                                                   "teammate", "agent", "collaborator"};
inline constexpr std::string_view kStatusWords[] = {"active", "invited", "expired", "suspended"};

struct WhatsAppAccount {
  std::int64_t id = 0;
  std::string phone;  ///< E.164: `+15550100001`
  std::int64_t connected_at = 0;
  bool connected = true;
};

struct QrLink {
  std::string url;
  std::int64_t expires_at = 0;
};

/// One person's membership of one workspace.
struct User {
  std::int64_t id = 0;
  std::string email;
  std::string display_name;
  Role role = Role::kAgent;
  std::uint32_t team = 0;  ///< position in Workspace::teams
  UserStatus status = UserStatus::kActive;
  std::int64_t created_at = 0;
  std::vector<WhatsAppAccount> whatsapp;
};

/// A token of the Public API. It acts for one member.
struct Token {
  std::string text;
  std::string id;           ///< what the log shows in its place
  std::int64_t member = 0;  ///< user id
  std::string refusal;      ///< error code it is always answered with; empty: none
};

struct Quota {
  std::int64_t total = 0;
  std::int64_t used = 0;
};

/// A workspace and who is in it. Users are changed through `update` only, so that the counts of
/// taken seats are always right; they stay in order of id.
class Workspace {
 public:
  std::string id;
  std::string display_name;
  std::string plan = "Business";
  std::int64_t plan_id = 4;
  std::int64_t group_id = 31;
  std::int64_t seats_total = 0;
  std::vector<std::string> teams;  ///< the first is the default one
  std::vector<Token> tokens;
  Quota messages{1000, 0};
  Quota api_calls{200'000, 0};
  TimeZone zone;
  bool billing_managed = false;  ///< pays by itself: the partner may not touch it
  std::int64_t created_at = 0;
  std::int64_t updated_at = 0;
  std::map<std::string, int> mails;  ///< invitation mails sent, by address
  std::map<std::int64_t, QrLink> qr_links;

  [[nodiscard]] const std::map<std::int64_t, User>& users() const { return users_; }
  [[nodiscard]] const User* find(std::int64_t user_id) const;
  [[nodiscard]] const User* owner() const;

  const User& add(User user);
  void erase(std::int64_t user_id);
  void update(std::int64_t user_id, const std::function<void(User&)>& change);

  /// Position of a team; the number of teams when there is none with this title.
  [[nodiscard]] std::uint32_t team(std::string_view title) const;

  /// Owner and active members; open invitations too where they count.
  [[nodiscard]] std::int64_t seats_used(bool pending_counts) const {
    return active_ + (pending_counts ? pending_ : 0);
  }

  /// Never the same for two contents, not even after everything was loaded anew.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  void touch();

 private:
  void count(const User& user, std::int64_t by);

  std::map<std::int64_t, User> users_;
  std::int64_t active_ = 0;
  std::int64_t pending_ = 0;
  std::uint64_t revision_ = 0;
};

}  // namespace usher::sandbox
