#include "connectors/csv/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "connectors/error.h"
#include "mapping/text.h"

namespace usher::csv {
namespace {

constexpr std::size_t kBufferBytes = 256 << 10;

[[noreturn]] void throw_unreadable(const std::string& path, int error) {
  const ErrorKind kind = error == ENOENT   ? ErrorKind::kNotFound
                         : error == EACCES ? ErrorKind::kForbidden
                                           : ErrorKind::kTransient;
  throw ConnectorError(kind, fmt::format("{}: cannot be read: {}; check the path in the "
                                         "configuration and the permissions",
                                         escape_for_display(path), std::strerror(error)));
}

bool is_same_state(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

void add_name(Files& files, std::string name) {
  if (name.starts_with('.')) return;
  if (name.ends_with(".csv")) {
    files.names.push_back(std::move(name));
  } else if (ascii_lower(name).ends_with(".csv")) {
    files.ignored.push_back(std::move(name));
  }
}

}  // namespace

// O_NONBLOCK: opening a named pipe must not wait for a writer.
File::File(std::string path)
    : path_(std::move(path)),
      descriptor_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)),
      buffer_(kBufferBytes) {
  if (descriptor_ < 0) throw_unreadable(path_, errno);
  const int error = ::fstat(descriptor_, &before_) != 0 ? errno : 0;
  if (error == 0 && S_ISREG(before_.st_mode)) return;
  ::close(descriptor_);
  if (error != 0) throw_unreadable(path_, error);
  throw ConnectorError(ErrorKind::kMalformed,
                       escape_for_display(path_) + ": is not a regular file");
}

File::~File() {
  ::close(descriptor_);
}

std::string_view File::read() {
  for (;;) {
    const ssize_t got = ::read(descriptor_, buffer_.data(), buffer_.size());
    if (got >= 0) {
      size_ += got;
      return {buffer_.data(), static_cast<std::size_t>(got)};
    }
    if (errno != EINTR) throw_unreadable(path_, errno);
  }
}

std::string File::find_change() const {
  const std::string path = escape_for_display(path_);
  struct stat now {};
  if (::stat(path_.c_str(), &now) != 0) return path + ": disappeared while it was read";
  if (!is_same_state(before_, now)) return path + ": changed while it was read";
  if (size_ != before_.st_size) {
    return fmt::format("{}: {} bytes were read of {}", path, size_, before_.st_size);
  }
  return "";
}

Files list_files(const std::string& path) {
  namespace fs = std::filesystem;
  Files files;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) throw_unreadable(path, error ? error.value() : ENOENT);
  files.is_directory = fs::is_directory(status);
  if (!files.is_directory) {
    const std::size_t slash = path.rfind('/') + 1;  // npos + 1 is 0
    files.prefix = path.substr(0, slash);
    files.names = {path.substr(slash)};
    return files;
  }
  files.prefix = path.ends_with('/') ? path : path + "/";
  fs::directory_iterator at(path, error);
  for (; !error && at != fs::directory_iterator(); at.increment(error)) {
    add_name(files, at->path().filename().string());
  }
  if (error) throw_unreadable(path, error.value());
  std::ranges::sort(files.names);
  std::ranges::sort(files.ignored);
  return files;
}

}  // namespace usher::csv
