#pragma once

#include "connectors/kind.h"
#include "connectors/memory/client.h"
#include "connectors/memory/settings.h"
#include "connectors/target.h"

namespace usher::memory {

/// One tenancy of the reference service.
class MemoryTarget final : public Target {
 public:
  /// `http` must outlive the target.
  MemoryTarget(const Settings& settings, HttpContext& http);

  [[nodiscard]] const Capabilities& capabilities() const override { return capabilities_; }
  [[nodiscard]] Listing list(AccountSink& sink) override;
  [[nodiscard]] Lookup find(const AccountRef& ref) override;
  [[nodiscard]] Account canonical(Account desired) const override { return desired; }
  [[nodiscard]] std::vector<Applied> apply(std::span<const Change> changes, Steps& steps) override;
  [[nodiscard]] std::vector<Finding> probe() override;

 private:
  [[nodiscard]] Applied send(const Change& change);

  const Capabilities capabilities_;
  const std::string tenancy_;
  Client client_;
};

/// For the catalogue.
[[nodiscard]] const ConnectorKind& kind();

}  // namespace usher::memory
