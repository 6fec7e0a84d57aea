#pragma once

#include <string>

#include "connectors/kind.h"
#include "connectors/scim/client.h"
#include "connectors/scim/discovery.h"
#include "connectors/scim/groups.h"
#include "connectors/scim/settings.h"
#include "connectors/scim/users.h"
#include "connectors/target.h"

namespace usher::scim {

/// One tenancy of a SCIM 2.0 service.
class ScimTarget final : public Target {
 public:
  /// `http` must outlive the target.
  ScimTarget(Settings settings, HttpContext& http);

  [[nodiscard]] const Capabilities& capabilities() const override { return capabilities_; }
  /// Groups are read before the users, so that each account comes with its own.
  [[nodiscard]] Listing list(AccountSink& sink) override;
  [[nodiscard]] Lookup find(const AccountRef& ref) override;
  /// Spells groups as they were last read.
  [[nodiscard]] Account canonical(Account desired) const override;
  [[nodiscard]] std::vector<Applied> apply(std::span<const Change> changes, Steps& steps) override;
  [[nodiscard]] std::vector<Finding> probe() override;

 private:
  void learn();
  [[nodiscard]] bool reads_groups() const;
  void add_groups(Account& account) const;

  [[nodiscard]] Applied apply_one(const Change& change, Steps& steps);
  [[nodiscard]] Applied create(const Change& change, Steps& steps);
  [[nodiscard]] Applied update(const Change& change, Fields fields, Steps& steps);
  [[nodiscard]] Applied set_active(const Change& change, bool active, Steps& steps);
  [[nodiscard]] Applied remove(const Change& change, Steps& steps);
  void check_active(const Change& change, const Fields& fields) const;

  const Settings settings_;
  const Capabilities capabilities_;
  Client client_;
  Users users_;
  Groups groups_;
  Advertised advertised_;
  bool has_learned_ = false;
};

/// For the catalogue.
[[nodiscard]] const ConnectorKind& kind();

}  // namespace usher::scim
