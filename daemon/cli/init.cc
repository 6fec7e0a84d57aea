#include <fmt/format.h>

#include "daemon/cli/commands.h"
#include "daemon/cli/session.h"

namespace usher {

int init_command(const CommonOptions& options) {
  const Session session(options, Secrets::kOptional);
  Store::create(session.config().state);
  fmt::print("made the state {}; `usher plan` shows what would happen, `usher apply` does it\n",
             session.config().state);
  return 0;
}

}  // namespace usher
