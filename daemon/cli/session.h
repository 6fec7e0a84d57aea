#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "config/settings.h"
#include "connectors/clock.h"
#include "connectors/http/client.h"
#include "daemon/cli/commands.h"
#include "daemon/store/store.h"

namespace usher {

/// The command line asks for something that does not exist: exit code 64.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// How long a command waits for a run that is at work on the same state.
inline constexpr std::chrono::seconds kLockWait{30};

/// The hex digits of a hold's hash as somebody typed it, with or without `sha256:`. Throws
/// UsageError where they are too few to be meant, or no hex digits.
[[nodiscard]] std::string hold_digits(const std::string& hash);

/// What every command but `init` and `check` begins with: the configuration, a clock and the
/// shared parts of all HTTP clients.
class Session {
 public:
  Session(const CommonOptions& options, Secrets secrets);

  [[nodiscard]] const Config& config() const { return config_; }
  [[nodiscard]] Clock& clock() const { return *clock_; }
  [[nodiscard]] HttpContext& http() { return http_; }
  [[nodiscard]] std::int64_t now() const;

  /// The state, which must exist.
  [[nodiscard]] std::unique_ptr<Store> open_store(Store::Access access) const;
  /// For `plan`: an empty one where there is none yet.
  [[nodiscard]] std::unique_ptr<Store> open_or_empty() const;

  /// Throws UsageError for a target the configuration does not have, with "did you mean".
  void require_targets(const std::vector<std::string>& targets) const;

 private:
  Config config_;
  std::unique_ptr<Clock> clock_;
  HttpContext http_;
};

/// Writes to standard output, or with `out` to a file and one line about it to standard error.
void emit(const std::string& text, const std::string& out = {});

/// Text for people on the terminal at hand: colour and wrapping only there.
[[nodiscard]] TextStyle terminal_style();

/// Warnings of the configuration, on standard error.
void show_warnings(const Config& config);

/// A document with nothing but problems, for a command that could not do its work but was asked
/// for JSON.
[[nodiscard]] std::string error_document(const std::string& mode, int exit_code,
                                         const std::vector<Problem>& problems);

}  // namespace usher
