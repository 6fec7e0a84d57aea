#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/change.h"
#include "mapping/value.h"

namespace usher {

/// One attribute of a provider's account, as `map` may name it.
struct AttributeSpec {
  std::string name;  ///< a trailing `.*` stands for any sub-key (`metadata.*`)
  bool required = false;
  bool is_boolean = false;
  bool is_multi = false;
  bool returned = true;        ///< false: sent on create only, never compared
  bool updatable = true;       ///< false: a difference after creation is a task for a human
  bool ignores_case = false;   ///< compares with `fold_key` (e-mail addresses)
  bool is_name = false;        ///< part of the person's name: used to notice a re-used id
  bool local = false;          ///< kept in reports only, never sent
  std::size_t max_length = 0;  ///< in code points; 0: no limit known
  Texts values = {};           ///< what it may be; empty: anything
  bool entitlement = false;    ///< it gives power
  /// The setting whose patterns choose those of the person's groups that are its values, where
  /// `map` has no rule for it; empty: only `map` fills it.
  std::string groups_setting = {};
  /// Written after everything else, and of many accounts at once (`deferred_batch`): memberships.
  bool deferred = false;
  /// What the loss of a value takes away beyond it, for the plan. Empty: nothing.
  std::string loss_means = {};
  /// An update of it is a request of its own, beside the one for all others.
  bool own_request = false;
  /// The same, but as for all others the account is read right before, once for both.
  bool own_write = false;
  /// What a creation makes of it; any other value is one more request. Empty: it comes with the
  /// creation, whatever it is.
  std::string created_as = {};
  /// Rank of each entitlement value, weakest first; a value that is not listed has unknown rank.
  Texts ranks = {};
};

/// What a provider can do and what it cannot: data, not code. Constant for the life of a target.
struct Capabilities {
  std::vector<AttributeSpec> attributes;
  /// Attribute in which an account keeps our own id of the person, whatever else the provider makes
  /// of it: who holds the wanted value was made for them. Empty: there is none.
  std::string mark = {};
  std::string key;  ///< the attribute that identifies an account; empty: accounts carry nothing of
                    ///< the person

  Action creation = Action::kInvite;  ///< how a new account comes into being: create or invite
  bool assigns = false;               ///< released accounts of ours can be given to somebody else
  bool can_update = true;
  bool upserts = false;  ///< to write somebody who is gone makes them anew
  bool can_deactivate = false;
  bool can_reactivate = false;
  bool can_delete = false;
  bool can_revoke = false;    ///< an open invitation can be withdrawn
  bool can_reinvite = false;  ///< and an expired or misaddressed one sent anew
  bool has_lookup = false;    ///< `find` answers without reading the whole list
  bool removal_frees_seat = true;
  bool update_of_invited_mails = false;
  bool creation_mails = false;

  /// What a human must do for a leaver that the provider's API cannot remove; `{key}` is replaced.
  std::string manual_removal;
  /// The same for a key that cannot be changed; `{key}` and `{new_key}` are replaced.
  std::string manual_rename;
  /// What a `delete` takes away beyond this one account, for the plan; `{key}` is replaced. Empty:
  /// nothing that its name does not say.
  std::string delete_means;
  std::string deactivate_means;  ///< the same for a `deactivate`
  /// Fields to write when an active leaver can only be weakened (`role` → `collaborator`); empty:
  /// none.
  Fields demotion;

  std::size_t batch = 1;                ///< how many creations one request may carry
  std::size_t deferred_batch = 1;       ///< how many updates of deferred attributes
  int requests_per_batch = 1;           ///< of such creations, with what is read right before
  int requests_per_change = 1;          ///< of an ordinary change, with what is read right before
  int requests_per_creation = 0;        ///< the same of a new account; 0: as an ordinary change
  int requests_per_removal = 0;         ///< the same; all but one request of its read-back too
  int requests_per_list = 1;            ///< preamble and one page; for estimates
  double requests_per_second = 0;       ///< what apply may reckon with; 0: no limit known
  std::chrono::seconds consistency{0};  ///< how long a write may stay invisible

  [[nodiscard]] const AttributeSpec* find(std::string_view attribute) const;
};

/// Whether going from `before` to `after` takes power away: a lower rank, a removed value, or a
/// change to or from a value of unknown rank. Both may be absent: from nothing, nothing can be
/// taken. Of an attribute with several values, each one that goes away counts. Only entitlements
/// can lower.
[[nodiscard]] bool lowers(const AttributeSpec& spec, const Value* before, const Value* after);

/// What apply sends for `change` where the account is as the plan saw it, look-ups included. A
/// removal is read back with one request more.
[[nodiscard]] int requests_of(const Change& change, const Capabilities& can);

}  // namespace usher
