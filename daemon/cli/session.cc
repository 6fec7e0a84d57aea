#include "daemon/cli/session.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "config/member_name.h"
#include "daemon/engine/catalogue.h"
#include "daemon/engine/identity.h"
#include "mapping/text.h"
#include "usher_version.h"

namespace usher {

Session::Session(const CommonOptions& options, Secrets secrets)
    : config_(load_config(config_path(options.config), make_catalogue(), secrets)),
      clock_(make_system_clock()),
      http_(*clock_) {
  show_warnings(config_);
}

std::int64_t Session::now() const {
  return to_seconds(clock_->now());
}

std::unique_ptr<Store> Session::open_store(Store::Access access) const {
  return std::make_unique<Store>(config_.state, access);
}

std::unique_ptr<Store> Session::open_or_empty() const {
  if (Store::exists(config_.state)) return open_store(Store::Access::kRead);
  fmt::print(
      stderr,
      "note: there is no state at {} yet (`usher init` makes it); planning as for an empty one\n",
      config_.state);
  return Store::in_memory();
}

void Session::require_targets(const std::vector<std::string>& targets) const {
  for (const std::string& name : targets) {
    if (config_.can_select(name)) continue;
    std::vector<std::string> names;
    for (const TargetConfig& target : config_.targets) {
      names.push_back(target.name);
      names.emplace_back(family_of(target.name));
    }
    for (const TargetFamily& family : config_.families) names.push_back(family.name);
    const std::string near = nearest(name, names);
    throw UsageError(fmt::format("{} has no target '{}'{}", config_.file, escape_for_display(name),
                                 near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
  }
}

std::string hold_digits(const std::string& hash) {
  constexpr std::size_t kShortest = 12;
  std::string digits = hash.starts_with("sha256:") ? hash.substr(7) : hash;
  if (digits.size() < kShortest ||
      digits.find_first_not_of("0123456789abcdef") != std::string::npos) {
    throw UsageError(
        fmt::format("{}: at least {} hex digits of a hold's hash are needed", hash, kShortest));
  }
  return digits;
}

void emit(const std::string& text, const std::string& out) {
  if (out.empty()) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    // Who reads only the beginning (`| head`) has closed the pipe: nobody is left to tell.
    if (std::fflush(stdout) != 0 && errno != EPIPE)
      throw std::runtime_error("standard output cannot be written: is the disk full?");
    return;
  }
  write_file(out, text);
  fmt::print(stderr, "wrote {}\n", out);
}

TextStyle terminal_style() {
  TextStyle style;
  if (isatty(STDOUT_FILENO) == 0) return style;
  style.colour = std::getenv("NO_COLOR") == nullptr;
  winsize window{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0) style.width = window.ws_col;
  return style;
}

void show_warnings(const Config& config) {
  for (const ConfigProblem& warning : config.warnings) {
    fmt::print(stderr, "warning: {}\n", warning.to_string());
  }
}

std::string error_document(const std::string& mode, int exit_code,
                           const std::vector<Problem>& problems) {
  const auto clock = make_system_clock();
  RunReport report;
  report.version = kVersion;
  report.run = make_ulid(clock->now());
  report.mode = mode;
  report.started = to_rfc3339(to_seconds(clock->now()));
  report.exit_code = exit_code;
  report.problems = problems;
  return render(report, Format::kJson);
}

}  // namespace usher
