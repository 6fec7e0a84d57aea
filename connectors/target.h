#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/source.h"
#include "mapping/account.h"
#include "mapping/capabilities.h"
#include "mapping/change.h"
#include "mapping/person.h"
#include "mapping/receipt.h"

namespace usher {

/// Takes the accounts of a target, one by one, in any order.
class AccountSink {
 public:
  virtual ~AccountSink() = default;
  virtual void account(Account account) = 0;
  virtual void problem(Problem problem) = 0;
};

/// How a list of accounts ended, and what came with it.
struct Listing {
  Receipt receipt;
  std::string
      tenancy;  ///< what remote ids are unique in: connector, url, workspace; empty: not learnt
  std::optional<Seats> seats;  ///< where the provider counts them
  std::vector<std::pair<std::string, Texts>>
      allowed;  ///< attribute → values that exist there (team titles)
};

/// An account to look up: by remote id; when that is not known yet by key, and where nobody has the
/// key by mark.
struct AccountRef {
  std::string remote_id;
  std::string key;
  std::string mark = {};  ///< value of `Capabilities::mark`; empty: not known
};

/// The account that `change` is about, as it is to be looked up: a new one by key and mark.
[[nodiscard]] AccountRef ref_of(const Change& change, const Capabilities& can);
/// Whether `ref` is about this account.
[[nodiscard]] bool is_meant(const AccountRef& ref, const Account& account, const Capabilities& can);

struct Lookup {
  Presence presence = Presence::kUnknown;
  Account account;  ///< when present
};

/// What the target says after a change.
struct Applied {
  std::string remote_id;
  std::optional<Account> account;  ///< as the answer showed it, where it showed it
  std::string note;                ///< for the report: `seat not freed`, `was already gone`
};

/// The journal as a connector sees it. Each request of a change is a step: `intend` makes it
/// durable before the request leaves, `done` after its answer was understood. What was
/// not settled when a run was cut off counts as intended, and is looked up.
class Steps {
 public:
  virtual ~Steps() = default;
  /// True when this step was confirmed in an earlier attempt and must not be sent again.
  [[nodiscard]] virtual bool is_done(std::string_view step) const = 0;
  /// Writes down that `step` is about to be sent; returns when that is on disk. `context` is the
  /// connector's own note for `recover` (ids seen before a batch).
  virtual void intend(std::string_view step, std::string_view context) = 0;
  virtual void done(std::string_view step, std::string_view remote_id) = 0;
};

/// An operation that was begun and whose outcome nobody knows.
struct Unsettled {
  std::vector<Change> changes;   ///< one, or the whole batch
  std::string step;              ///< the step whose answer was lost
  std::string context;           ///< what the connector noted with `intend`
  std::int64_t intended_at = 0;  ///< seconds since the epoch
};

/// A system whose accounts we keep equal to the desired set.
///
/// One object serves one configured target; calls come from one thread at a time. Every failure is
/// a ConnectorError whose text holds no secret. Implementations never retry, sleep or log: the
/// client underneath does.
class Target {
 public:
  virtual ~Target() = default;

  /// What the provider can do and its limits. Constant for the life of the object.
  [[nodiscard]] virtual const Capabilities& capabilities() const = 0;

  /// Hands every account the target holds, ours or not, to `sink`, in any order. Blocks.
  /// The receipt says whether that was all of them; a page that cannot be read makes it incomplete
  /// (the planner would otherwise take the accounts of a missing page for deleted ones).
  [[nodiscard]] virtual Listing list(AccountSink& sink) = 0;

  /// Looks one account up. Unknown is not absent: a read that failed, or one that cannot prove
  /// absence, is unknown.
  [[nodiscard]] virtual Lookup find(const AccountRef& ref) = 0;

  /// Returns `desired` as `list` would read it back after it was written (letter case, date format,
  /// attributes the target drops), so that the next run finds nothing to change. Pure.
  [[nodiscard]] virtual Account canonical(Account desired) const = 0;

  /// Makes one change, or a batch: of at most `capabilities().batch` creations, or of at most
  /// `deferred_batch` updates whose `fields` are deferred attributes (a creation never carries
  /// those). Returns for each what the target now says. Throws `unknown_outcome` when a request may
  /// have been executed but its answer was lost; the caller resolves that with `recover` before any
  /// retry.
  [[nodiscard]] virtual std::vector<Applied> apply(std::span<const Change> changes,
                                                   Steps& steps) = 0;

  /// Says what became of an unsettled operation, one answer per change: present (it was carried
  /// out; the account), absent (it was not, a retry is safe) or unknown (a human must look). The
  /// default looks each change up by remote id or key.
  [[nodiscard]] virtual std::vector<Lookup> recover(const Unsettled& operation);

  /// Read-only look for `usher probe`: reachable, credential, rights, limits, what the API cannot
  /// do.
  [[nodiscard]] virtual std::vector<Finding> probe() = 0;
};

}  // namespace usher
