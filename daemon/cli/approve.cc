#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "daemon/cli/commands.h"
#include "daemon/cli/session.h"

namespace usher {
namespace {

/// Who approves: under sudo the person behind it.
std::string whoami() {
  std::string user;
  if (const char* sudo = std::getenv("SUDO_USER")) {
    user = sudo;
  } else if (const passwd* entry = getpwuid(getuid())) {
    user = entry->pw_name;
  } else {
    user = std::to_string(getuid());
  }
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return user + "@" + host.data();
}

}  // namespace

int approve_command(const CommonOptions& options, const std::string& hash, bool dry_run) {
  const std::string digits = hold_digits(hash);
  const Session session(options, Secrets::kOptional);
  const auto store = session.open_store(dry_run ? Store::Access::kRead : Store::Access::kWrite);
  const auto holds = store->find_holds(digits);
  if (holds.empty()) {
    fmt::print(stderr,
               "there is no hold {}; `usher holds` lists those of the last runs. A hold that only "
               "`usher plan` has "
               "shown is released with `usher apply --approve {}`\n",
               hash, hash);
    return 1;
  }
  if (holds.size() > 1) {
    throw UsageError(fmt::format("{} fits {} holds; give more digits", hash, holds.size()));
  }
  const StoredHold& stored = holds.front();
  if (stored.hold.hold_class == HoldClass::kSeats) {
    fmt::print(stderr, "{} waits for free seats; nobody can approve those\n", stored.hold.hash);
    return 1;
  }
  if (!dry_run) store->approve(stored.hold.hash, whoami(), session.now());
  fmt::print(
      "{} {} {} of target '{}'; the next apply or daemon run carries out those that are still the "
      "same. Good for 7 "
      "days\n",
      dry_run ? "would release" : "released", stored.hold.count, to_string(stored.hold.hold_class),
      stored.target);
  return 0;
}

}  // namespace usher
