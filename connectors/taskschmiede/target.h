#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "connectors/kind.h"
#include "connectors/target.h"
#include "connectors/taskschmiede/client.h"
#include "connectors/taskschmiede/convert.h"
#include "connectors/taskschmiede/settings.h"

namespace usher::taskschmiede {

class Reading;

/// One organisation of a Taskschmiede server.
///
/// An account is a membership of the organisation by somebody who has a user on the server: who is
/// on the server but not in the organisation is absent, and creating them adds the membership.
class TaskschmiedeTarget final : public Target {
 public:
  /// `http` must outlive the target.
  TaskschmiedeTarget(Settings settings, HttpContext& http);

  [[nodiscard]] const Capabilities& capabilities() const override { return capabilities_; }
  [[nodiscard]] Listing list(AccountSink& sink) override;
  [[nodiscard]] Lookup find(const AccountRef& ref) override;
  [[nodiscard]] Account canonical(Account desired) const override;
  [[nodiscard]] std::vector<Applied> apply(std::span<const Change> changes, Steps& steps) override;
  [[nodiscard]] std::vector<Finding> probe() override;

 private:
  // target.cc: reading
  [[nodiscard]] const Me& me();
  [[nodiscard]] std::string my_id();
  void learn_members(const MemberList& list);
  void read_pages(Reading& reading, AccountSink& sink);
  void report_rights(AccountSink& sink);
  void report_view(std::vector<Finding>& findings);
  [[nodiscard]] Account to_account(const User& user, const std::string& role) const;
  [[nodiscard]] User fetch_with_membership(const std::string& id);
  [[nodiscard]] Lookup find_id(const std::string& id);
  [[nodiscard]] Lookup find_member(const std::string& id);
  [[nodiscard]] Lookup find_key(const std::string& key);

  // apply.cc: changing who is there
  Applied apply_one(const Change& change, Steps& steps);
  Applied update(const Change& change, Steps& steps);
  Applied reactivate(const Change& change, Steps& steps);
  Applied deactivate(const Change& change, Steps& steps);
  void activate(const std::string& id, Steps& steps);
  [[nodiscard]] std::string send_fields(const Change& change, Steps& steps);
  void send_update(const std::string& id, const nlohmann::ordered_json& patch, Steps& steps);
  [[nodiscard]] std::string send_external_id(const std::string& id, const std::string& external_id,
                                             Steps& steps);
  void send_role(const Change& change, const std::string& role, Steps& steps);
  [[nodiscard]] bool send_removal(const std::string& id, Steps& steps);
  [[nodiscard]] std::string suspend_where_due(const std::string& id, Steps& steps);
  void check_may_write();
  void check_not_me(const Change& change);
  void check_not_last_owner(const Change& change);

  // create.cc: everything between a person and their membership
  Applied create(const Change& change, Steps& steps);
  [[nodiscard]] User find_or_create(const NewUser& wanted, Steps& steps, bool& is_new);
  [[nodiscard]] std::optional<User> find_address(const std::string& email);
  [[nodiscard]] std::vector<User> search_widely(const std::string& email);
  [[nodiscard]] std::string bring_in_line(const User& user, const Change& change, Steps& steps);
  void add_to_organization(const User& user, const std::string& role, Steps& steps);

  const Settings settings_;
  const Capabilities capabilities_;
  Client client_;
  std::optional<Me> me_;     ///< once it was asked
  std::string my_id_;        ///< empty: not known yet
  bool sees_server_ = true;  ///< false: only the organisation is shown to us
  std::string last_owner_;   ///< id; empty: there are several, or nobody has looked
  std::unordered_map<std::string, std::string> roles_;  ///< by user id, as last seen
};

/// `taskschmiede`: what the configuration understands, and how a target is made.
[[nodiscard]] const ConnectorKind& kind();

}  // namespace usher::taskschmiede
