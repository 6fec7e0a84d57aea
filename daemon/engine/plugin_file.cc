#include "daemon/engine/plugin_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "mapping/text.h"

namespace usher {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kWritableByOthers = S_IWGRP | S_IWOTH;  // with an ACL, the group bits are its mask

std::string access_problem(const struct stat& status, const std::string& what) {
  if (status.st_uid != 0 && status.st_uid != geteuid()) {
    return fmt::format("{} belongs to the user {}, who could replace it; run chown root on it",
                       what, status.st_uid);
  }
  if ((status.st_mode & kWritableByOthers) != 0) {
    return fmt::format(
        "{} can be written by its group or by others (mode {:04o}); run chmod go-w on it", what,
        status.st_mode & 07777);
  }
  return {};
}

/// In a folder like /tmp nobody can take away what belongs to somebody else; that will do for all
/// but the last one.
std::string folder_problem(const fs::path& folder, bool is_last) {
  struct stat status {};
  const std::string what = fmt::format("its folder {}", escape_for_display(folder.string()));
  if (stat(folder.c_str(), &status) != 0) {
    return fmt::format("{} cannot be looked at: {}", what, std::strerror(errno));
  }
  if (!is_last && (status.st_mode & S_ISVTX) != 0) return {};
  return access_problem(status, what);
}

std::string way_problem(const fs::path& file) {
  bool is_last = true;
  for (fs::path folder = file.parent_path();; folder = folder.parent_path(), is_last = false) {
    if (std::string problem = folder_problem(folder, is_last); !problem.empty()) return problem;
    if (folder == folder.root_path()) return {};
  }
}

}  // namespace

std::string plugin_file_problem(const std::string& path) {
  const fs::path given = path;
  if (!given.is_absolute()) {
    return "is not an absolute path; write it from the root: /usr/local/lib/usher/NAME.so";
  }
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    return fmt::format("cannot be loaded: {}; install it, or remove it from 'plugins'",
                       std::strerror(errno));
  }
  if (!S_ISREG(status.st_mode)) return "is not a file; name the shared object itself";
  if (std::string problem = access_problem(status, "it"); !problem.empty()) return problem;
  std::error_code error;
  const fs::path real = fs::canonical(given, error);
  if (error) return fmt::format("cannot be followed: {}", error.message());
  // Whoever can change a link on the way can put another object at its end.
  if (std::string problem = way_problem(given.lexically_normal()); !problem.empty()) return problem;
  return way_problem(real);
}

}  // namespace usher
