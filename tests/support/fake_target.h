#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/error.h"
#include "connectors/target.h"

namespace usher {

class Clock;

/// The process died here. Nothing in the product catches it, so everything after it never happened.
struct Crash {};

/// What goes wrong with the writes that a fault hits.
enum class WriteFault {
  kLostBeforeCommit,   ///< nothing was done, and nobody knows that
  kLostAfterCommit,    ///< it was done, and nobody knows that
  kCrashBeforeCommit,  ///< usher dies with the request on its way, which never arrives
  kCrashAfterCommit,   ///< usher dies before it reads the answer
  kConflict,           ///< 409
  kRejected,           ///< 400
  kUnauthorized,       ///< 401
  kRateLimited,        ///< 429, and no retry helps
  kTransient,          ///< 503, and nothing was done
  kDoNothing,          ///< 200, and nothing was done
};

/// What goes wrong with the lists that a fault hits.
enum class ListFault {
  kTransient,      ///< cannot be read at all
  kUnauthorized,   ///< the credential is refused
  kMissingPage,    ///< every second account is missing, and the receipt says so
  kSilentlyShort,  ///< every second account is missing, and the receipt claims to be complete
  kEmpty,          ///< nobody is in it, and the receipt claims to be complete
};

/// A workspace in memory, as a provider would keep it. The tests play its administrator, the
/// network and the power cut.
///
/// Keys compare without regard to case. Ids are given out from 101 on and never again.
class FakeTarget : public Target {
 public:
  explicit FakeTarget(Capabilities capabilities = inviting());

  /// Like TimelinesAI: people are invited, accept, and cannot be removed by the API after that.
  static Capabilities inviting();
  /// Like SCIM: accounts are created, looked up one by one, suspended, woken and deleted.
  static Capabilities managing();
  /// The same with memberships, which are written later, two people at once.
  static Capabilities grouping();
  /// Like the Partner API: batches of accounts that carry nothing of a person.
  static Capabilities placeholders();

  // ── Target ──
  [[nodiscard]] const Capabilities& capabilities() const override { return can; }
  [[nodiscard]] Listing list(AccountSink& sink) override;
  [[nodiscard]] Lookup find(const AccountRef& ref) override;
  [[nodiscard]] Account canonical(Account desired) const override { return desired; }
  [[nodiscard]] std::vector<Applied> apply(std::span<const Change> changes, Steps& steps) override;
  [[nodiscard]] std::vector<Lookup> recover(const Unsettled& operation) override;
  [[nodiscard]] std::vector<Finding> probe() override { return {}; }

  // ── the provider's side ──
  /// Somebody else adds an account; returns its id.
  std::string add(const std::string& key, AccountStatus status = AccountStatus::kActive,
                  Fields fields = {});
  /// By remote id or key; null when there is none.
  [[nodiscard]] Account* account(std::string_view name);
  void erase(std::string_view name);
  [[nodiscard]] std::vector<std::string> keys() const;  ///< sorted
  [[nodiscard]] std::size_t size() const { return accounts_.size(); }

  // ── faults ──
  /// The next write but `after` ones, and so many from there on.
  void fail_writes(WriteFault fault, int after = 0, int times = 1) {
    writes_.push_back({fault, after, times});
  }
  /// The same for lists and for look-ups of one account.
  void fail_lists(ListFault fault, int after = 0, int times = 1) {
    lists_.push_back({fault, after, times});
  }
  bool find_fails = false;
  std::string refused_group;  ///< whoever is to be put in it makes the whole request a 400

  /// What the provider makes of a value that it is sent.
  std::function<Value(const std::string& field, const Value& value)> rewrite;
  /// What a creation takes before its own request.
  std::function<void(Steps& steps)> first_step;
  std::function<void()> after_write;  ///< somebody else is quick
  /// Writes become visible so long after they were made; needs a clock that outlives the target.
  std::int64_t delay_seconds = 0;
  const Clock* clock = nullptr;

  Capabilities can;
  std::optional<Seats> seats;
  std::string tenancy = "fake://workspace";

  // ── what was asked of it ──
  int list_count = 0;
  int find_count = 0;
  std::vector<std::string> writes;  ///< `invite ann@example.com`, `revoke 102`, as they arrived

 private:
  template <typename Kind>
  struct Fault {
    Kind kind;
    int after;
    int times;
  };
  template <typename Kind>
  static std::optional<Kind> strike(std::vector<Fault<Kind>>& faults);

  /// What lists and look-ups show of an account that changed a moment ago.
  struct Shadow {
    std::optional<Account> before;
    std::int64_t changed_at = 0;
  };

  [[nodiscard]] std::int64_t now() const;
  [[nodiscard]] std::vector<Account> visible() const;
  void remember(const std::string& remote_id);

  Applied apply_one(const Change& change, Steps& steps);
  std::vector<Applied> put_in_groups(std::span<const Change> changes, Steps& steps);
  std::vector<Applied> create_batch(std::span<const Change> changes, Steps& steps);
  Applied reinvite(const Change& change, Steps& steps);
  /// One request: journalled, disturbed, then done.
  Applied send(std::string_view step, const std::string& what, Steps& steps,
               const std::function<Applied()>& commit);

  Applied commit(const Change& change);
  Applied commit_creation(const Change& change);
  void write_fields(Account& account, const Fields& fields);

  std::map<std::string, Account> accounts_;  ///< by remote id
  std::map<std::string, Shadow> shadows_;
  std::vector<Fault<WriteFault>> writes_;
  std::vector<Fault<ListFault>> lists_;
  int next_id_ = 101;
};

}  // namespace usher
