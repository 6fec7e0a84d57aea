#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "connectors/http/json.h"
#include "mapping/value.h"

namespace usher::polytomic {

/// The roles of an organisation, by name or id. Pure.
///
/// A role is written as its name; where several roles share a name, whatever its letter case, as
/// its id. That is the canonical form.
class Roles {
 public:
  /// No roles at all: every text is its own canonical form.
  Roles() = default;

  /// Takes what `GET /api/permissions/roles` carries; null is an empty list. Throws ConnectorError
  /// `kMalformed` for anything that is no list of roles with ids.
  explicit Roles(const Json& data);

  /// The canonical form of a name in any letter case, or of an id. What does not exist stays.
  [[nodiscard]] std::string canonical(std::string_view text) const;
  /// Of several; in order, each once.
  [[nodiscard]] Texts canonical(const Texts& texts) const;

  /// The id behind a name or id; nothing when there is no such role, or more than one.
  [[nodiscard]] std::optional<std::string> find_id(std::string_view text) const;

  /// Canonical forms of all of them, in order.
  [[nodiscard]] Texts names() const;

 private:
  struct Role {
    std::string id;
    std::string name;
    bool is_unique = true;  ///< no other has the same name
  };

  [[nodiscard]] const Role* find(std::string_view text) const;

  std::vector<Role> roles_;
  std::unordered_map<std::string, std::size_t> by_id_;    ///< folded
  std::unordered_map<std::string, std::size_t> by_name_;  ///< folded
};

}  // namespace usher::polytomic
