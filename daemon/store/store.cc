#include "daemon/store/store.h"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/store/change_json.h"
#include "daemon/store/schema.h"

namespace usher {
namespace {

constexpr int kBusyTimeoutMs = 10'000;

std::string explain(const std::string& path, const SQLite::Exception& error) {
  switch (error.getErrorCode()) {
    case SQLITE_FULL:
      return fmt::format("{}: the disk is full; nothing was lost. Make room and run again", path);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return fmt::format("{}: not a sound usher state ({}); nothing was overwritten. Restore a backup with "
                         "`usher state restore`",
                         path, error.what());
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return fmt::format("{}: cannot be opened ({}). Reading a state needs write access to its folder too, "
                         "because SQLite keeps its shared memory beside it: run as the user the service runs as",
                         path, error.what());
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fmt::format("{}: another process keeps the state busy ({}); try again", path, error.what());
    case SQLITE_IOERR:
      return fmt::format("{}: input/output error ({}); check the disk. Nothing was lost", path, error.what());
    default: return fmt::format("{}: {}", path, error.what());
  }
}

void refuse_foreign_hands(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    throw StoreError(fmt::format("{}: there is no state here ({}). Make one with `usher init`, or bring back "
                                 "a backup with `usher state restore`; a lost state must not be mistaken for "
                                 "a first run",
                                 path, std::strerror(errno)));
  }
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    throw StoreError(fmt::format("{}: others can write this file (mode {:o}); `chmod 600 {}`", path,
                                 info.st_mode & 07777U, path));
  }
  const std::string folder = std::filesystem::absolute(path).parent_path().string();
  if (stat(folder.c_str(), &info) == 0 && (info.st_mode & S_IWOTH) != 0) {
    throw StoreError(fmt::format("{}: everybody can write the folder {} (mode {:o}) and so replace the state; "
                                 "keep it in a folder of its own",
                                 path, folder, info.st_mode & 07777U));
  }
}

void make_empty_file(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) {
    const int error = errno;
    throw StoreError(error == EEXIST
                         ? fmt::format("{}: there is a state already; it is never overwritten", path)
                         : fmt::format("{}: cannot be made: {}", path, std::strerror(error)));
  }
  close(fd);
}

std::string with_prefix(const std::string& hash) {
  return hash.starts_with("sha256:") ? hash : "sha256:" + hash;
}

}  // namespace

struct Store::Impl {
  std::string path;
  mutable SQLite::Database database;
  int depth = 0;  ///< of nested `transact` calls

  Impl(std::string file, int flags) : path(std::move(file)), database(path, flags, kBusyTimeoutMs) {}

  /// Runs `body` and turns what SQLite throws into our own error.
  template <typename Body>
  auto guarded(Body body) const {
    try {
      return body();
    } catch (const SQLite::Exception& error) {
      throw StoreError(explain(path, error));
    }
  }

  template <typename... Args>
  void exec(const char* sql, const Args&... args) const {
    guarded([&] {
      SQLite::Statement statement(database, sql);
      bind_all(statement, args...);
      statement.exec();
    });
  }

  template <typename Row, typename Read, typename... Args>
  std::vector<Row> query(Read read, const char* sql, const Args&... args) const {
    return guarded([&] {
      std::vector<Row> rows;
      SQLite::Statement statement(database, sql);
      bind_all(statement, args...);
      while (statement.executeStep()) rows.push_back(read(statement));
      return rows;
    });
  }

  template <typename... Args>
  static void bind_all(SQLite::Statement& statement, const Args&... args) {
    int index = 0;
    (bind_one(statement, ++index, args), ...);
  }
  static void bind_one(SQLite::Statement& statement, int index, const std::string& value) {
    statement.bindNoCopy(index, value);
  }
  static void bind_one(SQLite::Statement& statement, int index, std::int64_t value) {
    statement.bind(index, value);
  }
};

namespace {

std::string text(const SQLite::Statement& row, int column) {
  return const_cast<SQLite::Statement&>(row).getColumn(column).getString();
}
std::int64_t number(const SQLite::Statement& row, int column) {
  return const_cast<SQLite::Statement&>(row).getColumn(column).getInt64();
}

Link read_link(const SQLite::Statement& row) {
  Link link;
  link.target = text(row, 0);
  link.source_id = text(row, 1);
  link.remote_id = text(row, 2);
  link.key = text(row, 3);
  link.origin = number(row, 4) != 0 ? Origin::kAdopted : Origin::kCreated;
  link.source = text(row, 5);
  link.id_attribute = text(row, 6);
  link.tenancy = text(row, 7);
  link.linked_at = number(row, 8);
  link.released_at = number(row, 9);
  link.recreated_at = number(row, 10);
  link.missing_since = number(row, 11);
  link.acknowledged_at = number(row, 12);
  link.withdrawn_at = number(row, 13);
  link.invitations = static_cast<int>(number(row, 14));
  link.invited_at = number(row, 15);
  link.desired_digest = text(row, 16);
  link.person_digest = text(row, 17);
  link.name_digest = text(row, 18);
  return link;
}

Operation read_operation(const SQLite::Statement& row) {
  Operation operation;
  operation.id = number(row, 0);
  operation.batch = number(row, 1);
  operation.run = text(row, 2);
  operation.target = text(row, 3);
  operation.source = text(row, 4);
  operation.change = change_from_json(nlohmann::json::parse(text(row, 5)));
  operation.approved = number(row, 6) != 0;
  operation.change.attempt = static_cast<int>(number(row, 7));
  operation.state = text(row, 8);
  operation.step = text(row, 9);
  operation.step_state = text(row, 10);
  operation.context = text(row, 11);
  operation.intended_at = number(row, 12);
  operation.settled_at = number(row, 13);
  operation.error = text(row, 14);
  return operation;
}

constexpr const char* kOperationColumns =
    "SELECT id, batch, run, target, source, change, approved, attempt, state, step, step_state, "
    "context, intended_at, settled_at, error FROM operations ";

StoredHold read_hold(const SQLite::Statement& row) {
  StoredHold stored;
  stored.hold.hash = text(row, 0);
  stored.target = text(row, 1);
  stored.hold.hold_class = parse_hold_class(text(row, 2)).value_or(HoldClass::kRemovals);
  stored.hold.count = static_cast<std::size_t>(number(row, 3));
  stored.hold.limit = text(row, 4);
  stored.hold.setting = text(row, 5);
  stored.created_at = number(row, 6);
  stored.approved_by = text(row, 7);
  stored.approved_at = number(row, 8);
  stored.hold.status = stored.approved_at != 0 ? HoldStatus::kApproved : HoldStatus::kOpen;
  return stored;
}

StoredRun read_run(const SQLite::Statement& row) {
  return {text(row, 0), text(row, 1), number(row, 2), number(row, 3), static_cast<int>(number(row, 4)), {}};
}

}  // namespace

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

bool Store::exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

void Store::create(const std::string& path) {
  const std::string folder = std::filesystem::absolute(path).parent_path().string();
  if (!std::filesystem::is_directory(folder)) {
    throw StoreError(fmt::format("{}: the folder {} is missing; make it first (systemd does it for the "
                                 "service)",
                                 path, folder));
  }
  make_empty_file(path);
  try {
    refuse_foreign_hands(path);
    Impl impl(path, SQLite::OPEN_READWRITE);
    impl.guarded([&] {
      impl.database.exec("PRAGMA journal_mode = WAL");
      impl.database.exec("PRAGMA synchronous = FULL");
      migrate(impl.database, 0);
    });
  } catch (...) {
    unlink(path.c_str());
    throw;
  }
}

Store::Store(const std::string& path, Access access) {
  refuse_foreign_hands(path);
  const bool writes = access == Access::kWrite;
  try {
    impl_ = std::make_unique<Impl>(path, writes ? SQLite::OPEN_READWRITE : SQLite::OPEN_READONLY);
    SQLite::Database& database = impl_->database;
    const int version = database.execAndGet("PRAGMA user_version").getInt();
    const int application = database.execAndGet("PRAGMA application_id").getInt();
    if (application != kApplicationId || version == 0) {
      throw StoreError(fmt::format("{}: this is not an usher state; nothing was changed", path));
    }
    if (version > kSchemaVersion) {
      throw StoreError(fmt::format("{}: written by a newer usher (schema {}, this one knows {}); install the "
                                   "newer version again, or restore a backup of the older one",
                                   path, version, kSchemaVersion));
    }
    const std::string sound = database.execAndGet("PRAGMA quick_check(1)").getString();
    if (sound != "ok") {
      throw StoreError(fmt::format("{}: damaged ({}); nothing was overwritten. Restore a backup with "
                                   "`usher state restore`",
                                   path, sound));
    }
    if (writes) {
      database.exec("PRAGMA synchronous = FULL");
      if (version < kSchemaVersion) migrate(database, version);
    }
  } catch (const SQLite::Exception& error) {
    throw StoreError(explain(path, error));
  }
}

std::unique_ptr<Store> Store::in_memory() {
  auto impl = std::make_unique<Impl>(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  impl->guarded([&] { migrate(impl->database, 0); });
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

void Store::transact(const std::function<void()>& body) {
  if (impl_->depth > 0) return body();
  impl_->guarded([&] {
    SQLite::Transaction transaction(impl_->database, SQLite::TransactionBehavior::IMMEDIATE);
    ++impl_->depth;
    try {
      body();
    } catch (...) {
      --impl_->depth;
      throw;
    }
    --impl_->depth;
    transaction.commit();
  });
}

// ── links ──────────────────────────────────────────────────────────────────────────────────────

std::vector<Link> Store::links(const std::string& target) const {
  return impl_->query<Link>(read_link, "SELECT * FROM links WHERE target = ?", target);
}

std::vector<Link> Store::all_links() const {
  return impl_->query<Link>(read_link, "SELECT * FROM links ORDER BY target, source_id");
}

std::optional<Link> Store::find_link(const std::string& target, const std::string& source_id) const {
  const auto rows = impl_->query<Link>(read_link, "SELECT * FROM links WHERE target = ? AND source_id = ?", target,
                                       source_id);
  return rows.empty() ? std::nullopt : std::optional(rows.front());
}

std::optional<Link> Store::find_holder(const std::string& target, const std::string& tenancy,
                                       const std::string& remote_id) const {
  const auto rows = impl_->query<Link>(
      read_link,
      "SELECT * FROM links WHERE tenancy = ?2 AND tenancy <> '' AND target <> ?1 AND remote_id = ?3 "
      "UNION ALL SELECT * FROM links WHERE target = ?1 AND remote_id = ?3",
      target, tenancy, remote_id);
  return rows.empty() ? std::nullopt : std::optional(rows.front());
}

std::map<std::string, std::string> Store::sibling_links(const std::string& tenancy,
                                                        const std::string& target) const {
  using Pair = std::pair<std::string, std::string>;
  const auto rows = impl_->query<Pair>(
      [](const SQLite::Statement& row) { return Pair(text(row, 0), text(row, 1)); },
      "SELECT remote_id, target FROM links WHERE tenancy = ? AND tenancy <> '' AND target <> ?", tenancy, target);
  return {rows.begin(), rows.end()};
}

void Store::put_link(const Link& link) {
  // Not INSERT OR REPLACE: that would quietly take the account away from whoever else has it.
  transact([&] {
    drop_link(link.target, link.source_id);
    if (const auto holder = find_holder(link.target, link.tenancy, link.remote_id)) {
      throw StoreError(fmt::format("account {} is linked to {} in target '{}' already; an account belongs to one "
                                   "person. `usher links drop` frees it",
                                   link.remote_id, holder->source_id, holder->target));
    }
    impl_->exec("INSERT INTO links VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", link.target, link.source_id,
                link.remote_id, link.key, static_cast<std::int64_t>(link.origin == Origin::kAdopted), link.source,
                link.id_attribute, link.tenancy, link.linked_at, link.released_at, link.recreated_at,
                link.missing_since, link.acknowledged_at, link.withdrawn_at,
                static_cast<std::int64_t>(link.invitations), link.invited_at, link.desired_digest,
                link.person_digest, link.name_digest);
  });
}

void Store::drop_link(const std::string& target, const std::string& source_id) {
  impl_->exec("DELETE FROM links WHERE target = ? AND source_id = ?", target, source_id);
}

// ── absences, memories ─────────────────────────────────────────────────────────────────────────

std::map<std::string, Absence> Store::absences(const std::string& target) const {
  const auto rows = impl_->query<Absence>(
      [](const SQLite::Statement& row) {
        return Absence{text(row, 0), static_cast<int>(number(row, 1)), number(row, 2), text(row, 3)};
      },
      "SELECT source_id, reads, first_at, wanted_hash FROM absences WHERE target = ?", target);
  std::map<std::string, Absence> absences;
  for (const Absence& row : rows) absences.emplace(row.source_id, row);
  return absences;
}

void Store::put_absence(const std::string& target, const Absence& absence) {
  impl_->exec("INSERT OR REPLACE INTO absences VALUES (?,?,?,?,?)", target, absence.source_id,
              static_cast<std::int64_t>(absence.reads), absence.first_at, absence.wanted_hash);
}

void Store::drop_absence(const std::string& target, const std::string& source_id) {
  impl_->exec("DELETE FROM absences WHERE target = ? AND source_id = ?", target, source_id);
}

std::optional<TargetMemory> Store::target_memory(const std::string& target) const {
  const auto rows = impl_->query<TargetMemory>(
      [](const SQLite::Statement& row) { return TargetMemory{text(row, 0), text(row, 1), number(row, 2)}; },
      "SELECT hash, match, last_run FROM targets WHERE target = ?", target);
  return rows.empty() ? std::nullopt : std::optional(rows.front());
}

void Store::put_target_memory(const std::string& target, const TargetMemory& memory) {
  impl_->exec("INSERT OR REPLACE INTO targets VALUES (?,?,?,?)", target, memory.hash, memory.match,
              memory.last_run);
}

std::optional<SourceMemory> Store::source_memory(const std::string& source) const {
  const auto rows = impl_->query<SourceMemory>(
      [](const SQLite::Statement& row) {
        return SourceMemory{static_cast<std::uint64_t>(number(row, 0)),
                            nlohmann::json::parse(text(row, 1)).get<std::vector<std::string>>(),
                            number(row, 2)};
      },
      "SELECT people, parts, read_at FROM sources WHERE source = ?", source);
  return rows.empty() ? std::nullopt : std::optional(rows.front());
}

void Store::put_source_memory(const std::string& source, const SourceMemory& memory) {
  impl_->exec("INSERT OR REPLACE INTO sources VALUES (?,?,?,?)", source,
              static_cast<std::int64_t>(memory.people), nlohmann::json(memory.parts).dump(), memory.read_at);
}

std::vector<Rewrite> Store::rewrites(const std::string& target) const {
  return impl_->query<Rewrite>(
      [](const SQLite::Statement& row) {
        return Rewrite{text(row, 0), text(row, 1), text(row, 2), text(row, 3),
                       static_cast<int>(number(row, 4)), number(row, 5)};
      },
      "SELECT source_id, attribute, sent, seen, count, at FROM rewrites WHERE target = ?", target);
}

void Store::put_rewrite(const std::string& target, const Rewrite& rewrite) {
  impl_->exec("INSERT OR REPLACE INTO rewrites VALUES (?,?,?,?,?,?,?)", target, rewrite.source_id,
              rewrite.attribute, rewrite.sent, rewrite.seen, static_cast<std::int64_t>(rewrite.count),
              rewrite.at);
}

void Store::drop_rewrite(const std::string& target, const std::string& source_id,
                         const std::string& attribute) {
  impl_->exec("DELETE FROM rewrites WHERE target = ? AND source_id = ? AND attribute = ?", target,
              source_id, attribute);
}

// ── journal ────────────────────────────────────────────────────────────────────────────────────

std::vector<std::int64_t> Store::intend(const std::string& run, const std::string& target,
                                        std::span<const Intent> intents, const std::string& step,
                                        const std::string& context, std::int64_t now) {
  std::vector<std::int64_t> ids;
  transact([&] {
    SQLite::Database& database = impl_->database;
    const std::int64_t batch =
        database.execAndGet("SELECT coalesce(max(id), 0) + 1 FROM operations").getInt64();
    for (const Intent& intent : intents) {
      const Change& change = *intent.change;
      impl_->exec(
          "INSERT INTO operations (batch, run, target, source, source_id, remote_id, key, action, cause, "
          "removal, approved, attempt, state, change, step, step_state, context, intended_at, settled_at, "
          "error) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,'intended',?,?,'intended',?,?,0,'')",
          batch, run, target, intent.source, change.source_id, change.remote_id, change.key,
          std::string(to_string(change.action)), std::string(to_string(change.cause)),
          static_cast<std::int64_t>(is_removal(change)), static_cast<std::int64_t>(intent.approved),
          static_cast<std::int64_t>(change.attempt), to_json(change).dump(), step, context, now);
      ids.push_back(database.getLastInsertRowid());
    }
  });
  return ids;
}

void Store::intend_step(std::span<const std::int64_t> operations, const std::string& step,
                        const std::string& context, std::int64_t now) {
  transact([&] {
    for (const std::int64_t id : operations) {
      impl_->exec(
          "UPDATE operations SET step = ?, step_state = 'intended', context = ?, intended_at = ? WHERE id = ?",
          step, context, now, id);
    }
  });
}

void Store::finish_step(std::span<const std::int64_t> operations, const std::string& step,
                        std::int64_t now) {
  transact([&] {
    for (const std::int64_t id : operations) {
      impl_->exec("UPDATE operations SET step = ?, step_state = 'done', settled_at = ? WHERE id = ?", step,
                  now, id);
    }
  });
}

void Store::settle(std::int64_t operation, const std::string& state, const std::string& remote_id,
                   const std::string& error, std::int64_t now) {
  impl_->exec(
      "UPDATE operations SET state = ?, settled_at = ?, error = ?, "
      "remote_id = CASE WHEN ? = '' THEN remote_id ELSE ? END WHERE id = ?",
      state, now, error, remote_id, remote_id, operation);
}

void Store::record(const std::string& run, const std::string& target, const Intent& intent,
                   const std::string& state, std::int64_t now) {
  transact([&] {
    const auto ids = intend(run, target, std::span(&intent, 1), "", "", now);
    settle(ids.front(), state, intent.change->remote_id, intent.change->error, now);
  });
}

std::vector<Operation> Store::unsettled(const std::string& target) const {
  const std::string sql =
      std::string(kOperationColumns) + "WHERE target = ? AND state = 'intended' ORDER BY id";
  return impl_->query<Operation>(read_operation, sql.c_str(), target);
}

std::map<std::string, Operation> Store::failures(const std::string& target) const {
  const std::string sql = std::string(kOperationColumns) +
                          "WHERE state = 'failed' AND id IN "
                          "(SELECT max(id) FROM operations WHERE target = ? GROUP BY source_id)";
  std::map<std::string, Operation> failures;
  for (Operation& row : impl_->query<Operation>(read_operation, sql.c_str(), target)) {
    failures.emplace(row.change.source_id, std::move(row));
  }
  return failures;
}

std::size_t Store::removals_of_target(const std::string& target, std::int64_t since) const {
  const auto rows = impl_->query<std::int64_t>(
      [](const SQLite::Statement& row) { return number(row, 0); },
      "SELECT count(*) FROM operations WHERE removal = 1 AND state = 'applied' AND approved = 0 "
      "AND target = ? AND settled_at > ?",
      target, since);
  return static_cast<std::size_t>(rows.at(0));
}

std::size_t Store::removals_of_source(const std::string& source, std::int64_t since) const {
  const auto rows = impl_->query<std::int64_t>(
      [](const SQLite::Statement& row) { return number(row, 0); },
      "SELECT count(*) FROM operations WHERE removal = 1 AND state = 'applied' AND approved = 0 "
      "AND source = ? AND settled_at > ?",
      source, since);
  return static_cast<std::size_t>(rows.at(0));
}

std::vector<HistoryEntry> Store::history(const std::string& person, std::size_t limit) const {
  return impl_->query<HistoryEntry>(
      [](const SQLite::Statement& row) {
        return HistoryEntry{number(row, 0), text(row, 1), text(row, 2), text(row, 3), text(row, 4),
                            text(row, 5),   text(row, 6), text(row, 7), text(row, 8)};
      },
      "SELECT CASE settled_at WHEN 0 THEN intended_at ELSE settled_at END, run, target, source_id, key, "
      "action, cause, state, error FROM operations WHERE ?1 = '' OR source_id = ?1 OR key = ?1 "
      "COLLATE NOCASE ORDER BY id DESC LIMIT ?2",
      person, static_cast<std::int64_t>(limit));
}

// ── holds ──────────────────────────────────────────────────────────────────────────────────────

void Store::replace_holds(const std::string& target, const std::vector<StoredHold>& holds, std::int64_t now) {
  transact([&] {
    impl_->exec("UPDATE holds SET is_open = 0 WHERE target = ?", target);
    for (const StoredHold& stored : holds) {
      const Hold& hold = stored.hold;
      impl_->exec(
          "INSERT INTO holds VALUES (?,?,?,?,?,?,?,1,'',0) ON CONFLICT (hash) DO UPDATE SET is_open = 1, "
          "limit_text = excluded.limit_text, setting = excluded.setting",
          hold.hash, target, std::string(to_string(hold.hold_class)), static_cast<std::int64_t>(hold.count),
          hold.limit, hold.setting, stored.created_at);
      for (const Change& change : stored.changes) {
        impl_->exec("INSERT OR REPLACE INTO hold_changes VALUES (?,?,?)", hold.hash, identity_line(change),
                    to_json(change).dump());
      }
    }
    // What is neither open nor approved says nothing to anybody any more.
    impl_->exec("DELETE FROM holds WHERE target = ? AND is_open = 0 AND approved_at <= ?", target,
                now - kApprovalLife);
    impl_->exec("DELETE FROM hold_changes WHERE hash NOT IN (SELECT hash FROM holds)");
  });
}

std::vector<StoredHold> Store::holds() const { return find_holds(""); }

std::vector<StoredHold> Store::find_holds(const std::string& prefix) const {
  auto holds = impl_->query<StoredHold>(
      read_hold,
      "SELECT hash, target, class, count, limit_text, setting, created_at, approved_by, approved_at "
      "FROM holds WHERE (is_open = 1 OR approved_at <> 0) AND substr(hash, 1, length(?1)) = ?1 "
      "ORDER BY created_at, hash",
      with_prefix(prefix));
  for (StoredHold& hold : holds) {
    hold.changes = impl_->query<Change>(
        [](const SQLite::Statement& row) { return change_from_json(nlohmann::json::parse(text(row, 0))); },
        "SELECT change FROM hold_changes WHERE hash = ? ORDER BY line", hold.hold.hash);
  }
  return holds;
}

void Store::approve(const std::string& hash, const std::string& who, std::int64_t now) {
  impl_->exec("UPDATE holds SET approved_by = ?, approved_at = ? WHERE hash = ?", who, now, hash);
}

std::set<std::string> Store::approved_lines(const std::string& target, std::int64_t now) const {
  const auto rows = impl_->query<std::string>(
      [](const SQLite::Statement& row) { return text(row, 0); },
      "SELECT line FROM hold_changes JOIN holds USING (hash) WHERE target = ? AND approved_at > ?", target,
      now - kApprovalLife);
  return {rows.begin(), rows.end()};
}

void Store::consume_approval(const std::string& target, const std::string& line) {
  transact([&] {
    impl_->exec(
        "DELETE FROM hold_changes WHERE line = ? AND hash IN "
        "(SELECT hash FROM holds WHERE target = ? AND approved_at <> 0)",
        line, target);
    impl_->exec("DELETE FROM holds WHERE target = ? AND hash NOT IN (SELECT hash FROM hold_changes)", target);
  });
}

// ── runs ───────────────────────────────────────────────────────────────────────────────────────

void Store::put_run(const StoredRun& run) {
  std::string targets;
  if (const auto report = nlohmann::json::parse(run.report, nullptr, false); report.is_object()) {
    for (const auto& target : report.value("targets", nlohmann::json::array())) {
      targets += '\n' + target.value("name", "") + '\n';
    }
  }
  impl_->exec("INSERT OR REPLACE INTO runs VALUES (?,?,?,?,?,?,?)", run.run, run.mode, run.started,
              run.finished, static_cast<std::int64_t>(run.exit_code), targets, run.report);
}

std::vector<StoredRun> Store::runs(std::size_t limit) const {
  return impl_->query<StoredRun>(
      read_run, "SELECT run, mode, started, finished, exit_code FROM runs ORDER BY started DESC, run DESC LIMIT ?",
      static_cast<std::int64_t>(limit));
}

std::optional<StoredRun> Store::last_run_of(const std::string& target) const {
  const auto rows = impl_->query<StoredRun>(
      read_run,
      "SELECT run, mode, started, finished, exit_code FROM runs "
      "WHERE instr(targets, ?) > 0 ORDER BY started DESC, run DESC LIMIT 1",
      "\n" + target + "\n");
  return rows.empty() ? std::nullopt : std::optional(rows.front());
}

// ── upkeep ─────────────────────────────────────────────────────────────────────────────────────

std::vector<std::string> Store::check() const {
  const auto row_text = [](const SQLite::Statement& row) { return text(row, 0); };
  std::vector<std::string> findings = impl_->query<std::string>(row_text, "PRAGMA integrity_check");
  if (findings == std::vector<std::string>{"ok"}) findings.clear();
  for (const std::string& finding : impl_->query<std::string>(
           row_text,
           "SELECT 'operation ' || id || ' (' || action || ' ' || key || ' in ' || target || ') was begun and "
           "never settled; the next apply looks it up' FROM operations WHERE state = 'intended'")) {
    findings.push_back(finding);
  }
  return findings;
}

void Store::backup(const std::string& to) const {
  make_empty_file(to);
  try {
    SQLite::Database copy(to, SQLite::OPEN_READWRITE, kBusyTimeoutMs);
    SQLite::Backup backup(copy, impl_->database);
    if (const int result = backup.executeStep(-1); result != SQLITE_DONE) throw SQLite::Exception("busy", result);
  } catch (const SQLite::Exception& error) {
    unlink(to.c_str());
    throw StoreError(explain(to, error));
  }
}

}  // namespace usher
