#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "connectors/kind.h"
#include "connectors/target.h"
#include "connectors/timelines/client.h"
#include "connectors/timelines/convert.h"
#include "connectors/timelines/settings.h"

namespace usher::timelines {

/// One workspace through the Public API.
///
/// There is one list, without pages, and no look-up: `find` reads the list. The only write is the
/// invitation, which is an upsert: it invites who is new, and sets role and team of who is there.
class TimelinesTarget final : public Target {
 public:
  /// `http` must outlive the target.
  TimelinesTarget(Settings settings, HttpContext& http);

  [[nodiscard]] const Capabilities& capabilities() const override { return capabilities_; }
  [[nodiscard]] Listing list(AccountSink& sink) override;
  [[nodiscard]] Lookup find(const AccountRef& ref) override;
  [[nodiscard]] Account canonical(Account desired) const override;
  [[nodiscard]] std::vector<Applied> apply(std::span<const Change> changes, Steps& steps) override;
  [[nodiscard]] std::vector<Lookup> recover(const Unsettled& operation) override;
  [[nodiscard]] std::vector<Finding> probe() override;

 private:
  void read_workspace(Listing& listing, AccountSink& sink);
  bool learn_me();
  TeammateList read_list(Receipt& receipt, const std::function<void(Teammate)>& each);

  Applied apply_one(const Change& change, Steps& steps);
  Applied upsert(const Change& change, std::string_view step, Steps& steps);
  Applied reinvite(const Change& change, Steps& steps);
  Applied revoke(const Change& change, Steps& steps);
  void send_revocation(const Change& change);
  Teammate send_invitation(const Invitation& invitation);
  void throw_if_full(const ConnectorError& refusal);
  Lookup recover_reinvite(const Change& change, std::string_view step);
  void probe_workspace(std::vector<Finding>& findings);
  void probe_me(std::vector<Finding>& findings);
  void probe_list(std::vector<Finding>& findings);

  [[nodiscard]] Account to_account(const Teammate& teammate) const;
  void remember(const Account& account);
  [[nodiscard]] Fields present_fields(const Change& change);

  const Settings settings_;
  const Capabilities capabilities_;
  Client client_;
  std::optional<Teammate> me_;                       ///< who the token is, once that was read
  std::unordered_map<std::string, Fields> present_;  ///< by remote id, as last listed
  std::string default_team_ = "Default";             ///< how this workspace spells its default team
};

/// For the catalogue.
[[nodiscard]] const ConnectorKind& kind();

}  // namespace usher::timelines
