#include "tests/support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace usher {
namespace {

constexpr std::chrono::milliseconds kLookAgain{10};

std::pair<int, int> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  return {ends[0], ends[1]};
}

std::vector<std::string> environment_of(const ProcessOptions& options) {
  std::vector<std::string> lines;
  for (char** line = environ; *line != nullptr; ++line) {
    const std::string text = *line;
    if (!options.environment.contains(text.substr(0, text.find('=')))) lines.push_back(text);
  }
  for (const auto& [name, value] : options.environment) lines.push_back(name + "=" + value);
  return lines;
}

std::vector<char*> to_argv(std::vector<std::string>& words) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  return argv;
}

/// Between fork and exec only what is safe after a fork of a process with threads.
[[noreturn]] void become(char** argv, char** environment, const char* folder, int out, int err) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  if (*folder == '\0' || ::chdir(folder) == 0) ::execve(argv[0], argv, environment);
  ::_exit(127);
}

int to_exit_status(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int remaining_ms(std::chrono::steady_clock::time_point until) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<std::chrono::milliseconds::rep>(left.count(), 0));
}

}  // namespace

Process::Process(const ProcessOptions& options)
    : name_(options.command.at(0)), patience_(options.patience) {
  if (::access(name_.c_str(), X_OK) != 0)
    throw std::runtime_error(name_ + " is no program; is it built?");
  std::vector<std::string> words = options.command;
  std::vector<std::string> lines = environment_of(options);
  std::vector<char*> argv = to_argv(words);
  std::vector<char*> environment = to_argv(lines);
  const auto [out, out_end] = make_pipe();
  const auto [err, err_end] = make_pipe();
  pid_ = ::fork();
  if (pid_ == 0) become(argv.data(), environment.data(), options.folder.c_str(), out_end, err_end);
  ::close(out_end);
  ::close(err_end);
  out_.fd = out;
  err_.fd = err;
  if (pid_ < 0) throw std::runtime_error("fork");
}

Process::~Process() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  for (const int fd : {out_.fd, err_.fd}) {
    if (fd >= 0) ::close(fd);
  }
}

void Process::send_signal(int signal) const {
  if (pid_ <= 0 || ::kill(pid_, signal) != 0) give_up("cannot be signalled, it has ended");
}

std::string Process::wait_for(Stream& stream, std::string_view text) {
  const Time until = std::chrono::steady_clock::now() + patience_;
  for (;;) {
    for (std::size_t end; (end = stream.text.find('\n', stream.seen)) != std::string::npos;) {
      std::string line = stream.text.substr(stream.seen, end - stream.seen);
      stream.seen = end + 1;
      if (line.find(text) != std::string::npos) return line;
    }
    if (!read_some(until)) give_up("ended without a line that holds `" + std::string(text) + "`");
    if (std::chrono::steady_clock::now() >= until)
      give_up("did not say `" + std::string(text) + "`");
  }
}

void Process::wait_for_file(const std::string& path) {
  const Time until = std::chrono::steady_clock::now() + patience_;
  while (!std::filesystem::exists(path)) {
    if (std::chrono::steady_clock::now() >= until) give_up("did not make " + path);
    if (!read_some(std::chrono::steady_clock::now() + kLookAgain))
      give_up("ended without making " + path);
  }
}

int Process::wait() {
  const Time until = std::chrono::steady_clock::now() + patience_;
  while (read_some(until)) {
    if (std::chrono::steady_clock::now() >= until) give_up("did not end");
  }
  int status = 0;
  ::waitpid(std::exchange(pid_, -1), &status, 0);
  return to_exit_status(status);
}

bool Process::read_some(Time until) {
  std::vector<pollfd> waits;
  std::vector<Stream*> streams;
  for (Stream* stream : {&out_, &err_}) {
    if (stream->fd < 0) continue;
    waits.push_back({stream->fd, POLLIN, 0});
    streams.push_back(stream);
  }
  if (waits.empty()) return false;
  if (::poll(waits.data(), waits.size(), remaining_ms(until)) <= 0) return true;
  for (std::size_t i = 0; i < waits.size(); ++i) {
    if (waits[i].revents == 0) continue;
    std::array<char, 4096> bytes{};
    const ssize_t got = ::read(streams[i]->fd, bytes.data(), bytes.size());
    if (got > 0) {
      streams[i]->text.append(bytes.data(), static_cast<std::size_t>(got));
    } else {
      ::close(std::exchange(streams[i]->fd, -1));
    }
  }
  return true;
}

void Process::give_up(const std::string& what) const {
  throw std::runtime_error(name_ + " " + what + "\n--- output\n" + out_.text + "--- error\n" +
                           err_.text);
}

Finished run_process(const ProcessOptions& options) {
  Process process(options);
  const int status = process.wait();
  return {status, process.output(), process.error()};
}

}  // namespace usher
