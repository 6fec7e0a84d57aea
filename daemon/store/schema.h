#pragma once

namespace SQLite {
class Database;
}

namespace usher {

inline constexpr int kSchemaVersion = 2;
inline constexpr int kApplicationId =
    0x55534852;  // "USHR", in the file header for `file` and for us

/// Brings an open database from its version to ours, in one transaction. Throws SQLite::Exception.
void migrate(SQLite::Database& database);

}  // namespace usher
