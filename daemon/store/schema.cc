#include "daemon/store/schema.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <array>
#include <string>

namespace usher {
namespace {

constexpr const char* kVersion1 = R"sql(
CREATE TABLE links (
  target TEXT NOT NULL, source_id TEXT NOT NULL, remote_id TEXT NOT NULL, key TEXT NOT NULL,
  adopted INTEGER NOT NULL, source TEXT NOT NULL, id_attribute TEXT NOT NULL, tenancy TEXT NOT NULL,
  linked_at INTEGER NOT NULL, released_at INTEGER NOT NULL, recreated_at INTEGER NOT NULL,
  missing_since INTEGER NOT NULL, acknowledged_at INTEGER NOT NULL, withdrawn_at INTEGER NOT NULL,
  invitations INTEGER NOT NULL, invited_at INTEGER NOT NULL,
  desired_digest TEXT NOT NULL, person_digest TEXT NOT NULL, name_digest TEXT NOT NULL,
  PRIMARY KEY (target, source_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX links_by_remote ON links (target, remote_id);
CREATE UNIQUE INDEX links_by_tenancy ON links (tenancy, remote_id) WHERE tenancy <> '';

CREATE TABLE absences (
  target TEXT NOT NULL, source_id TEXT NOT NULL, reads INTEGER NOT NULL, first_at INTEGER NOT NULL,
  wanted_hash TEXT NOT NULL, PRIMARY KEY (target, source_id)
) WITHOUT ROWID;

CREATE TABLE targets (
  target TEXT PRIMARY KEY, hash TEXT NOT NULL, match TEXT NOT NULL, last_run INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE sources (
  source TEXT PRIMARY KEY, people INTEGER NOT NULL, parts TEXT NOT NULL, read_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE rewrites (
  target TEXT NOT NULL, source_id TEXT NOT NULL, attribute TEXT NOT NULL, sent TEXT NOT NULL,
  seen TEXT NOT NULL, count INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (target, source_id, attribute)
) WITHOUT ROWID;

CREATE TABLE operations (
  id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, run TEXT NOT NULL, target TEXT NOT NULL,
  source TEXT NOT NULL, source_id TEXT NOT NULL, remote_id TEXT NOT NULL, key TEXT NOT NULL,
  action TEXT NOT NULL, cause TEXT NOT NULL, removal INTEGER NOT NULL, approved INTEGER NOT NULL,
  attempt INTEGER NOT NULL, state TEXT NOT NULL, change TEXT NOT NULL, step TEXT NOT NULL,
  context TEXT NOT NULL, intended_at INTEGER NOT NULL,
  settled_at INTEGER NOT NULL, error TEXT NOT NULL
);
CREATE INDEX operations_by_person ON operations (target, source_id, id);
CREATE INDEX operations_open ON operations (target) WHERE state = 'intended';
CREATE INDEX removals ON operations (target, settled_at) WHERE removal = 1 AND state = 'applied';

CREATE TABLE holds (
  hash TEXT PRIMARY KEY, target TEXT NOT NULL, class TEXT NOT NULL, count INTEGER NOT NULL,
  limit_text TEXT NOT NULL, setting TEXT NOT NULL, created_at INTEGER NOT NULL,
  is_open INTEGER NOT NULL, approved_by TEXT NOT NULL, approved_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE hold_changes (
  hash TEXT NOT NULL, line TEXT NOT NULL, change TEXT NOT NULL, PRIMARY KEY (hash, line)
) WITHOUT ROWID;

CREATE TABLE runs (
  run TEXT PRIMARY KEY, mode TEXT NOT NULL, started INTEGER NOT NULL, finished INTEGER NOT NULL,
  exit_code INTEGER NOT NULL, targets TEXT NOT NULL, report TEXT NOT NULL
) WITHOUT ROWID;
)sql";

constexpr const char* kVersion2 = R"sql(
ALTER TABLE rewrites ADD COLUMN taken INTEGER NOT NULL DEFAULT 1;
ALTER TABLE rewrites ADD COLUMN cause TEXT NOT NULL DEFAULT 'mover';
)sql";

/// One script a version; the n-th brings version n to n + 1. Never edited once released.
constexpr std::array kMigrations{kVersion1, kVersion2};
static_assert(kMigrations.size() == kSchemaVersion);

}  // namespace

void migrate(SQLite::Database& database) {
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::EXCLUSIVE);
  // Asked for under the lock: another program may have been faster.
  const int from = database.execAndGet("PRAGMA user_version").getInt();
  for (auto version = static_cast<std::size_t>(from); version < kMigrations.size(); ++version) {
    database.exec(kMigrations[version]);
  }
  database.exec("PRAGMA user_version = " + std::to_string(kSchemaVersion));
  database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
  transaction.commit();
}

}  // namespace usher
