#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "connectors/sandbox/api.h"

namespace usher::sandbox {
class JsonReader;
}

namespace usher::sandbox::polytomic {

struct Role {
  std::string id;
  std::string name;
  bool is_system = false;
};

struct User {
  std::int64_t number = 0;
  std::string email;                 ///< in small letters
  std::vector<std::uint32_t> roles;  ///< positions in Organization::roles
  bool accepted = true;              ///< the invitation, which nobody is told
};

/// `248df4b7-aa70-47b8-a036-00000000002a` for number 42; roles have ids of their own.
[[nodiscard]] std::string user_id(std::int64_t number);
[[nodiscard]] std::string role_id(std::int64_t number);
[[nodiscard]] bool is_uuid(std::string_view text);

/// An organisation and who is in it, in order of creation. The first two roles are the system's.
class Organization {
 public:
  std::string id;
  std::string name;
  bool is_partners = true;           ///< partner keys reach it
  std::vector<Role> roles;           ///< `Admin`, `Member`, then its own
  std::map<std::string, int> mails;  ///< invitations sent, by address

  [[nodiscard]] const std::map<std::int64_t, User>& users() const { return users_; }
  /// Null when there is none.
  [[nodiscard]] const User* find(std::string_view id_of_user) const;
  [[nodiscard]] const User* find_by_email(std::string_view email) const;
  /// Positions by name; the number of roles when there is none.
  [[nodiscard]] std::uint32_t find_role(std::string_view name_of_role) const;

  /// The address must be free and in small letters.
  const User& add(User user);
  void erase(std::int64_t number);
  void set_roles(std::int64_t number, std::vector<std::uint32_t> positions);
  void accept(std::int64_t number);

  /// Never the same for two contents.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  void touch();

 private:
  std::map<std::int64_t, User> users_;
  std::unordered_map<std::string, std::int64_t> by_email_;  ///< folded address → number
  std::uint64_t revision_ = 0;
};

/// What a key opens.
struct Key {
  Organization* organization = nullptr;  ///< null: a partner key
  std::int64_t user = 0;                 ///< who it acts for; 0: the organisation itself
  std::string name;                      ///< what the log shows in its place
};

/// What a request with an Idempotency-Key ended with.
struct Outcome {
  std::int64_t at = 0;  ///< 0: nothing yet
  Response response;
};

/// Organisations of one partner, and keys to them.
///
///     {"polytomic": {"partner_keys": ["…"], "organizations": [{
///        "id": "248df4b7-aa70-47b8-a036-00000000000a", "name": "Northwind", "partner": true,
///        "keys": ["acts for the organisation"],
///        "user_keys": [{"key": "acts for Ada", "user": "ada@northwind.example"}],
///        "roles": ["Analyst"],
///        "users": [{"email": "ada@northwind.example", "roles": ["Admin"], "accepted": true}],
///        "generate": {"count": 1000, "email": "p{n}@northwind.example", "roles": ["Member"]}}]}}
class Organizations final : public Model {
 public:
  [[nodiscard]] std::span<const SwitchSpec> switches() const override { return {}; }
  [[nodiscard]] std::vector<std::string_view> seed_members() const override;
  void load(const nlohmann::json& seed, std::vector<std::string>& problems) override;
  [[nodiscard]] nlohmann::json state(std::string_view query, const Context& context) const override;

  /// Below `polytomic`, with `organization` (an id) where there are several. `edit`: `{"add":
  /// {user}}`, `{"remove": address}`, `{"email": address, "roles": […]}`, `{"add_role": name}`.
  /// `accept`: `{"email": address}`.
  [[nodiscard]] std::optional<nlohmann::json> act(std::string_view verb, const nlohmann::json& body,
                                                  const Context& context) override;

  /// Null when there is none.
  [[nodiscard]] Organization* find(std::string_view id);
  [[nodiscard]] const Key* find_key(const std::string& text) const;
  [[nodiscard]] const std::map<std::string, Organization, std::less<>>& all() const {
    return organizations_;
  }

  /// The outcome of a request, by caller and Idempotency-Key.
  [[nodiscard]] Outcome& outcome(const std::string& key) { return outcomes_[key]; }

  /// Creates a user with a number never used before.
  const User& add(Organization& organization, User user);

 private:
  void clear();
  void load_organization(JsonReader& seed);
  void load_user(Organization& organization, JsonReader& seed);
  void load_generated(Organization& organization, JsonReader& seed);
  void add_key(JsonReader& seed, const std::string& text, Key key);
  void add_role(Organization& organization, const std::string& name);
  [[nodiscard]] Organization& chosen(JsonReader& body);
  void edit(JsonReader& body);

  std::map<std::string, Organization, std::less<>> organizations_;  ///< by id
  std::unordered_map<std::string, Key> keys_;
  std::unordered_map<std::string, Outcome> outcomes_;
  std::int64_t last_user_ = 0;
  std::int64_t last_role_ = 0;
};

}  // namespace usher::sandbox::polytomic
