#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "connectors/sandbox/api.h"
#include "connectors/sandbox/rate.h"

namespace usher::sandbox {
class JsonReader;
}

/// The fake of Taskschmiede: what it holds.
namespace usher::sandbox::taskschmiede {

struct User {
  std::string id;
  std::string name;
  std::string email;
  std::string status = "active";
  std::string user_type = "human";
  std::string password;
  std::string resource_id;
  std::string external_id;
  nlohmann::json metadata = nlohmann::json::object();
  bool is_admin = false;
  std::int64_t created_at = 0;
  std::int64_t updated_at = 0;
  std::map<std::string, std::string, std::less<>> roles;  ///< by organisation
};

/// Users by number, the youngest last.
using Order = std::vector<std::uint32_t>;

struct Organization {
  std::string id;
  std::string name;
  Order members;
};

struct Token {
  std::string text;
  std::string label;  ///< for the request log
  std::string user_id;
  std::int64_t expires_at = 0;  ///< 0: never
};

/// What is bound to a Mcp-Session-Id.
struct Session {
  std::string token;       ///< empty: nobody has logged in
  bool has_ended = false;  ///< the login; the next call is told, later ones are not
  bool is_ready = false;   ///< notifications/initialized has come
  std::int64_t used_at = 0;
};

/// Calls that somebody wants to fail.
struct Failure {
  std::string tool;  ///< empty: any
  std::string code;
  std::string message;
  std::int64_t times = 1;
};

/// Which users a list is about.
struct Query {
  std::string organization;  ///< empty: all
  std::string status;
  std::string user_type;
  std::string search;
  std::int64_t limit = 50;
  std::int64_t offset = 0;
  bool swaps_ties = false;
};

/// Users, organisations, resources, logins and sessions of one server. Everything that a request
/// asks for is found by an index; lists cost what their page costs.
class Server final : public Model {
 public:
  [[nodiscard]] std::span<const SwitchSpec> switches() const override;
  [[nodiscard]] std::vector<std::string_view> seed_members() const override;
  void load(const nlohmann::json& seed, std::vector<std::string>& problems) override;
  [[nodiscard]] nlohmann::json state(std::string_view query, const Context& context) const override;

  /// `edit` (what an administrator does by hand), `taskschmiede_session` (ends all sessions) and
  /// `taskschmiede_fail` (lets the next calls fail); see docs/sandbox.md for the bodies.
  [[nodiscard]] std::optional<nlohmann::json> act(std::string_view verb, const nlohmann::json& body,
                                                  const Context& context) override;

  /// Null when there is none.
  [[nodiscard]] User* find(std::string_view id);
  [[nodiscard]] Organization* find_organization(std::string_view id);
  /// Whoever has this address, to the letter or in any spelling.
  [[nodiscard]] User* find_email(std::string_view email, bool ignore_case);
  [[nodiscard]] const Token* find_token(std::string_view text, std::int64_t now) const;

  /// `digits` is the length of the id's number. Its address must be free.
  User& add(User user, std::size_t digits);
  void rename(User& user, const std::string& email);
  void join(User& user, Organization& organization, const std::string& role);
  void leave(User& user, Organization& organization);
  [[nodiscard]] std::string new_id(std::string_view prefix, std::size_t digits);
  std::string log_in(const User& user, std::int64_t now);

  struct Page {
    std::vector<const User*> users;
    std::size_t total = 0;
  };
  /// The youngest first.
  [[nodiscard]] Page list(const Query& query);

  /// The failure that `tool` is to end with; counts. Null: none.
  [[nodiscard]] const Failure* strike(std::string_view tool);

  /// Seconds too early; 0: it may pass.
  [[nodiscard]] double take(const std::string& what, std::string_view rate, std::int64_t now) {
    return limiter_.take(what, parse_rate(rate), 0, static_cast<double>(now));
  }

  std::unordered_map<std::string, Session> sessions;
  std::vector<std::string> resources;

 private:
  void clear();
  void load_user(JsonReader& seed);
  void load_generated(JsonReader& seed);
  void load_token(JsonReader& seed);
  void load_organizations(User& user, const nlohmann::json& roles, JsonReader& seed);
  void edit(JsonReader& body, const Context& context);
  void edit_user(User& user, JsonReader& body);
  void end_sessions(JsonReader& body);
  [[nodiscard]] Organization& chosen_organization(JsonReader& body);
  [[nodiscard]] User& chosen_user(const std::string& email);

  [[nodiscard]] std::uint32_t number_of(const User& user) const;
  [[nodiscard]] bool matches(const User& user, const Query& query) const;
  [[nodiscard]] Order candidates(const Query& query, const Order& all) const;
  void index_email(std::uint32_t number);
  void forget_email(std::uint32_t number);
  void insert(Order& order, std::uint32_t number) const;

  std::deque<User> users_;  // by number; none is ever erased
  Order by_age_;
  std::map<std::string, Organization, std::less<>> organizations_;
  std::unordered_map<std::string, std::uint32_t> by_id_;
  std::unordered_map<std::string, std::uint32_t> by_email_;
  /// By local part in lower case and backwards: what ends in `ann` before the `@` is one range.
  std::multimap<std::string, std::uint32_t> by_tail_;
  std::unordered_map<std::string, Token> tokens_;
  std::vector<Failure> failures_;
  RateLimiter limiter_;
  std::uint64_t last_number_ = 0;
};

}  // namespace usher::sandbox::taskschmiede
