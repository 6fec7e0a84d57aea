#include "daemon/store/store.h"

#include <SQLiteCpp/Backup.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "daemon/store/schema.h"
#include "daemon/store/store_impl.h"

namespace usher {
namespace {

void refuse_foreign_hands(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    throw StoreError(
        fmt::format("{}: there is no state here ({}). Make one with `usher init`, or bring back "
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
    throw StoreError(
        fmt::format("{}: everybody can write the folder {} (mode {:o}) and so replace the state; "
                    "keep it in a folder of its own",
                    path, folder, info.st_mode & 07777U));
  }
}

void make_empty_file(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) {
    const int error = errno;
    throw StoreError(
        error == EEXIST ? fmt::format("{}: there is a state already; it is never overwritten", path)
                        : fmt::format("{}: cannot be made: {}", path, std::strerror(error)));
  }
  close(fd);
}

}  // namespace

std::string explain(const std::string& path, const SQLite::Exception& error) {
  switch (error.getErrorCode()) {
    case SQLITE_FULL:
      return fmt::format("{}: the disk is full; nothing was lost. Make room and run again", path);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return fmt::format(
          "{}: not a sound usher state ({}); nothing was overwritten. Restore a backup with "
          "`usher state restore`",
          path, error.what());
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return fmt::format(
          "{}: cannot be opened ({}). Reading a state needs write access to its folder too, "
          "because SQLite keeps its shared memory beside it: run as the user the service runs as",
          path, error.what());
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fmt::format("{}: another process keeps the state busy ({}); try again", path,
                         error.what());
    case SQLITE_IOERR:
      // What SQLite writes beside the database itself (shared memory) fails like this on a full
      // disk.
      if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG) {
        return fmt::format("{}: the disk is full ({}); nothing was lost. Make room and run again",
                           path, std::strerror(errno));
      }
      return fmt::format("{}: input/output error ({}); check the disk. Nothing was lost", path,
                         error.what());
    default:
      return fmt::format("{}: {}", path, error.what());
  }
}

std::unique_ptr<Store::Impl> Store::copy_to_memory(Impl& from) {
  auto copy = std::make_unique<Impl>(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  copy->path = from.path;
  SQLite::Backup backup(copy->database, from.database);
  if (const int result = backup.executeStep(-1); result != SQLITE_DONE)
    throw SQLite::Exception("busy", result);
  return copy;
}

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

bool Store::exists(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

void Store::create(const std::string& path) {
  const std::string folder = std::filesystem::absolute(path).parent_path().string();
  if (!std::filesystem::is_directory(folder)) {
    throw StoreError(
        fmt::format("{}: the folder {} is missing; make it first (systemd does it for the "
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
      migrate(impl.database);
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
      throw StoreError(
          fmt::format("{}: written by a newer usher (schema {}, this one knows {}); install the "
                      "newer version again, or restore a backup of the older one",
                      path, version, kSchemaVersion));
    }
    const std::string sound = database.execAndGet("PRAGMA quick_check(1)").getString();
    if (sound != "ok") {
      throw StoreError(
          fmt::format("{}: damaged ({}); nothing was overwritten. Restore a backup with "
                      "`usher state restore`",
                      path, sound));
    }
    if (writes) database.exec("PRAGMA synchronous = FULL");
    if (version >= kSchemaVersion) return;
    if (!writes) impl_ = copy_to_memory(*impl_);  // who only reads changes nothing on the disk
    migrate(impl_->database);
  } catch (const SQLite::Exception& error) {
    throw StoreError(explain(path, error));
  }
}

std::unique_ptr<Store> Store::in_memory() {
  auto impl = std::make_unique<Impl>(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  impl->guarded([&] { migrate(impl->database); });
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

// ── upkeep ─────────────────────────────────────────────────────────────────────────────────────

std::vector<std::string> Store::check() const {
  const auto row_text = [](const SQLite::Statement& row) { return text(row, 0); };
  std::vector<std::string> findings = impl_->query<std::string>(row_text, "PRAGMA integrity_check");
  if (findings == std::vector<std::string>{"ok"}) findings.clear();
  for (const std::string& finding : impl_->query<std::string>(
           row_text,
           "SELECT 'operation ' || id || ' (' || action || ' ' || key || ' in ' || target || ') "
           "was begun and "
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
    if (const int result = backup.executeStep(-1); result != SQLITE_DONE)
      throw SQLite::Exception("busy", result);
  } catch (const SQLite::Exception& error) {
    unlink(to.c_str());
    throw StoreError(explain(to, error));
  }
}

}  // namespace usher
