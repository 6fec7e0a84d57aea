#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "connectors/target.h"
#include "daemon/engine/plugin_call.h"

namespace usher {

/// A target whose code came out of a plug-in. Whatever that throws becomes a ConnectorError, so
/// that it fails this target and no other; each call is on record, so that one that ends the
/// process is known at the next start. What usher's own sinks and steps throw passes unchanged.
class PluginTarget final : public Target {
 public:
  /// Makes the target itself with `make`, which is a call like the others. Throws ConnectorError,
  /// also when an earlier process died in a call of this target: then nothing of the plug-in is
  /// called.
  PluginTarget(CallRecords records, const std::function<std::unique_ptr<Target>()>& make);
  ~PluginTarget() override;

  [[nodiscard]] const Capabilities& capabilities() const override { return capabilities_; }
  [[nodiscard]] Listing list(AccountSink& sink) override;
  [[nodiscard]] Lookup find(const AccountRef& ref) override;
  [[nodiscard]] Account canonical(Account desired) const override;
  [[nodiscard]] std::vector<Applied> apply(std::span<const Change> changes, Steps& steps) override;
  [[nodiscard]] std::vector<Lookup> recover(const Unsettled& operation) override;
  [[nodiscard]] std::vector<Finding> probe() override;

 private:
  class OwnErrors;
  class OwnSink;
  class OwnSteps;

  template <typename Call>
  auto enter(std::string_view name, PluginCall::Durable durable, const OwnErrors& own,
             const Call& call) const;
  [[nodiscard]] std::string complaint(std::string_view name) const;

  const CallRecords records_;
  std::unique_ptr<Target> plugin_;
  Capabilities capabilities_;  ///< as the target said when it was made
};

}  // namespace usher
