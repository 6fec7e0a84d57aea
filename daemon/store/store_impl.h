#pragma once

// What the files of the store share, and nobody else needs: the open database and how rows are
// read.

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>
#include <utility>
#include <vector>

#include "daemon/store/store.h"

namespace usher {

/// What an SQLite error means for whoever runs usher, and what to do now.
[[nodiscard]] std::string explain(const std::string& path, const SQLite::Exception& error);

[[nodiscard]] inline std::string text(const SQLite::Statement& row, int column) {
  return const_cast<SQLite::Statement&>(row).getColumn(column).getString();
}

[[nodiscard]] inline std::int64_t number(const SQLite::Statement& row, int column) {
  return const_cast<SQLite::Statement&>(row).getColumn(column).getInt64();
}

inline constexpr int kBusyTimeoutMs = 10'000;

struct Store::Impl {
  std::string path;
  mutable SQLite::Database database;
  int depth = 0;  ///< of nested `transact` calls

  Impl(std::string file, int flags)
      : path(std::move(file)), database(path, flags, kBusyTimeoutMs) {}

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

}  // namespace usher
