// Holds with their approvals, and the runs.

#include <SQLiteCpp/SQLiteCpp.h>

#include <nlohmann/json.hpp>

#include "daemon/store/change_json.h"
#include "daemon/store/store_impl.h"

namespace usher {
namespace {

constexpr std::int64_t kRunsKept = 5'000;

std::string with_prefix(const std::string& hash) {
  return hash.starts_with("sha256:") ? hash : "sha256:" + hash;
}

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
  return {text(row, 0),
          text(row, 1),
          number(row, 2),
          number(row, 3),
          static_cast<int>(number(row, 4)),
          {}};
}

}  // namespace

// ── holds ──────────────────────────────────────────────────────────────────────────────────────

void Store::replace_holds(const std::string& target, const std::vector<StoredHold>& holds,
                          std::int64_t now) {
  transact([&] {
    impl_->exec("UPDATE holds SET is_open = 0 WHERE target = ?", target);
    for (const StoredHold& stored : holds) {
      const Hold& hold = stored.hold;
      impl_->exec(
          "INSERT INTO holds VALUES (?,?,?,?,?,?,?,1,'',0) ON CONFLICT (hash) DO UPDATE SET "
          "is_open = 1, "
          "limit_text = excluded.limit_text, setting = excluded.setting",
          hold.hash, target, std::string(to_string(hold.hold_class)),
          static_cast<std::int64_t>(hold.count), hold.limit, hold.setting, stored.created_at);
      for (const Change& change : stored.changes) {
        impl_->exec("INSERT OR REPLACE INTO hold_changes VALUES (?,?,?)", hold.hash,
                    identity_line(change), to_json(change).dump());
      }
    }
    // What is neither open nor approved says nothing to anybody any more.
    impl_->exec("DELETE FROM holds WHERE target = ? AND is_open = 0 AND approved_at <= ?", target,
                now - kApprovalLife);
    impl_->exec("DELETE FROM hold_changes WHERE hash NOT IN (SELECT hash FROM holds)");
  });
}

std::vector<StoredHold> Store::holds() const {
  return find_holds("");
}

std::vector<StoredHold> Store::find_holds(const std::string& prefix) const {
  auto holds = impl_->query<StoredHold>(
      read_hold,
      "SELECT hash, target, class, count, limit_text, setting, created_at, approved_by, "
      "approved_at "
      "FROM holds WHERE (is_open = 1 OR approved_at <> 0) AND substr(hash, 1, length(?1)) = ?1 "
      "ORDER BY created_at, hash",
      with_prefix(prefix));
  for (StoredHold& hold : holds) {
    hold.changes = impl_->query<Change>(
        [](const SQLite::Statement& row) {
          return change_from_json(nlohmann::json::parse(text(row, 0)));
        },
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
      "SELECT line FROM hold_changes JOIN holds USING (hash) WHERE target = ? AND approved_at > ?",
      target, now - kApprovalLife);
  return {rows.begin(), rows.end()};
}

void Store::consume_approval(const std::string& target, const std::string& line) {
  transact([&] {
    impl_->exec(
        "DELETE FROM hold_changes WHERE line = ? AND hash IN "
        "(SELECT hash FROM holds WHERE target = ? AND approved_at <> 0)",
        line, target);
    impl_->exec(
        "DELETE FROM holds WHERE target = ? AND hash NOT IN (SELECT hash FROM hold_changes)",
        target);
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
  impl_->exec(
      "DELETE FROM runs WHERE run IN (SELECT run FROM runs ORDER BY started DESC, run DESC LIMIT "
      "-1 OFFSET ?)",
      kRunsKept);
}

std::vector<StoredRun> Store::runs(std::size_t limit) const {
  return impl_->query<StoredRun>(read_run,
                                 "SELECT run, mode, started, finished, exit_code FROM runs ORDER "
                                 "BY started DESC, run DESC LIMIT ?",
                                 static_cast<std::int64_t>(limit));
}

std::optional<StoredRun> Store::last_run_of(const std::string& target) const {
  const auto rows =
      impl_->query<StoredRun>(read_run,
                              "SELECT run, mode, started, finished, exit_code FROM runs "
                              "WHERE instr(targets, ?) > 0 ORDER BY started DESC, run DESC LIMIT 1",
                              "\n" + target + "\n");
  return rows.empty() ? std::nullopt : std::optional(rows.front());
}

}  // namespace usher
