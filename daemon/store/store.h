#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "daemon/store/error.h"
#include "mapping/change.h"
#include "mapping/link.h"
#include "mapping/plan.h"

namespace usher {

/// Someone who was wanted and is missing, or has left the scope.
struct Absence {
  std::string source_id;
  int reads = 0;              ///< complete reads in a row without the person
  std::int64_t first_at = 0;  ///< of the first of them
  std::string wanted_hash;    ///< configuration hash under which the person was last wanted
};

/// What a target remembers between runs.
struct TargetMemory {
  std::string hash;  ///< TargetConfig::hash at the last run that planned it
  std::string match;
  std::int64_t last_run = 0;  ///< of the last run that ended without failure
};

/// The last complete read of a source.
struct SourceMemory {
  std::uint64_t people = 0;
  std::vector<std::string> parts;
  std::int64_t read_at = 0;
};

/// A read-back that differed from what was written.
struct Rewrite {
  std::string source_id;
  std::string attribute;
  std::string sent;
  std::string seen;  ///< empty: the target shows nothing
  int count = 0;     ///< how often: within 24 h if taken, else of the same value
  std::int64_t at = 0;
  /// The target keeps what was sent in a form of its own: equal while both stay as they are. False:
  /// nothing shows that it was written, or it gives power and is not what was sent.
  bool taken = true;
  Cause cause = Cause::kMover;  ///< of the change that wrote it
};

/// A row of the journal. Times are seconds since the epoch.
struct Operation {
  std::int64_t id = 0;
  std::int64_t batch = 0;  ///< operations sent in one request share it
  std::string run;
  std::string target;
  std::string source;
  Change change;
  bool approved = false;
  std::string state;    ///< intended, applied, failed, skipped
  std::string step;     ///< last step begun; those before it were done
  std::string context;  ///< of the last step
  std::int64_t intended_at = 0;
  std::int64_t settled_at = 0;
  std::string error;
};

/// One operation about to be sent.
struct Intent {
  const Change* change = nullptr;
  std::string source;
  bool approved = false;
};

/// What a person did, or had done to them: one line of `usher history`.
struct HistoryEntry {
  std::int64_t at = 0;
  std::string run;
  std::string target;
  std::string source_id;
  std::string key;
  std::string action;
  std::string cause;
  std::string state;
  std::string error;
};

struct StoredHold {
  std::string target;
  Hold hold;
  std::vector<Change> changes;
  std::int64_t created_at = 0;
  std::string approved_by;  ///< user@host
  std::int64_t approved_at = 0;
};

struct StoredRun {
  std::string run;
  std::string mode;
  std::int64_t started = 0;
  std::int64_t finished = 0;
  int exit_code = 0;
  std::string report;  ///< the JSON of the run
};

inline constexpr std::int64_t kDay = 86'400;  ///< seconds, as all times of the state
inline constexpr std::int64_t kApprovalLife = 7 * kDay;

/// The state: links, journal, absences, holds and runs in one SQLite file.
///
/// Every method is one transaction unless it is called inside `transact`. What a method wrote is on
/// disk when it returns (WAL with synchronous=FULL). Throws StoreError for everything that goes
/// wrong. One object belongs to one thread; several objects, in one or more processes, may have the
/// same file open.
class Store {
 public:
  enum class Access { kRead, kWrite };

  /// Makes a new state. Throws when the file is there already: a state is never overwritten.
  static void create(const std::string& path);

  /// Opens an existing state, checks owner rights, version and integrity, and migrates it when
  /// opened for writing. Who only reads the state of an older usher reads a migrated copy of it.
  Store(const std::string& path, Access access);

  /// A state that lives and dies with the object, for `plan` before `init`.
  static std::unique_ptr<Store> in_memory();

  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  [[nodiscard]] static bool exists(const std::string& path);

  /// Runs `body` as one transaction; rolled back when it throws.
  void transact(const std::function<void()>& body);

  // ── links ──
  [[nodiscard]] std::vector<Link> links(const std::string& target) const;
  [[nodiscard]] std::vector<Link> all_links() const;
  /// Names of the targets that have links, open holds or operations not yet settled, whether they
  /// are configured or not, sorted.
  [[nodiscard]] std::vector<std::string> known_targets() const;
  [[nodiscard]] std::optional<Link> find_link(const std::string& target,
                                              const std::string& source_id) const;
  /// Who holds `remote_id` in another target of the same tenancy, else in `target`. An empty
  /// tenancy has not been learnt: no other target is known to share it.
  [[nodiscard]] std::optional<Link> find_holder(const std::string& target,
                                                const std::string& tenancy,
                                                const std::string& remote_id) const;
  /// remote ids that other targets of the same tenancy hold, with the name of that target.
  [[nodiscard]] std::map<std::string, std::string> sibling_links(const std::string& tenancy,
                                                                 const std::string& target) const;
  /// Writes the link of one person in one target. Throws when the account is linked to somebody
  /// else: one account has one person.
  void put_link(const Link& link);
  void drop_link(const std::string& target, const std::string& source_id);

  // ── absences, memories ──
  [[nodiscard]] std::map<std::string, Absence> absences(const std::string& target) const;
  void put_absence(const std::string& target, const Absence& absence);
  void drop_absence(const std::string& target, const std::string& source_id);
  [[nodiscard]] std::optional<TargetMemory> target_memory(const std::string& target) const;
  void put_target_memory(const std::string& target, const TargetMemory& memory);
  [[nodiscard]] std::optional<SourceMemory> source_memory(const std::string& source) const;
  void put_source_memory(const std::string& source, const SourceMemory& memory);
  [[nodiscard]] std::vector<Rewrite> rewrites(const std::string& target) const;
  void put_rewrite(const std::string& target, const Rewrite& rewrite);
  void drop_rewrite(const std::string& target, const std::string& source_id,
                    const std::string& attribute);
  /// All of one person; so does a link that gets another account, or whose access comes or goes.
  void drop_rewrites(const std::string& target, const std::string& source_id);

  // ── journal ──
  /// Writes down that one request for all of `intents` is about to leave, as step `step`. Returns
  /// the ids of the operations, in order. On disk when it returns.
  std::vector<std::int64_t> intend(const std::string& run, const std::string& target,
                                   std::span<const Intent> intents, const std::string& step,
                                   const std::string& context, std::int64_t now);
  /// A further step of operations that were begun before.
  void intend_step(std::span<const std::int64_t> operations, const std::string& step,
                   const std::string& context, std::int64_t now);
  /// Closes an operation: `applied`, `failed` or `skipped`.
  void settle(std::int64_t operation, const std::string& state, const std::string& remote_id,
              const std::string& error, std::int64_t now);
  /// Records an operation that sent nothing: an adoption without fields, or one that failed before
  /// its first request.
  void record(const std::string& run, const std::string& target, const Intent& intent,
              const std::string& state, std::int64_t now);
  /// Operations that were begun and never settled, oldest first.
  [[nodiscard]] std::vector<Operation> unsettled(const std::string& target) const;
  [[nodiscard]] std::vector<Operation> all_unsettled() const;
  /// The last operation of each person of `target`, where it failed.
  [[nodiscard]] std::map<std::string, Operation> failures(const std::string& target) const;
  /// Removals carried out since `since` that nobody had approved.
  [[nodiscard]] std::size_t removals_of_target(const std::string& target, std::int64_t since) const;
  [[nodiscard]] std::size_t removals_of_source(const std::string& source, std::int64_t since) const;
  /// Newest first. `person`: source id or key; empty: everybody.
  [[nodiscard]] std::vector<HistoryEntry> history(const std::string& person,
                                                  std::size_t limit) const;

  // ── holds ──
  /// Makes the open holds of `target` exactly `holds`; approvals stay until they are used up or
  /// expire.
  void replace_holds(const std::string& target, const std::vector<StoredHold>& holds,
                     std::int64_t now);
  [[nodiscard]] std::vector<StoredHold> holds() const;
  /// Holds whose hash begins with `prefix` (with or without `sha256:`).
  [[nodiscard]] std::vector<StoredHold> find_holds(const std::string& prefix) const;
  void approve(const std::string& hash, const std::string& who, std::int64_t now);
  /// Identity lines of the changes of `target` that are approved and have not expired.
  [[nodiscard]] std::set<std::string> approved_lines(const std::string& target,
                                                     std::int64_t now) const;
  /// An approval releases a change once: it is gone when the change has been carried out.
  void consume_approval(const std::string& target, const std::string& line);

  // ── runs ──
  /// The oldest go when there are more than 5,000; the journal keeps what was done.
  void put_run(const StoredRun& run);
  [[nodiscard]] std::vector<StoredRun> runs(
      std::size_t limit) const;  ///< newest first, without report
  [[nodiscard]] std::optional<StoredRun> last_run_of(const std::string& target) const;

  // ── upkeep ──
  /// SQLite's own integrity check and ours (links without source, unsettled operations); empty:
  /// fine.
  [[nodiscard]] std::vector<std::string> check() const;
  /// Copies the state to a new file while it is in use.
  void backup(const std::string& to) const;

 private:
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  [[nodiscard]] static std::unique_ptr<Impl> copy_to_memory(Impl& from);
  std::unique_ptr<Impl> impl_;
};

}  // namespace usher
