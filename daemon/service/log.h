#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

namespace usher {

/// The numbers are syslog's, as systemd reads them from the beginning of a line.
enum class LogLevel {
  kError = 3,    ///< a run failed
  kWarning = 4,  ///< a person was skipped, a limit hit, a read not complete
  kNotice = 5,   ///< a change was made, readable alone; the service started, reloaded, stops
  kInfo = 6,     ///< what a run came to
  kDebug = 7,    ///< the rest
};

/// `error`, `warning`, `notice`, `info` or `debug`.
[[nodiscard]] std::optional<LogLevel> parse_log_level(std::string_view text);

/// Whether lines shall begin with `<n>`: everywhere but on a terminal, where a person reads them.
enum class Prefix { kPriority, kNone };

/// The daemon's log: lines on a file descriptor, without a time stamp, which the journal adds.
///
/// A line is written by one call, so that lines of several threads never mix; whatever foreign
/// values it quotes can neither break it nor steer a terminal. Thread-safe. A line that cannot be
/// written is lost: there is nowhere left to say so.
class Log {
 public:
  /// `fd` stays open for the life of the log and is not closed by it.
  Log(int fd, Prefix prefix) : fd_(fd), prefix_(prefix) {}
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// The least important level that is written.
  void set_level(LogLevel level) { level_ = level; }
  void write(LogLevel level, std::string_view line);

  void error(std::string_view line) { write(LogLevel::kError, line); }
  void warning(std::string_view line) { write(LogLevel::kWarning, line); }
  void notice(std::string_view line) { write(LogLevel::kNotice, line); }
  void info(std::string_view line) { write(LogLevel::kInfo, line); }
  void debug(std::string_view line) { write(LogLevel::kDebug, line); }

 private:
  const int fd_;
  const Prefix prefix_;
  std::atomic<LogLevel> level_{LogLevel::kInfo};
};

/// On standard error, with priorities unless that is a terminal.
[[nodiscard]] Prefix prefix_for(int fd);

}  // namespace usher
