#pragma once

#include "connectors/kind.h"
#include "connectors/target.h"
#include "connectors/timelines_partner/client.h"
#include "connectors/timelines_partner/convert.h"
#include "connectors/timelines_partner/settings.h"

namespace usher::timelines_partner {

/// One workspace through the Partner API.
///
/// Its users are placeholders that carry nothing of a person: who has which one is known to our own
/// store only. So there is no key, nothing to match and nothing to update; people are *assigned*.
class PartnerTarget final : public Target {
 public:
  /// `http` must outlive the target.
  PartnerTarget(Settings settings, HttpContext& http);

  [[nodiscard]] const Capabilities& capabilities() const override { return capabilities_; }
  [[nodiscard]] Listing list(AccountSink& sink) override;
  [[nodiscard]] Lookup find(const AccountRef& ref) override;
  [[nodiscard]] Account canonical(Account desired) const override { return desired; }
  [[nodiscard]] std::vector<Applied> apply(std::span<const Change> changes, Steps& steps) override;
  [[nodiscard]] std::vector<Lookup> recover(const Unsettled& operation) override;
  [[nodiscard]] std::vector<Finding> probe() override;

 private:
  [[nodiscard]] Workspace fetch_workspace();
  void close_receipt(const Workspace& workspace, Receipt& receipt) const;

  std::vector<Applied> create(std::span<const Change> changes, Steps& steps);
  std::vector<User> send_creation(std::size_t count, const Workspace& before);
  Applied apply_one(const Change& change, Steps& steps);
  Applied assign(const Change& change);
  Applied deactivate(const Change& change, Steps& steps);
  std::vector<Lookup> recover_batch(const Unsettled& operation);

  const Settings settings_;
  const Capabilities capabilities_;
  HttpContext& context_;
  Client client_;
};

/// For the catalogue.
[[nodiscard]] const ConnectorKind& kind();

}  // namespace usher::timelines_partner
