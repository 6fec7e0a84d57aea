#pragma once

#include <functional>

#include "connectors/dreadnode/client.h"
#include "connectors/kind.h"
#include "connectors/target.h"

namespace usher::dreadnode {

/// The grants of one workspace. There is one list and no look-up, so `find` reads the list.
class DreadnodeTarget final : public Target {
 public:
  /// `http` must outlive the target.
  DreadnodeTarget(Settings settings, HttpContext& http);

  [[nodiscard]] const Capabilities& capabilities() const override { return capabilities_; }
  [[nodiscard]] Listing list(AccountSink& sink) override;
  [[nodiscard]] Lookup find(const AccountRef& ref) override;
  [[nodiscard]] Account canonical(Account desired) const override { return desired; }
  [[nodiscard]] std::vector<Applied> apply(std::span<const Change> changes, Steps& steps) override;
  [[nodiscard]] std::vector<Finding> probe() override;

 private:
  [[nodiscard]] Receipt read(const std::function<void(Account)>& each);
  [[nodiscard]] Applied apply_one(const Change& change, Steps& steps);
  [[nodiscard]] Applied add(const Change& change);
  [[nodiscard]] std::unique_ptr<JsonDocument> send_grant(const Change& change);
  [[nodiscard]] Applied remove(const Change& change);

  const Settings settings_;
  const Capabilities capabilities_;
  Client client_;
  std::size_t owners_ = 0;  ///< of the workspace, as last read
};

/// For the catalogue.
[[nodiscard]] const ConnectorKind& kind();

}  // namespace usher::dreadnode
