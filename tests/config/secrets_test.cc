#include "config/secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace usher {
namespace {

using ::testing::HasSubstr;

class SecretsTest : public ::testing::Test {
 protected:
  SecretsTest() : directory_(::testing::TempDir() + "/usher-secrets-XXXXXX") {
    if (mkdtemp(directory_.data()) == nullptr) throw std::runtime_error("mkdtemp");
  }
  ~SecretsTest() override {
    std::filesystem::remove_all(directory_);
    unsetenv("CREDENTIALS_DIRECTORY");
    unsetenv("USHER_TEST_SECRET");
  }

  std::string write(const std::string& content, mode_t mode) {
    const std::string path = directory_ + "/secret";
    std::ofstream(path, std::ios::binary) << content;
    chmod(path.c_str(), mode);
    return path;
  }

  std::string directory_;
};

TEST_F(SecretsTest, TheNewlineThatEndsAFileIsNoPartOfTheSecret) {
  EXPECT_EQ(load_secret_from_file(write("canary\n", 0600)).secret.reveal(), "canary");
  EXPECT_EQ(load_secret_from_file(write("canary\r\n", 0600)).secret.reveal(), "canary");
  EXPECT_EQ(load_secret_from_file(write("can ary ", 0400)).secret.reveal(), "can ary ");
}

// never-again 104
TEST_F(SecretsTest, AFileThatOthersCanReadIsRefused) {
  for (const mode_t mode : {0640U, 0604U, 0644U, 0440U}) {
    const ResolvedSecret resolved = load_secret_from_file(write("canary\n", mode));
    EXPECT_THAT(resolved.problem, HasSubstr("chmod 600")) << mode;
    EXPECT_TRUE(resolved.secret.empty());
  }
}

TEST_F(SecretsTest, ProblemsNeverShowTheSecret) {
  for (const char* content : {"canary\nsecond line\n", "canary\x01"}) {
    const ResolvedSecret resolved = load_secret_from_file(write(content, 0600));
    EXPECT_THAT(resolved.problem, HasSubstr("one line"));
    EXPECT_THAT(resolved.problem, ::testing::Not(HasSubstr("canary")));
  }
}

TEST_F(SecretsTest, MissingAndEmptyFilesAndDirectoriesAreProblems) {
  EXPECT_THAT(load_secret_from_file(directory_ + "/none").problem, HasSubstr("No such file"));
  EXPECT_THAT(load_secret_from_file(write("\n", 0600)).problem, HasSubstr("is empty"));
  EXPECT_THAT(load_secret_from_file(directory_).problem, HasSubstr("is not a file"));
}

TEST_F(SecretsTest, ACredentialIsWhereSystemdPutItOrInEtc) {
  unsetenv("CREDENTIALS_DIRECTORY");
  EXPECT_EQ(credential_path("token"), "/etc/usher/credentials/token");
  setenv("CREDENTIALS_DIRECTORY", "/run/credentials/usher.service", 1);
  EXPECT_EQ(credential_path("token"), "/run/credentials/usher.service/token");
}

TEST_F(SecretsTest, AnEnvironmentVariableMustBeSetAndNotEmpty) {
  EXPECT_THAT(load_secret_from_env("USHER_TEST_SECRET").problem, HasSubstr("is not set"));
  setenv("USHER_TEST_SECRET", "", 1);
  EXPECT_THAT(load_secret_from_env("USHER_TEST_SECRET").problem, HasSubstr("is empty"));
  setenv("USHER_TEST_SECRET", "canary", 1);
  EXPECT_EQ(load_secret_from_env("USHER_TEST_SECRET").secret.reveal(), "canary");
}

struct AccessList {
  posix_acl_xattr_header header{POSIX_ACL_XATTR_VERSION};
  std::array<posix_acl_xattr_entry, 5> entries;
};

bool set_access_list(const std::string& path, std::uint32_t user) {
  constexpr auto kNobody = static_cast<std::uint32_t>(ACL_UNDEFINED_ID);
  const AccessList list{{POSIX_ACL_XATTR_VERSION},
                        {{{ACL_USER_OBJ, ACL_READ, kNobody},
                          {ACL_USER, ACL_READ, user},
                          {ACL_GROUP_OBJ, 0, kNobody},
                          {ACL_MASK, ACL_READ, kNobody},
                          {ACL_OTHER, 0, kNobody}}}};
  return setxattr(path.c_str(), "system.posix_acl_access", &list, sizeof(list), 0) == 0;
}

// That is how systemd hands a credential to a service: owned by root, mode 0440, and an entry in
// the access control list for the service's user.
TEST_F(SecretsTest, AnAccessListMayNameUsButNobodyElse) {
  const std::string path = write("canary\n", 0400);
  if (!set_access_list(path, geteuid())) GTEST_SKIP() << "no access lists on this file system";
  EXPECT_EQ(load_secret_from_file(path).problem, "");
  ASSERT_TRUE(set_access_list(path, geteuid() + 1));
  EXPECT_THAT(load_secret_from_file(path).problem, HasSubstr("chmod 600"));
}

}  // namespace
}  // namespace usher
