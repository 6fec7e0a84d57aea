// The state as a file: who may write it, what is in it, and what is never overwritten.

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "daemon/store/schema.h"
#include "daemon/store/store.h"
#include "tests/support/temp_dir.h"

namespace usher {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class StateFileTest : public testing::Test {
 protected:
  void SetUp() override { Store::create(path_); }

  /// What opening the state says; fails the test when it can be opened.
  std::string refusal(Store::Access access = Store::Access::kWrite) {
    try {
      const Store store(path_, access);
    } catch (const StoreError& error) {
      return error.what();
    }
    ADD_FAILURE() << "was opened";
    return {};
  }

  static std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  static mode_t mode(const std::string& path) {
    struct stat info {};
    EXPECT_EQ(stat(path.c_str(), &info), 0) << path;
    return info.st_mode & 07777U;
  }

  static Link link(const std::string& source_id, const std::string& remote_id) {
    Link link;
    link.target = "seats";
    link.source_id = source_id;
    link.remote_id = remote_id;
    return link;
  }

  TempDir dir_;
  std::string path_ = dir_ / "state.db";
};

TEST_F(StateFileTest, IsReadableByItsOwnerOnly) {
  EXPECT_EQ(mode(path_), 0600U);
}

TEST_F(StateFileTest, IsNeverMadeTwice) {
  Store(path_, Store::Access::kWrite).put_link(link("E1", "7"));
  EXPECT_THROW(Store::create(path_), StoreError);
  EXPECT_EQ(Store(path_, Store::Access::kRead).links("seats").size(), 1U);
}

TEST_F(StateFileTest, IsNotMadeInAFolderThatIsNotThere) {
  EXPECT_THROW(Store::create(dir_ / "gone/state.db"), StoreError);
  EXPECT_FALSE(std::filesystem::exists(dir_ / "gone"));
}

TEST_F(StateFileTest, SaysWhatItIsToOtherPrograms) {
  SQLite::Database database(path_);
  EXPECT_EQ(database.execAndGet("PRAGMA application_id").getInt(), kApplicationId);
  EXPECT_EQ(database.execAndGet("PRAGMA user_version").getInt(), kSchemaVersion);
  EXPECT_EQ(database.execAndGet("PRAGMA journal_mode").getString(), "wal");
}

// A lost state must not be mistaken for a first run: everybody would be invited again.
TEST_F(StateFileTest, AMissingStateNamesInitAndRestore) {
  std::filesystem::remove(path_);
  EXPECT_THAT(refusal(),
              AllOf(HasSubstr(path_), HasSubstr("usher init"), HasSubstr("state restore")));
  EXPECT_FALSE(Store::exists(path_));
}

TEST_F(StateFileTest, IsRefusedWhereOthersCanWriteIt) {
  for (const mode_t bad : {0660U, 0606U, 0666U}) {
    chmod(path_.c_str(), bad);
    EXPECT_THAT(refusal(), HasSubstr("chmod 600")) << std::oct << bad;
  }
  chmod(path_.c_str(), 0640);
  EXPECT_NO_THROW(Store(path_, Store::Access::kWrite));
}

TEST_F(StateFileTest, IsRefusedInAFolderThatEverybodyCanWrite) {
  chmod(dir_.path().c_str(), 0777);
  EXPECT_THAT(refusal(), HasSubstr(dir_.path()));
  chmod(dir_.path().c_str(), 0700);
}

TEST_F(StateFileTest, OfANewerVersionIsLeftAlone) {
  {
    SQLite::Database database(path_, SQLite::OPEN_READWRITE);
    database.exec("PRAGMA user_version = 99");
  }
  const std::string before = content(path_);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("newer usher"), HasSubstr("99")));
  EXPECT_THAT(refusal(Store::Access::kRead), HasSubstr("newer usher"));
  EXPECT_EQ(content(path_), before);
}

// `usher plan` of a new version must work beside the state of the old one, and write nothing to it.
TEST_F(StateFileTest, OfAnOlderVersionIsReadAsItIsAndBroughtUpByTheFirstWriter) {
  Store(path_, Store::Access::kWrite).put_link(link("E1", "7"));
  {
    SQLite::Database database(path_, SQLite::OPEN_READWRITE);
    database.exec(
        "ALTER TABLE rewrites DROP COLUMN taken; ALTER TABLE rewrites DROP COLUMN cause;"
        "INSERT INTO rewrites VALUES ('seats', 'E1', 'team', 'A', 'a', 1, 5);"
        "PRAGMA user_version = 1; PRAGMA wal_checkpoint(TRUNCATE)");
  }
  const std::string before = content(path_);
  for (const auto access : {Store::Access::kRead, Store::Access::kWrite}) {
    EXPECT_EQ(content(path_), before);
    const Store store(path_, access);
    EXPECT_EQ(store.links("seats").size(), 1U);
    EXPECT_TRUE(store.rewrites("seats").at(0).taken);
  }
  EXPECT_EQ(SQLite::Database(path_).execAndGet("PRAGMA user_version").getInt(), kSchemaVersion);
}

TEST_F(StateFileTest, ADatabaseOfSomebodyElseIsLeftAlone) {
  const std::string other = dir_ / "other.db";
  {
    SQLite::Database database(other, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec("CREATE TABLE links (x); PRAGMA user_version = 1");
  }
  chmod(other.c_str(), 0600);
  const std::string before = content(other);
  path_ = other;
  EXPECT_THAT(refusal(), HasSubstr("not an usher state"));
  EXPECT_EQ(content(other), before);
}

TEST_F(StateFileTest, AnEmptyFileIsNotAState) {
  path_ = dir_.write("empty.db", "");
  chmod(path_.c_str(), 0600);
  EXPECT_THAT(refusal(), HasSubstr("not an usher state"));
}

TEST_F(StateFileTest, WhatIsNoDatabaseIsNotOverwritten) {
  path_ = dir_.write("text.db", std::string(10'000, 'x'));
  chmod(path_.c_str(), 0600);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("nothing was overwritten"), HasSubstr("state restore")));
  EXPECT_EQ(content(path_), std::string(10'000, 'x'));
}

TEST_F(StateFileTest, ADamagedPageIsFoundWhenItIsOpened) {
  {
    Store store(path_, Store::Access::kWrite);
    store.transact([&] {
      for (int i = 0; i < 500; ++i)
        store.put_link(link("E" + std::to_string(i), std::to_string(i)));
    });
  }
  {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    for (int page = 2; page < 12; ++page) {
      file.seekp(page * 4096);
      file << std::string(4000, '\xff');
    }
  }
  const std::string damaged = content(path_);
  EXPECT_THAT(refusal(), HasSubstr("nothing was overwritten"));
  EXPECT_EQ(content(path_), damaged);
}

TEST_F(StateFileTest, CanBeReadWhileSomebodyWrites) {
  Store writer(path_, Store::Access::kWrite);
  writer.transact([&] {
    writer.put_link(link("E1", "7"));
    EXPECT_THAT(Store(path_, Store::Access::kRead).links("seats"), IsEmpty());
  });
  EXPECT_EQ(Store(path_, Store::Access::kRead).links("seats").size(), 1U);
}

TEST_F(StateFileTest, OpenedForReadingCannotBeWritten) {
  Store reader(path_, Store::Access::kRead);
  EXPECT_THROW(reader.put_link(link("E1", "7")), StoreError);
}

// ── backup ─────────────────────────────────────────────────────────────────────────────────────

TEST_F(StateFileTest, ABackupIsAStateOfItsOwn) {
  Store store(path_, Store::Access::kWrite);
  store.put_link(link("E1", "7"));
  store.backup(dir_ / "copy.db");
  store.put_link(link("E2", "8"));
  EXPECT_EQ(mode(dir_ / "copy.db"), 0600U);
  const Store copy(dir_ / "copy.db", Store::Access::kWrite);
  EXPECT_EQ(copy.links("seats").size(), 1U);
  EXPECT_THAT(copy.check(), IsEmpty());
}

TEST_F(StateFileTest, ABackupOverwritesNothing) {
  const std::string there = dir_.write("copy.db", "precious");
  const Store store(path_, Store::Access::kRead);
  EXPECT_THROW(store.backup(there), StoreError);
  EXPECT_EQ(content(there), "precious");
}

TEST_F(StateFileTest, ABackupThatFailsLeavesNoHalfFileBehind) {
  const Store store(path_, Store::Access::kRead);
  EXPECT_THROW(store.backup(dir_ / "gone/copy.db"), StoreError);
  EXPECT_FALSE(std::filesystem::exists(dir_ / "gone/copy.db"));
}

}  // namespace
}  // namespace usher
