#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "connectors/sandbox/api.h"
#include "connectors/sandbox/json_reader.h"

namespace usher::sandbox {

struct MemoryUser {
  std::int64_t number = 0;  ///< its id is `u` and this number
  std::string email;
  std::string name;
  std::string role = "viewer";
  bool active = true;
  bool owner = false;
  std::int64_t created_at = 0;  ///< seconds since the epoch; of the seed: long ago
};

/// The users of the reference service, in order of id, and the tokens that open it.
///
///     {"memory": {"tokens": ["…"], "users": [{"email": "ann@example.com", "role": "admin"}],
///                 "generate": {"count": 1000, "email": "p{n}@example.com"}}}
class MemoryUsers final : public Model {
 public:
  std::span<const SwitchSpec> switches() const override { return {}; }
  std::vector<std::string_view> seed_members() const override { return {"memory"}; }
  void load(const nlohmann::json& seed, std::vector<std::string>& problems) override;
  nlohmann::json state(std::string_view query, const Context& context) const override;
  /// `edit`: `{"memory": {"add": {…}}}`, `{"memory": {"email": …, "role": …, "delete": true}}`.
  std::optional<nlohmann::json> act(std::string_view verb, const nlohmann::json& body,
                                    const Context& context) override;

  [[nodiscard]] bool takes(const std::string& token) const { return tokens_.contains(token); }
  [[nodiscard]] const std::map<std::int64_t, MemoryUser>& all() const { return users_; }
  /// Null when there is none.
  [[nodiscard]] MemoryUser* find(std::int64_t number);
  [[nodiscard]] MemoryUser* find_by_email(std::string_view email);

  /// The address must be free.
  MemoryUser& add(MemoryUser user);
  void rename(MemoryUser& user, std::string email);
  void erase(std::int64_t number);

 private:
  void load_user(JsonReader& seed);
  void load_generated(JsonReader& seed);
  void edit(JsonReader& body);

  std::map<std::int64_t, MemoryUser> users_;
  std::unordered_map<std::string, std::int64_t> by_email_;  ///< folded address → number
  std::set<std::string> tokens_;
  std::int64_t last_number_ = 0;
};

inline constexpr std::string_view kMemoryRoles[] = {"viewer", "editor", "admin"};

[[nodiscard]] std::string to_json(const MemoryUser& user);

}  // namespace usher::sandbox
