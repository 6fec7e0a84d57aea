#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "daemon/report/report.h"

namespace usher {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;
namespace fs = std::filesystem;

class WriteFileTest : public ::testing::Test {
 protected:
  WriteFileTest() {
    std::string pattern = fs::temp_directory_path() / "usher-report-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~WriteFileTest() override { fs::remove_all(folder_); }

  std::string content_of(const fs::path& path) const {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::ptrdiff_t files() const { return std::distance(fs::directory_iterator(folder_), {}); }

  fs::path folder_;
};

TEST_F(WriteFileTest, WritesTheWholeContentForTheOwnerOnly) {
  const fs::path path = folder_ / "report.html";
  write_file(path, "hello\n");
  EXPECT_EQ(content_of(path), "hello\n");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(files(), 1);
}

TEST_F(WriteFileTest, ReplacesAnOldFileAndItsLooseMode) {
  const fs::path path = folder_ / "report.html";
  std::ofstream(path) << "old";
  fs::permissions(path, fs::perms::all);
  write_file(path, "new");
  EXPECT_EQ(content_of(path), "new");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(WriteFileTest, DoesNotWriteThroughALink) {
  std::ofstream(folder_ / "precious") << "old";
  fs::create_symlink(folder_ / "precious", folder_ / "report.html");
  write_file(folder_ / "report.html", "new");
  EXPECT_EQ(content_of(folder_ / "precious"), "old");
  EXPECT_EQ(content_of(folder_ / "report.html"), "new");
}

TEST_F(WriteFileTest, AMissingFolderIsNamedWithTheReason) {
  const std::string path = folder_ / "no" / "report.html";
  EXPECT_THAT([&] { write_file(path, "x"); },
              ThrowsMessage<std::runtime_error>(
                  ::testing::AllOf(HasSubstr(path), HasSubstr("No such file or directory"))));
}

TEST_F(WriteFileTest, AFolderOrDeviceIsNeverReplaced) {
  EXPECT_THAT([&] { write_file(folder_, "x"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("is a directory")));
  EXPECT_THAT([] { write_file("/dev/null", "x"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("is a device")));
  EXPECT_EQ(files(), 0);
}

}  // namespace
}  // namespace usher
