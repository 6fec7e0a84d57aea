#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "daemon/cli/commands.h"
#include "daemon/cli/session.h"
#include "daemon/store/lock.h"

namespace usher {

int state_check_command(const CommonOptions& options) {
  const Session session(options, Secrets::kOptional);
  const auto findings = session.open_store(Store::Access::kRead)->check();
  const int exit_code = findings.empty() ? 0 : 5;
  if (options.format == Format::kJson) {
    emit(nlohmann::ordered_json{
             {"exit_code", exit_code}, {"state", session.config().state}, {"findings", findings}}
             .dump(1) +
         "\n");
    return exit_code;
  }
  std::string text;
  for (const std::string& finding : findings) text += finding + "\n";
  if (findings.empty()) text = session.config().state + ": sound\n";
  emit(text);
  return exit_code;
}

int state_backup_command(const CommonOptions& options, const std::string& to, bool dry_run) {
  const Session session(options, Secrets::kOptional);
  const auto store = session.open_store(Store::Access::kRead);
  if (!dry_run) store->backup(to);
  fmt::print("{} {} to {}\n", dry_run ? "would copy" : "copied", session.config().state, to);
  return 0;
}

int state_restore_command(const CommonOptions& options, const std::string& from, bool dry_run) {
  const Session session(options, Secrets::kOptional);
  const std::string& state = session.config().state;
  const Store backup(from, Store::Access::kRead);  // refuses what is no sound state of this version
  if (const auto findings = backup.check(); !findings.empty()) {
    fmt::print(stderr, "note: {}\n", fmt::join(findings, "\nnote: "));
  }
  if (Store::exists(state)) {
    throw StoreError(
        fmt::format("{}: there is a state already; it is never overwritten. Move it away first: "
                    "mv {} {}.old",
                    state, state, state));
  }
  if (dry_run) {
    fmt::print("would restore {} from {}\n", state, from);
    return 0;
  }
  const StateLock lock(state, ".lock", kLockWait);
  backup.backup(state);
  fmt::print("restored {} from {}; the next run compares it with what the targets really hold\n",
             state, from);
  return 0;
}

}  // namespace usher
