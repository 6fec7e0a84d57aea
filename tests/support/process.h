#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace usher {

struct ProcessOptions {
  std::vector<std::string> command;                     ///< the program's path, and its arguments
  std::map<std::string, std::string> environment = {};  ///< set beside the test's own
  std::string folder = {};                              ///< to start in; empty: the test's own
  std::chrono::seconds patience{60};                    ///< how long one wait may take
};

/// A program that a test runs: its output is collected, and it dies with the test.
///
/// Waiting reads both outputs, so a program that says more than a pipe holds (64 KiB) between two
/// waits stands still until the next one. Every wait ends after `ProcessOptions::patience` with an
/// exception that holds what the program has said. One thread.
class Process {
 public:
  /// Throws std::runtime_error when it cannot be started.
  explicit Process(const ProcessOptions& options);
  ~Process();  ///< kills it
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void send_signal(int signal) const;

  /// Waits for a whole line that holds `text` on standard output (or error) and returns it. Looks
  /// only at what came after the line found before.
  std::string wait_for_output(std::string_view text) { return wait_for(out_, text); }
  std::string wait_for_error(std::string_view text) { return wait_for(err_, text); }
  /// Waits until there is a file at `path`.
  void wait_for_file(const std::string& path);
  /// Waits for the end and returns the exit status, 128 + signal when one killed it.
  int wait();

  /// Everything said so far, as far as it was waited for.
  [[nodiscard]] const std::string& output() const { return out_.text; }
  [[nodiscard]] const std::string& error() const { return err_.text; }

 private:
  struct Stream {
    int fd = -1;
    std::string text;
    std::size_t seen = 0;  ///< what waits have gone past
  };
  using Time = std::chrono::steady_clock::time_point;

  std::string wait_for(Stream& stream, std::string_view text);
  /// Reads what is there, waiting for it until `until`. False when both outputs have ended.
  bool read_some(Time until);
  [[noreturn]] void give_up(const std::string& what) const;

  const std::string name_;
  const std::chrono::seconds patience_;
  pid_t pid_ = -1;
  Stream out_;
  Stream err_;
};

/// Runs a program to its end.
struct Finished {
  int status = 0;
  std::string output;
  std::string error;
};
[[nodiscard]] Finished run_process(const ProcessOptions& options);

}  // namespace usher
