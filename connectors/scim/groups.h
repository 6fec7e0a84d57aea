#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/scim/client.h"
#include "connectors/scim/discovery.h"
#include "connectors/scim/memberships.h"
#include "connectors/scim/settings.h"
#include "connectors/target.h"
#include "mapping/change.h"

namespace usher::scim {

/// The groups of one service that fit `groups.include`, with their members; nothing else is read,
/// compared or touched. Memberships are written as what came and what went, in batches as large as
/// the profile lets through; never is a membership replaced, or removed as a whole, but where the
/// profile knows no other way than PUT.
class Groups {
 public:
  /// Both must outlive it.
  Groups(const Settings& settings, Client& client);

  void learn(const PagePlan& pages) { pages_ = pages; }

  [[nodiscard]] bool are_wanted() const { return !settings_.groups.include.empty(); }
  [[nodiscard]] bool are_readable() const;

  /// Reads groups and members anew. Returns why the result is not whole; empty: it is. Throws what
  /// stops the target.
  [[nodiscard]] std::vector<std::string> load();
  /// Somebody is in no group any more: they are gone, or were taken out with their deactivation.
  /// Only a PUT would miss them.
  void forget(std::string_view user_id) {
    if (puts()) memberships_.remove(user_id);
  }
  /// Groups of the last load that were left out, and why: they cannot be ours to keep.
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

  /// Before all users are compared.
  void begin_comparison();
  /// Holds what a user says of their own groups against what the groups say; for each listed user.
  void compare(const Json& user, std::string_view id);
  /// Why memberships cannot be believed, once all users were compared; empty: nothing speaks
  /// against them.
  [[nodiscard]] std::vector<std::string> contradictions() const;

  /// Makes sure that what is known is what the service says now: reads what was never read, and the
  /// groups that were written to. Throws when that fails.
  void refresh();

  /// Names of the groups that a user is in, in code-point order, as last read.
  [[nodiscard]] Texts of(std::string_view user_id) const;
  /// Names of the groups there are.
  [[nodiscard]] Texts names() const;
  /// The wanted names that fit `groups.include`, spelt as the service spells them.
  [[nodiscard]] Texts canonical(const Texts& wanted) const;

  /// Carries updates of `groups` out, all additions before all removals. Returns a note for each
  /// change. What is refused for one group does not stop the others; it is thrown at the end.
  [[nodiscard]] std::vector<std::string> apply(std::span<const Change> changes, Steps& steps);

 private:
  struct Group {
    std::string id;
    std::string name;
    bool is_ours = false;   ///< we made it: it carries our mark
    bool is_stale = false;  ///< written to since it was read
    bool is_gone = false;
    bool is_silent = false;  ///< shows nobody, neither users nor groups
    Texts nested = {};       ///< ids of groups in it
  };
  /// What one group gains and loses: remote ids of users.
  struct Delta {
    std::string name;
    Texts added;
    Texts removed;
  };
  using Deltas = std::map<std::string, Delta>;  ///< by folded name

  void take(const Json& row, const std::string& id);
  void read_silent();
  void read_group(std::uint32_t number);
  void read_members(std::uint32_t number, const Json& members);
  void read_members_by_filter(std::uint32_t number);
  void read_again(std::uint32_t number);
  [[nodiscard]] bool filter_tells_groups_apart();

  [[nodiscard]] std::uint32_t number_of(const Group& group) const {
    return static_cast<std::uint32_t>(&group - groups_.data());
  }
  [[nodiscard]] Deltas deltas_of(std::span<const Change> changes) const;
  [[nodiscard]] Group* find(const std::string& folded_name);
  [[nodiscard]] Group* find_or_make(const std::string& folded_name, const Delta& delta,
                                    Steps& steps);
  void look_for(const std::string& name);
  void refuse_renamed(const std::string& name) const;
  void make(const std::string& name, Steps& steps);
  void change_members(Group& group, const Texts& ids, bool adds, Steps& steps);
  void change_one_by_one(Group& group, std::span<const std::string> ids, bool adds, Steps& steps);
  void send(Group& group, std::span<const std::string> ids, bool adds, Steps& steps);
  [[nodiscard]] bool puts() const { return !profile_.group_patch && profile_.group_put; }
  void put_members(Group& group, const Texts& ids, bool adds);
  static void refuse_nested(const Group& group, std::span<const std::string> ids);
  void require_all_shown(const Group& group, const Json& shown) const;
  [[nodiscard]] std::size_t batch_size(const Texts& ids, bool adds) const;
  [[nodiscard]] bool holds_nobody_else(Group& group, const Texts& ids);
  [[nodiscard]] bool delete_if_emptied(const std::string& folded_name, Steps& steps);
  template <typename Work>
  void attempt(const Delta& delta, const Work& work);

  const Settings& settings_;
  const Profile& profile_;
  Client& client_;
  PagePlan pages_;
  bool is_loaded_ = false;
  std::vector<Group> groups_;
  std::map<std::string, std::uint32_t> by_name_;  ///< folded
  std::map<std::string, std::string> renamed_;  ///< ours, by the folded name we gave → as it is now
  std::set<std::string> new_;                   ///< ids of groups that we made since
  Memberships memberships_;
  bool has_shown_members_ = false;             ///< some group has shown somebody
  std::string named_otherwise_;                ///< a user whom a group shows by userName
  std::map<std::string, std::string> silent_;  ///< id or name → name of groups that show nobody
  std::string denied_;                         ///< one of them that some user says to be in
  std::vector<std::string> reasons_;           ///< of the last load
  std::vector<std::string> warnings_;          ///< of the last load
  std::vector<std::string> refusals_;          ///< of the batch under way
  int step_ = 0;                               ///< of the batch under way
};

}  // namespace usher::scim
