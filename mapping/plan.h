#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "mapping/account.h"
#include "mapping/change.h"
#include "mapping/problem.h"
#include "mapping/receipt.h"

namespace usher {

enum class HoldStatus { kOpen, kApproved, kRejected, kExpired };
[[nodiscard]] std::string_view to_string(HoldStatus status);

/// Changes of one class kept back until someone approves exactly them.
struct Hold {
  std::string hash;  ///< `sha256:…` over the sorted identity lines of its changes
  HoldClass hold_class = HoldClass::kRemovals;
  std::size_t count = 0;
  std::string limit;    ///< `10 % of 100 = 10`
  std::string setting;  ///< `usher.yaml:41:7`
  HoldStatus status = HoldStatus::kOpen;
};

/// An account without a link that nobody matched.
struct Unmanaged {
  std::string remote_id;
  std::string key;
};

enum class TargetStatus { kFailed, kPartial, kHeld, kChanges, kInSync };
[[nodiscard]] std::string_view to_string(TargetStatus status);

/// What one run found and means to do, or did, in one target. Everything a report shows comes from
/// here, and all counts are computed from it.
struct Plan {
  std::string target;
  std::string connector;
  std::string hash;  ///< `sha256:…` over the planned and held changes
  TargetStatus status = TargetStatus::kInSync;
  Receipt receipt;
  std::vector<Change> changes;  ///< sorted by `plan_order`
  std::vector<Hold> holds;
  std::vector<Unmanaged> unmanaged;  ///< at most kUnmanagedShown
  bool unmanaged_truncated = false;
  std::vector<Problem> problems;
  std::optional<Seats> seats;
  std::size_t seats_needed = 0;

  std::vector<std::string> sources;  ///< names of the sources it takes people from
  std::size_t people = 0;            ///< how many usable people those hold
  std::size_t out_of_scope = 0;      ///< those of them whom `scope` leaves out
  std::string scope;                 ///< the filter's text; empty: everybody

  std::size_t accounts = 0;
  std::size_t unchanged = 0;
  std::size_t unmanaged_count = 0;
  std::size_t undecided = 0;
  std::size_t conflict = 0;

  int requests = 0;
  int mails = 0;
  double seconds_estimated = 0;
  bool failed = false;          ///< could not be read, or refused us
  bool source_complete = true;  ///< all its sources were read completely
  bool converged = true;        ///< apply: a fresh look found nothing left for whoever was touched
};

inline constexpr std::size_t kUnmanagedShown = 1000;

/// First that applies: failed, partial, held, changes, in_sync.
[[nodiscard]] TargetStatus status_of(const Plan& plan);

[[nodiscard]] bool plan_order(const Change& a, const Change& b);
[[nodiscard]] std::size_t count(const Plan& plan, Action action);
[[nodiscard]] std::size_t count(const Plan& plan, ChangeStatus status);

struct SourceReport {
  std::string name;
  std::size_t people = 0;   ///< usable ones
  std::size_t unknown = 0;  ///< identified, but their record is broken
  Receipt receipt;
  std::vector<Problem> problems;
  bool failed = false;  ///< could not be read at all
};

/// What a run did, as every output format shows it.
struct RunReport {
  std::string version;
  std::string run;      ///< ULID
  std::string mode;     ///< `plan`, `apply`
  std::string started;  ///< RFC 3339, UTC
  int exit_code = 0;
  std::vector<Problem> problems;
  std::vector<SourceReport> sources;
  std::vector<Plan> targets;
};

}  // namespace usher
