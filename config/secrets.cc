#include "config/secrets.h"

#include <fcntl.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "config/problems.h"

namespace usher {
namespace {

constexpr std::size_t kLongestSecret = 64 << 10;  // bytes
constexpr std::string_view kDefaultDirectory = "/etc/usher/credentials";

class File {
 public:
  explicit File(const std::string& path)
      : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

/// The access control list of a file as the kernel hands it out; empty where it has none.
std::vector<posix_acl_xattr_entry> acl_of(int fd) {
  std::array<char, 4096> raw{};
  const ssize_t size = fgetxattr(fd, "system.posix_acl_access", raw.data(), raw.size());
  const auto header = static_cast<ssize_t>(sizeof(posix_acl_xattr_header));
  if (size <= header) return {};
  std::vector<posix_acl_xattr_entry> entries(static_cast<std::size_t>(size - header) /
                                             sizeof(posix_acl_xattr_entry));
  std::memcpy(entries.data(), raw.data() + header, entries.size() * sizeof(entries[0]));
  return entries;
}

/// Entries for anybody but us. systemd gives a service its credential by such an entry for the
/// service's user; the mode then shows 0440, because with a list the group bits are its mask.
bool lets_others_read(const std::vector<posix_acl_xattr_entry>& acl) {
  return std::any_of(acl.begin(), acl.end(), [](const posix_acl_xattr_entry& entry) {
    const bool ours = entry.e_tag == ACL_USER_OBJ || entry.e_tag == ACL_MASK ||
                      (entry.e_tag == ACL_USER && entry.e_id == geteuid());
    return !ours && (entry.e_perm & ACL_READ) != 0;
  });
}

bool others_can_read(int fd, const struct stat& status) {
  if ((status.st_mode & S_IROTH) != 0) return true;
  if ((status.st_mode & S_IRGRP) == 0) return false;
  const auto acl = acl_of(fd);
  return acl.empty() || lets_others_read(acl);
}

std::string access_problem(int fd, const std::string& path) {
  struct stat status {};
  if (fstat(fd, &status) != 0) return fmt::format("{}: {}", in_quotes(path), std::strerror(errno));
  if (!S_ISREG(status.st_mode)) return fmt::format("{} is not a file", in_quotes(path));
  if (!others_can_read(fd, status)) return {};
  return fmt::format("{} can be read by its group or by others (mode {:04o}); run chmod 600 on it",
                     in_quotes(path), status.st_mode & 07777);
}

std::string content_problem(std::string_view content) {
  if (content.empty()) return "is empty; write the secret into it";
  const bool one_line = std::none_of(content.begin(), content.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  return one_line ? "" : "holds a line break or control character; it must be one line of text";
}

ResolvedSecret checked(std::string content, const std::string& origin) {
  const std::string problem = content_problem(content);
  if (!problem.empty()) return {Secret(), fmt::format("{} {}", origin, problem)};
  return {Secret(std::move(content)), {}};
}

}  // namespace

ResolvedSecret load_secret_from_env(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) {
    return {Secret(), fmt::format("the environment variable {} is not set; set it, or use {{ "
                                  "credential: NAME }}",
                                  in_quotes(name))};
  }
  return checked(value, fmt::format("the environment variable {}", in_quotes(name)));
}

ResolvedSecret load_secret_from_file(const std::string& path) {
  const File file(path);
  if (file.fd() < 0) {
    return {Secret(), fmt::format("{} cannot be read: {}; create it with mode 0600 for the user "
                                  "usher runs as",
                                  in_quotes(path), std::strerror(errno))};
  }
  if (std::string problem = access_problem(file.fd(), path); !problem.empty()) {
    return {Secret(), problem};
  }
  std::string content(kLongestSecret, '\0');
  const ssize_t size = read(file.fd(), content.data(), content.size());
  if (size < 0) {
    return {Secret(), fmt::format("{} cannot be read: {}", in_quotes(path), std::strerror(errno))};
  }
  content.resize(static_cast<std::size_t>(size));
  if (content.ends_with('\n')) content.pop_back();
  if (content.ends_with('\r')) content.pop_back();
  return checked(std::move(content), in_quotes(path));
}

std::string credential_path(const std::string& name) {
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  const bool given = directory != nullptr && *directory != '\0';
  return fmt::format("{}/{}", given ? std::string_view(directory) : kDefaultDirectory, name);
}

}  // namespace usher
