#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "connectors/kind.h"
#include "connectors/polytomic/client.h"
#include "connectors/polytomic/convert.h"
#include "connectors/polytomic/roles.h"
#include "connectors/polytomic/settings.h"
#include "connectors/target.h"

namespace usher::polytomic {

/// One organisation. Users and roles come as whole lists; one user can be looked up by id, but an
/// address only by reading the list.
class PolytomicTarget final : public Target {
 public:
  /// `http` must outlive the target.
  PolytomicTarget(Settings settings, HttpContext& http);

  [[nodiscard]] const Capabilities& capabilities() const override { return capabilities_; }
  [[nodiscard]] Listing list(AccountSink& sink) override;
  [[nodiscard]] Lookup find(const AccountRef& ref) override;
  /// By the roles that were there when they were last read; before that, names stay as they are.
  [[nodiscard]] Account canonical(Account desired) const override;
  [[nodiscard]] std::vector<Applied> apply(std::span<const Change> changes, Steps& steps) override;
  [[nodiscard]] std::vector<Finding> probe() override;

 private:
  void learn_me(AccountSink& sink);
  const Roles& roles();
  UserList read_list(const std::function<void(User)>& each);
  [[nodiscard]] bool is_me(const User& user) const;
  [[nodiscard]] Account to_account(const User& user) const;
  [[nodiscard]] const std::string& organization() const;
  Lookup find_by_id(const std::string& id);
  Lookup find_by_email(const std::string& email);

  Applied apply_one(const Change& change, Steps& steps);
  Applied create(const Change& change, Steps& steps);
  Applied update(const Change& change, Steps& steps);
  Applied remove(const Change& change, Steps& steps);
  User send_creation(const Change& change, const std::string& body, const std::string& key);
  std::string take_key(const Change& change);
  void throw_if_there(const Change& change, const ConnectorError& refusal);

  void probe_credential(std::vector<Finding>& findings);
  void probe_organization(std::vector<Finding>& findings);
  void probe_lists(std::vector<Finding>& findings);

  const Settings settings_;
  const Capabilities capabilities_;
  HttpContext& context_;
  Client client_;
  Me me_;                       ///< whose key it is; empty with a partner key
  std::optional<Roles> roles_;  ///< as last read
  /// Key of a creation whose answer was lost, by address: the request may still be under way, and
  /// the provider takes one with the same key for the same.
  std::map<std::string, std::string> lost_keys_;
  std::uint64_t keys_made_ = 0;
};

/// For the catalogue.
[[nodiscard]] const ConnectorKind& kind();

}  // namespace usher::polytomic
