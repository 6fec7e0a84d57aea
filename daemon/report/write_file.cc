#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include "daemon/report/report.h"

namespace usher {
namespace {

[[noreturn]] void fail(const std::string& path, std::string_view what, int error) {
  throw std::runtime_error(fmt::format(
      "{}: {}: {}. The file is as it was before; choose another place or make this one writable",
      path, what, std::generic_category().message(error)));
}

/// Renaming over a device or a directory would replace it, and `/dev/stdout` is no place for a
/// file.
void refuse_special(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || S_ISREG(info.st_mode)) return;
  throw std::runtime_error(fmt::format(
      "{}: {}, not a regular file, so nothing was written. Name a file, or leave the option out "
      "to have the report on standard output",
      path, S_ISDIR(info.st_mode) ? "is a directory" : "is a device, pipe or socket"));
}

/// A new file beside the wanted one, 0600 from its first moment; gone again unless it was kept.
class Beside {
 public:
  explicit Beside(const std::string& path) : path_(path), name_(path + ".XXXXXX") {
    file_ = ::mkostemp(name_.data(), O_CLOEXEC);
    if (file_ < 0) fail(path_, "no file can be made beside it", errno);
  }
  ~Beside() {
    if (file_ >= 0) ::close(file_);
    if (!kept_) ::unlink(name_.c_str());
  }
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;

  void write(std::string_view content) {
    while (!content.empty()) {
      const ssize_t written = ::write(file_, content.data(), content.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail(path_, "writing failed", errno);
      content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(file_) != 0) fail(path_, "bringing it to disk failed", errno);
  }

  void keep() {
    if (::rename(name_.c_str(), path_.c_str()) != 0) {
      fail(path_, "the new file cannot take its place", errno);
    }
    kept_ = true;
  }

 private:
  const std::string path_;
  std::string name_;
  int file_ = -1;
  bool kept_ = false;
};

/// Makes the rename itself durable. Some file systems refuse this; the content is safe anyway.
void sync_folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  (void)::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

void write_file(const std::string& path, std::string_view content) {
  refuse_special(path);
  Beside file(path);
  file.write(content);
  file.keep();
  sync_folder_of(path);
}

}  // namespace usher
