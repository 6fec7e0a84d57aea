// The journal: every operation from its intent to its end.

#include <SQLiteCpp/SQLiteCpp.h>

#include <nlohmann/json.hpp>

#include "daemon/store/change_json.h"
#include "daemon/store/store_impl.h"

namespace usher {
namespace {

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
  operation.context = text(row, 10);
  operation.intended_at = number(row, 11);
  operation.settled_at = number(row, 12);
  operation.error = text(row, 13);
  return operation;
}

constexpr const char* kOperationColumns =
    "SELECT id, batch, run, target, source, change, approved, attempt, state, step, context, "
    "intended_at, settled_at, error FROM operations ";

}  // namespace

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
          "INSERT INTO operations (batch, run, target, source, source_id, remote_id, key, action, "
          "cause, removal, approved, attempt, state, change, step, context, intended_at, "
          "settled_at, error) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,'intended',?,?,?,?,0,'')",
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
          "UPDATE operations SET step = ?, context = ?, intended_at = ? "
          "WHERE id = ?",
          step, context, now, id);
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

std::vector<Operation> Store::all_unsettled() const {
  const std::string sql =
      std::string(kOperationColumns) + "WHERE state = 'intended' ORDER BY target, id";
  return impl_->query<Operation>(read_operation, sql.c_str());
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
      "SELECT CASE settled_at WHEN 0 THEN intended_at ELSE settled_at END, run, target, source_id, "
      "key, "
      "action, cause, state, error FROM operations WHERE ?1 = '' OR source_id = ?1 OR key = ?1 "
      "COLLATE NOCASE ORDER BY id DESC LIMIT ?2",
      person, static_cast<std::int64_t>(limit));
}

}  // namespace usher
