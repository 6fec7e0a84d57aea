#include "daemon/engine/plugin_call.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <utility>
#include <vector>

#include "connectors/error.h"
#include "daemon/engine/identity.h"

namespace usher {
namespace {

constexpr int kTries = 20;                 // processes beside us that begin or end just now
constexpr std::size_t kMostThreads = 64;   // whose files a signal handler can find
constexpr std::size_t kLongestStem = 180;  // bytes; a file name has at most 255
constexpr std::size_t kLongestRecord = 8192;
constexpr std::string_view kBetween = "-";  // what the record says between two calls

// ── files that `forget_calls` must find ────────────────────────────────────────────────────────

/// File descriptor + 1; 0: free.
std::array<std::atomic<int>, kMostThreads> open_files;

void enter_open_file(int fd) {
  for (std::atomic<int>& slot : open_files) {
    int free = 0;
    if (slot.compare_exchange_strong(free, fd + 1)) return;
  }
}

void leave_open_file(int fd) {
  for (std::atomic<int>& slot : open_files) {
    int mine = fd + 1;
    if (slot.compare_exchange_strong(mine, 0)) return;
  }
}

extern "C" void end_as_told(int signal) {
  forget_calls();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

/// Somebody who interrupts a `plan` does not mean that the plug-in is to blame. Where signals are
/// blocked (apply, daemon) or handled otherwise this changes nothing.
void expect_to_be_told() {
  static std::once_flag once;
  std::call_once(once, [] {
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
      struct sigaction present {};
      if (sigaction(number, nullptr, &present) != 0 || present.sa_handler != SIG_DFL) continue;
      std::signal(number, end_as_told);
    }
  });
}

// ── the text ───────────────────────────────────────────────────────────────────────────────────

/// A target's name as a file name: `customers%2Facme`. `~` is left for what tells files apart.
std::string stem_of(const std::string& target) {
  std::string stem;
  for (const char c : target) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    stem += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  if (stem.size() <= kLongestStem) return stem;
  constexpr std::size_t kDigits = 16;
  return stem.substr(0, kLongestStem) + "~" + sha256(target).substr(7, kDigits);
}

std::string head_of(const CallRecords& records) {
  return fmt::format("target: {}\nplugin: {}\nobject: {}\nprocess: {}\n", records.target,
                     records.plugin, records.sha256, getpid());
}

/// Always of one length, so that the next one covers it.
std::string line_of(std::string_view call) {
  const auto now = to_seconds(std::chrono::system_clock::now());
  return fmt::format("call: {:<12}\nbegan: {}\n", call, to_rfc3339(now));
}

std::string value_of(std::string_view text, std::string_view key) {
  const std::string begin = fmt::format("{}: ", key);
  std::size_t at = text.starts_with(begin) ? 0 : text.find("\n" + begin);
  if (at == std::string_view::npos) return {};
  at = text.find(' ', at) + 1;
  const std::string_view line = text.substr(at, text.find('\n', at) - at);
  return std::string(line.substr(0, line.find_last_not_of(' ') + 1));
}

// ── the file of the calls that this thread makes ───────────────────────────────────────────────

[[noreturn]] void cannot_record(const CallRecords& records, const char* what) {
  throw ConnectorError(
      ErrorKind::kTransient,
      fmt::format(
          "the plug-in {} is not called: it could not be written down in {} that it is ({}: "
          "{}); give usher's user the right to write there",
          records.plugin, records.folder, what, std::strerror(errno)));
}

class Sheet {
 public:
  Sheet() = default;
  Sheet(const Sheet&) = delete;
  Sheet& operator=(const Sheet&) = delete;
  /// A process that a plug-in ends in mid-call with exit() comes by here as well.
  ~Sheet() {
    if (call_ == kBetween) close();
  }

  void begin(const CallRecords& records, std::string_view call, PluginCall::Durable durable) {
    if (!is_of(records)) {
      close();
      open(records);
    }
    if (fd_ < 0) return;
    if (!write(call) || (durable == PluginCall::Durable::kMachine && fdatasync(fd_) != 0)) {
      (void)write(kBetween);
      if (records.required) cannot_record(records, "write");
    }
  }

  void end() {
    if (fd_ >= 0) (void)write(kBetween);
  }

  [[nodiscard]] bool is_of(const CallRecords& records) const {
    return fd_ >= 0 && folder_ == records.folder && target_ == records.target;
  }

  void close() {
    if (fd_ < 0) return;
    leave_open_file(fd_);
    unlink(path_.c_str());
    rmdir(folder_.c_str());  // fails while others are in it
    ::close(std::exchange(fd_, -1));
  }

 private:
  bool write(std::string_view call) {
    call_ = call;
    const std::string line = line_of(call);
    return pwrite(fd_, line.data(), line.size(), begin_of_line_) ==
           static_cast<ssize_t>(line.size());
  }

  void open(const CallRecords& records) {
    expect_to_be_told();
    if (!create(records)) {
      if (records.required) cannot_record(records, "open");
      return;
    }
    folder_ = records.folder;
    target_ = records.target;
    const std::string head = head_of(records);
    begin_of_line_ = static_cast<off_t>(head.size());
    const auto written = ::write(fd_, head.data(), head.size());
    if (written != begin_of_line_ || !write(kBetween)) {
      const int why = errno;
      close();
      errno = why;
      if (records.required) cannot_record(records, "write");
      return;
    }
    enter_open_file(fd_);
  }

  /// A file that nobody else has. A process that looks for left-overs may take away what is not
  /// locked yet, or the folder while it is empty: then once more.
  bool create(const CallRecords& records) {
    const std::string stem = records.folder + "/" + stem_of(records.target);
    path_ = stem;
    int next = 1;
    for (int tries = 0; tries < kTries;) {
      if (mkdir(records.folder.c_str(), 0700) != 0 && errno != EEXIST) return false;
      fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
      if (fd_ >= 0) {
        struct stat status {};
        if (flock(fd_, LOCK_EX) == 0 && fstat(fd_, &status) == 0 && status.st_nlink > 0)
          return true;
        ::close(std::exchange(fd_, -1));
        ++tries;
      } else if (errno == EEXIST) {
        path_ = fmt::format("{}~{}", stem, ++next);  // another process calls this target too
      } else if (errno == ENOENT) {
        ++tries;
      } else {
        return false;
      }
    }
    return false;
  }

  int fd_ = -1;
  std::string path_;
  std::string folder_;
  std::string target_;
  std::string call_{kBetween};
  off_t begin_of_line_ = 0;
};

thread_local Sheet sheet;

// ── what a dead process left ───────────────────────────────────────────────────────────────────

std::vector<std::string> files_of(const CallRecords& records) {
  const std::string stem = stem_of(records.target);
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(records.folder, error)) {
    const std::string name = entry.path().filename();
    if (name == stem || name.starts_with(stem + "~")) files.push_back(entry.path());
  }
  return files;
}

std::string read_all(int fd) {
  std::string text(kLongestRecord, '\0');
  const ssize_t size = pread(fd, text.data(), text.size(), 0);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return text;
}

/// Nothing as well when it was of no use any more, and removed.
std::optional<FatalCall> examine(const CallRecords& records, const std::string& file, int fd) {
  const std::string text = read_all(fd);
  const std::string target = value_of(text, "target");
  if (!target.empty() && target != records.target) return std::nullopt;  // two long names
  FatalCall call{file, value_of(text, "plugin"), value_of(text, "call"), value_of(text, "began")};
  const bool is_fatal = !call.name.empty() && call.name != kBetween;
  if (is_fatal && value_of(text, "object") == records.sha256) return call;
  unlink(file.c_str());
  return std::nullopt;
}

}  // namespace

PluginCall::PluginCall(const CallRecords& records, std::string_view name, Durable durable) {
  sheet.begin(records, name, durable);
}

PluginCall::~PluginCall() {
  sheet.end();
}

void end_calls(const CallRecords& records) {
  if (sheet.is_of(records)) sheet.close();
}

std::optional<FatalCall> find_fatal_call(const CallRecords& records) {
  for (const std::string& file : files_of(records)) {
    const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) continue;
    if (fd < 0) {
      throw ConnectorError(
          ErrorKind::kTransient,
          fmt::format("{} cannot be read ({}), so nobody knows whether the plug-in {} ended usher; "
                      "give usher's user the right to read it, or remove it",
                      file, std::strerror(errno), records.plugin));
    }
    std::optional<FatalCall> call;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) call = examine(records, file, fd);
    close(fd);
    if (call) return call;
  }
  return std::nullopt;
}

void forget_calls() noexcept {
  for (const std::atomic<int>& slot : open_files) {
    const int fd = slot.load() - 1;
    if (fd >= 0) (void)!ftruncate(fd, 0);
  }
}

}  // namespace usher
